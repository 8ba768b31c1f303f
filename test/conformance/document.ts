/**
 * docs/CONFORMANCE.md, made from the results: every check as a row, every store as a column. What
 * stands around the tables is here too, so that the document is one thing.
 */
import {
  type Check,
  chooseChecks,
  GROUPS,
  type Group,
  SEVERITIES,
} from '../../conformance/src/index.ts';
import type { AllResults, StoreResults } from './expectation.ts';

const PASSED = 'ok';
const NOT_TRIED = '–';

export function conformanceDocument(results: AllResults): string {
  const checks = chooseChecks();
  return [
    introduction(checks.length),
    counts(checks, results),
    byName(results),
    CELLS,
    ...(Object.keys(GROUPS) as Group[]).map((group) => groupSection(group, checks, results)),
    notes(checks),
  ].join('\n');
}

function counts(checks: readonly Check[], results: AllResults): string {
  const stores = Object.values(results);
  const row = (name: string, count: (store: StoreResults) => number) => [
    name,
    ...stores.map((store) => String(count(store) || 'none')),
  ];
  const isOk = ({ id }: Check, { failed, notTried }: StoreResults) =>
    !failed.includes(id) && !notTried.includes(id);
  return table(
    ['', ...Object.keys(results)],
    [
      row('passed', (store) => checks.filter((check) => isOk(check, store)).length),
      ...SEVERITIES.map((severity) =>
        row(`**${severity}**`, ({ failed }) => {
          return checks.filter((check) => check.severity === severity && failed.includes(check.id))
            .length;
        }),
      ),
      row('not tried', ({ notTried }) => notTried.length),
    ],
  );
}

/** Who fails what. */
function byName(results: AllResults): string {
  const lines = Object.entries(results).map(([store, { failed }]) => {
    const names = failed.map((id) => `\`${id}\``).join(', ');
    return `- **${store}**: ${names || 'none'}.`;
  });
  return ['## Failures by name', '', ...lines, ''].join('\n');
}

function introduction(count: number): string {
  return `# Conformance

What the users of a Zoho CRM SDK token store suffer, tried on the SDK's own stores, on the stores of
Zoho's article about custom token persistence, and on Latchkey. The ${count} checks are a package of their
own, [latchkey-conformance](../conformance/README.md), which runs on any \`TokenStore\` of the TypeScript SDK.

This page is written by \`npm run test:conformance -- --write\`. \`npm run test:conformance\` runs every
check on every store, and fails where a result is not the one that stands here, or where Latchkey
fails one. It needs a MariaDB server (Debian: \`apt-get install mariadb-server\`) and starts its own.

| store | what it is here |
| --- | --- |
| FileStore | \`FileStore\` of \`@zohocrm/typescript-sdk-8.0\` 3.0.0 |
| DBStore | \`DBStore\` of the same, on MariaDB 10.11 with Debian's settings and the table of the SDK's README |
| article's SQLite | the SQLite store of "Kaizen #192 - Implementing Custom Token Persistence in Python SDK", re-created in TypeScript |
| article's list | the list store of the samples that go with it, re-created in TypeScript |
| Latchkey | the functions as they are deployed, on the embedded AWS, behind \`ZohoTokenStore\` |
`;
}

const CELLS = `## Check by check

A cell says what a failure does to the user: tokens **mixed up** between users, **leaked**, **lost**,
something **wrong**, or **inconvenient**. \`${PASSED}\`: the user is spared. \`${NOT_TRIED}\`: not tried, because the store
has no such thing, as a list in memory has no storage to read. Numbers are those of [DEFECTS.md](DEFECTS.md).
`;

function groupSection(group: Group, checks: readonly Check[], results: AllResults): string {
  const stores = Object.keys(results);
  const rows = checks
    .filter(({ id }) => id.startsWith(`${group}/`))
    .map((check) => [label(check), ...stores.map((store) => cell(check, of(results, store)))]);
  return `### ${GROUPS[group]}\n\n${table(['what the user suffers', ...stores], rows)}`;
}

function label({ id, title, defects }: Check): string {
  const numbers = defects.map((number) => ` #${number}`).join('');
  return `${title} (\`${id}\`${numbers})`;
}

function cell({ id, severity }: Check, { failed, notTried }: StoreResults): string {
  if (failed.includes(id)) return `**${severity}**`;
  return notTried.includes(id) ? NOT_TRIED : PASSED;
}

function notes(checks: readonly Check[]): string {
  const shown = new Set(checks.flatMap(({ defects }) => defects)).size;
  return `## What to read out of it, and what not

- The checks name ${shown} of the 59 defects. The others are of other languages, of the SDK beside the
  store, or cannot be reached through the store's interface.
- The group "${GROUPS.refreshing}" shows the SDK's own mistakes. No store that leaves refreshing to the SDK can
  pass it; one that hands out tokens which it has refreshed itself can.
- Where the SDK's stores differ from each other, the checks ask for what spares the user. The
  [kit's README](../conformance/README.md) lists these choices.
- The article's stores are written in Python. What is tried is what they do, written anew over the
  TypeScript SDK: the same statements, put together in the same way. Their SQLite is taken to know
  \`update ... limit\`, as Debian's does. With SQLite's usual build each of these saves fails (#53).
- What can be read of Latchkey without the right to decrypt is its index, and the names, tags and
  descriptions of its secrets. The values are in Secrets Manager, which encrypts them.
- Races are run within one process, on one or several open stores. What several processes do to one
  file at the same moment depends on chance, and is not tried.
`;
}

const of = (results: AllResults, store: string): StoreResults =>
  results[store] ?? { failed: [], notTried: [] };

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return `${[line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')}\n`;
}
