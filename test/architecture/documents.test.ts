/** What the documents name is there: paths, npm scripts, settings and environment variables. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { FUNCTION_NAMES } from '../../infra/bundling/bundles.ts';
import { timeoutSeconds } from '../../infra/function-timeout.ts';
import { DEFAULT_SETTINGS } from '../../infra/store-settings.ts';
import { METRIC_UNITS } from '../../lambdas/runtime/metrics.ts';
import { FUNCTION_VARIABLE_OF_OPERATION } from '../../lib/client/function-variables.ts';
import { FINDING_KINDS } from '../../lib/housekeeping/housekeeping-report.ts';
import { ROOT, sourcesUnder } from './source-files.ts';

const FOLDERS = [
  ...['lib', 'lambdas', 'infra', 'test', 'local', 'bench', 'operator', 'examples', 'docs', '.ci'],
  'conformance',
];
const MADE_BY_COMMANDS = ['dist', 'cdk.out', 'node_modules', '.emulators', '.latchkey'];

/** The CLI reads for a minute, and then invokes once more. */
const LONG_FUNCTIONS = FUNCTION_NAMES.filter((name) => timeoutSeconds(name) >= 60);

const documents = ['.', 'docs', 'conformance']
  .flatMap((folder) => readdirSync(join(ROOT, folder)).map((name) => join(folder, name)))
  .filter((name) => name.endsWith('.md'))
  .map((name) => [name, readFileSync(join(ROOT, name), 'utf8')] as const);
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const code = sourcesUnder(
  'lib',
  'lambdas',
  'infra',
  'local',
  'bench',
  'operator',
  'test',
  'examples',
)
  .filter(({ path }) => !path.startsWith('test/architecture/'))
  .map(({ text }) => text)
  .join('\n');

const all = (text: string, pattern: RegExp) =>
  [...new Set([...text.matchAll(pattern)].map(([, found = '']) => found))].sort();

/** `[...](path)` without anchors and without addresses of the web. */
function linksIn(text: string): string[] {
  return all(text, /\]\(([^)\s#]+)[^)]*\)/g).filter((link) => !/^[a-z]+:/.test(link));
}

/** Paths of the project in code spans and blocks: `lib/secret.ts`, `infra/bundling/`. */
function pathsIn(text: string): string[] {
  const folders = FOLDERS.map((folder) => folder.replace('.', '\\.')).join('|');
  return all(text, new RegExp(`(?<![\\w./@<>-])((?:${folders})/[\\w./-]*\\w)`, 'g')).concat(
    all(text, /`((?:[\w-]+\.)+(?:md|json|ts|js))`/g).filter((path) => !path.includes('/')),
  );
}

const isThere = (path: string) =>
  MADE_BY_COMMANDS.includes(path.split('/')[0] ?? '') || existsSync(join(ROOT, path));

if (documents.length === 0) test.todo('documents');

describe.each(documents)('%s', (name, text) => {
  test('its links lead somewhere', () => {
    expect(linksIn(text).filter((link) => !isThere(join(dirname(name), link)))).toEqual([]);
  });

  test('its paths are there', () => {
    expect(pathsIn(text).filter((path) => !isThere(path))).toEqual([]);
  });

  test('its npm scripts are there', () => {
    const named = all(text, /\bnpm run(?: --?[\w-]+)* ([a-z][\w:-]*)/g);
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
  });

  test('what it invokes by the AWS CLI is invoked once, however long it takes', () => {
    const commands = text.replaceAll('\\\n', ' ').match(/.*\baws lambda invoke\b.*/g) ?? [];
    const long = commands.filter((command) =>
      LONG_FUNCTIONS.some((name) => new RegExp(`--function-name \\S+-${name}\\b`).test(command)),
    );
    const once = /AWS_MAX_ATTEMPTS=1 aws lambda invoke .*--cli-read-timeout 0/;
    expect(long.filter((command) => !once.test(command))).toEqual([]);
  });

  test('its environment variables are read or set somewhere', () => {
    const named = all(text, /\b(LATCHKEY_[A-Z0-9_]*[A-Z0-9])\b(?!\*)/g);
    expect(named.filter((variable) => !new RegExp(`\\b${variable}\\b`).test(code))).toEqual([]);
  });

  test('its settings are settings', () => {
    const named = all(text, /(?:^|\s)-c (\w+)=/gm);
    expect(named.filter((setting) => !(setting in DEFAULT_SETTINGS))).toEqual([]);
  });
});

test('every metric is written by the functions', () => {
  const telemetry = readFileSync(join(ROOT, 'lambdas/runtime/telemetry.ts'), 'utf8');
  const silent = Object.keys(METRIC_UNITS).filter((name) => !telemetry.includes(`'${name}'`));
  expect(silent).toEqual([]);
});

test('a variable of every operation is one that the code knows', () => {
  expect(Object.values(FUNCTION_VARIABLE_OF_OPERATION).every((name) => code.includes(name))).toBe(
    true,
  );
});

describe('docs/REFRESH.md', () => {
  const text = readFileSync(join(ROOT, 'docs/REFRESH.md'), 'utf8');
  const section = (title: string) =>
    text.split(/^## /m).find((part) => part.startsWith(title)) ?? '';
  /** What stands in code in the first column of a section's tables. */
  const rowsOf = (title: string) =>
    [...section(title).matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      all(cell, /`([^`]+)`/g),
    );

  test('its metrics are those that there are', () => {
    expect(rowsOf('Metrics').sort()).toEqual(Object.keys(METRIC_UNITS).sort());
  });

  test('its findings are those that the housekeeper has', () => {
    expect(rowsOf('The housekeeper').sort()).toEqual([...FINDING_KINDS].sort());
  });

  test('its settings of a provider are those that there are', () => {
    const settings = readFileSync(join(ROOT, 'lib/provider/provider-settings.ts'), 'utf8');
    expect(rowsOf('Other providers').sort()).toEqual(all(settings, /^ {2}readonly (\w+)\??:/gm));
  });
});
