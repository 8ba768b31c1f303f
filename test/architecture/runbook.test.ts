/**
 * RUNBOOK.md agrees with what it is about: a section for every alarm and no other, and in commands
 * and queries only names that there are.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FUNCTION_NAMES } from '../../infra/bundling/bundles.ts';
import { ALARM_TEXTS } from '../../infra/console/alarm-texts.ts';
import {
  alarmName,
  deadLetterQueueName,
  eventBusName,
  functionName,
  logGroupName,
  refreshQueueName,
  tableName,
} from '../../infra/resource-names.ts';
import { METRIC_UNITS } from '../../lambdas/runtime/metrics.ts';
import { DETAIL_TYPES } from '../../lib/events/token-event.ts';
import { emptyReport, FINDING_KINDS } from '../../lib/housekeeping/housekeeping-report.ts';
import { parseHousekeeping } from '../../lib/housekeeping/housekeeping-request.ts';
import { parseRestoreTokens } from '../../lib/requests.ts';
import { codeBlocks, runbook, sectionsBelow } from '../support/runbook.ts';
import { ROOT, sourcesUnder } from './source-files.ts';

const text = runbook();
const alarms = sectionsBelow('Alarms');
const blocks = codeBlocks(text);
const codeOf = (language: string) =>
  blocks.filter((block) => block.language === language).map(({ code }) => code);
const all = (of: string, pattern: RegExp) =>
  [...new Set([...of.matchAll(pattern)].map(([, found = '']) => found))].sort();

/** A heading's address in a page, as the places that show Markdown make it. */
const anchorOf = (title: string) =>
  title
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

/** The operator's commands, each with its options. */
const OPERATOR_COMMANDS = new Map(
  sourcesUnder('operator/commands').flatMap(({ text: source }) => {
    const [, ...definitions] = source.split('.command(');
    return definitions.map((definition): [string, string[]] => {
      const [, name = ''] = /^'([a-z-]+)'/.exec(definition) ?? [];
      return [name, [...all(definition, /ption\(\s*'--([a-z-]+)/g), 'store', 'help']];
    });
  }),
);

describe('alarms', () => {
  test('each has its section, and every section its alarm', () => {
    expect(alarms.map(({ title }) => title)).toEqual(Object.keys(ALARM_TEXTS));
    // The alarms' links are their names.
    expect(alarms.map(({ title }) => anchorOf(title))).toEqual(Object.keys(ALARM_TEXTS));
  });

  test.each(alarms.map(({ title, text: section }) => [title, section]))(
    '%s: what users feel, as its mail says it; how to see the cause; what to do; when it worked',
    (title, section) => {
      expect(section).toContain(`\n> ${ALARM_TEXTS[title as keyof typeof ALARM_TEXTS]}\n`);
      const parts = all(section, /^\*\*(See|Do|It worked when)\b/gm);
      expect(parts).toEqual(['Do', 'It worked when', 'See']);
    },
  );
});

test('its links within the page lead to headings', () => {
  const headings = all(text, /^#{2,3} (.+)$/gm).map(anchorOf);
  const links = all(text, /\]\(#([^)]+)\)/g);
  expect(links.length).toBeGreaterThan(10);
  expect(links.filter((link) => !headings.includes(link))).toEqual([]);
});

test('every failure that a caller can be told has its row among the symptoms', () => {
  const [, symptoms = ''] = text.split("\n## What the application's log shows\n");
  const [table = ''] = symptoms.split('\n## ');
  const errors = readFileSync(join(ROOT, 'lib/contract.ts'), 'utf8');
  const [, union = ''] = /export type ErrorCode =([^;]*);/.exec(errors) ?? [];
  const named = all(table, /`([A-Z]+(?:_[A-Z]+)*)`/g);
  expect(named).toEqual(all(union, /'([A-Z_]+)'/g));
});

describe('names', () => {
  const store = { store: '<store>' };
  const known = [
    tableName(store),
    // What DynamoDB restores into, by the operator's word.
    `${tableName(store)}-restored`,
    deadLetterQueueName(store),
    refreshQueueName(store),
    eventBusName(store),
    ...FUNCTION_NAMES.flatMap((name) => [functionName(store, name), logGroupName(store, name)]),
    ...Object.keys(ALARM_TEXTS).map((name) => alarmName(store, name)),
  ];

  test('of resources are those that a store gives them', () => {
    const named = all(
      text.replaceAll('$STORE', '<store>'),
      /((?:\/aws\/lambda\/)?latchkey-<store>(?:-[a-z*-]*)?)/g,
    );
    expect(named.length).toBeGreaterThan(5);
    const fits = (name: string) =>
      name.endsWith('-*') || name.endsWith('-')
        ? known.some((each) => each.startsWith(name.replace(/\*$/, '')))
        : known.includes(name);
    expect(named.filter((name) => !fits(name))).toEqual([]);
  });

  test('of metrics are those that there are', () => {
    const inCode = all(text, /`([A-Z][a-z]+(?:[A-Z][a-z]+)+)`/g);
    expect(inCode.length).toBeGreaterThan(8);
    // AWS's actions, settings and errors have names of this shape too.
    const others = [
      ...['PutEvents', 'ReservedConcurrentExecutions', 'InvocationError'],
      ...['AccessDeniedException', 'ResourceNotFoundException', 'TooManyRequestsException'],
    ];
    expect(inCode.filter((name) => !(name in METRIC_UNITS) && !others.includes(name))).toEqual([]);
  });

  test('of events and findings are those that there are', () => {
    const events: string[] = Object.values(DETAIL_TYPES);
    const namedEvents = all(text, /\bevent\s+`([^`]+)`/g);
    expect(namedEvents.length).toBeGreaterThan(2);
    expect(namedEvents.filter((name) => !events.includes(name))).toEqual([]);
    const findings: readonly string[] = FINDING_KINDS;
    const rows = all(text, /`([a-z-]+-(?:secret|row|key|token))`/g);
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter((name) => !findings.includes(name))).toEqual([]);
  });
});

describe('commands', () => {
  const invocations = codeOf('sh').flatMap((code) =>
    [
      ...code.matchAll(/--function-name "latchkey-\$STORE-([a-z-]+)"[^|>]*?--payload '([^']*)'/g),
    ].map(([, name = '', payload = '']) => ({ name, payload })),
  );

  test('send events that the functions take', () => {
    const parsers: Readonly<Record<string, (event: unknown) => unknown>> = {
      housekeeper: parseHousekeeping,
      'refresh-dispatcher': (event) => expect(event).toEqual({}),
    };
    expect(invocations.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['housekeeper', 'refresh-dispatcher']),
    );
    for (const { name, payload } of invocations) {
      expect(() => parsers[name]?.(JSON.parse(payload))).not.toThrow();
      expect(Object.keys(parsers)).toContain(name);
    }
  });

  test('of the global logout start where restoreTokens does', () => {
    const [, start = ''] = /^ *payload="(.*)"$/m.exec(text) ?? [];
    const [, logout = ''] = /^ *restore_logout (\d)$/m.exec(text) ?? [];
    const event = JSON.parse(start.replaceAll('\\"', '"').replace('$1', logout));
    expect(parseRestoreTokens(event)).toEqual({ logout: 1 });
  });

  test('of the operator are commands that there are, with options that they have', () => {
    const used = [
      ...text.replaceAll('\\\n', ' ').matchAll(/npm run operator -- ([a-z-]+)([^\n`]*)/g),
    ];
    expect(used.length).toBeGreaterThan(5);
    const unknown = used.flatMap(([line, name = '', rest = '']) => {
      const options = OPERATOR_COMMANDS.get(name);
      const given = all(rest, /(?:^| )--([a-z-]+)/g);
      return options === undefined || given.some((each) => !options.includes(each)) ? [line] : [];
    });
    expect(unknown).toEqual([]);
  });
});

describe('queries', () => {
  /** CloudWatch's own, and those of Lambda's reports. */
  const GIVEN = ['@timestamp', '@log', '@message', 'type', 'record.status'];
  const WORDS = /^(?:filter|fields|stats|sort|limit|by|as|and|or|not|in|like|asc|desc)$/;
  const FUNCTIONS = /^(?:count|count_distinct|avg|max|min|sum|bin|ispresent)$/;

  const log = readFileSync(join(ROOT, 'lambdas/runtime/log.ts'), 'utf8');
  const [, line = ''] = /export interface LogLine \{([\s\S]*?)\n\}/.exec(log) ?? [];
  const logged = all(line, /^ {2}readonly (\w+)\??:/gm);
  const sweep = readFileSync(join(ROOT, 'lib/background/refresh-sweep.ts'), 'utf8');
  const [, swept = ''] = /export interface SweepReport \{([\s\S]*?)\n\}/.exec(sweep) ?? [];
  const { checked, findings } = emptyReport('repair', 0);
  const counted = [
    ...all(swept, /^ {2}readonly (\w+):/gm),
    ...Object.keys(checked),
    ...Object.keys(findings),
    'failed',
  ];
  const fields = [...GIVEN, ...logged, ...counted.map((name) => `counts.${name}`), 'errorStack.0'];
  const queries = codeOf('logs');

  test('ask for fields that log lines have', () => {
    expect(queries.length).toBeGreaterThan(8);
    const unknown = queries.flatMap((query) => {
      const bare = query.replaceAll(/"[^"]*"|\/[^/]*\//g, '');
      const aliases = all(bare, /\bas (\w+)/g);
      return all(bare, /(?<![\w.@])(@?[A-Za-z_][\w.]*)/g).filter(
        (word) =>
          !(WORDS.test(word) || FUNCTIONS.test(word) || /^\d/.test(word)) &&
          !aliases.includes(word) &&
          !fields.includes(word),
      );
    });
    expect(unknown).toEqual([]);
  });

  test('ask for operations and outcomes that log lines have', () => {
    const sources = [
      'lambdas/runtime/log.ts',
      'lib/background/scheduled-refresh.ts',
      'lib/contract.ts',
      'lib/freshness.ts',
      'lib/provider/token-provider.ts',
      'lib/errors.ts',
    ]
      .map((path) => readFileSync(join(ROOT, path), 'utf8'))
      .join('\n');
    const asked = queries.flatMap((query) =>
      all(query, /(?:operation|outcome|level) (?:!?=|in) \[?"(\w+)"/g),
    );
    expect(asked.length).toBeGreaterThan(8);
    expect(asked.filter((value) => !sources.includes(`'${value}'`))).toEqual([]);
  });
});
