/** The operator's commands in the documents and in the help: each is one that there is. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { indexTable } from '../../../local/index-table.ts';
import { operatorProgram } from '../../../operator/program.ts';
import { Terminal } from '../../../operator/terminal.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

const { commands } = operatorProgram(new Terminal(), () => {});
const optionsOf = new Map(
  commands.map((command) => [command.name(), command.options.map(({ long }) => long ?? '')]),
);

const documents = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
);
const helps = readdirSync(join(ROOT, 'operator', 'commands')).map((name) => {
  return join('operator', 'commands', name);
});

/** `recover --store billing --dry-run`, wherever it is written. */
const lines = [...documents, ...helps].flatMap((file) =>
  [
    ...readFileSync(join(ROOT, file), 'utf8').matchAll(
      /npm run operator -- ([a-z][a-z-]*(?: +(?!is\b|to\b|and\b)[^\s`]+)*)/g,
    ),
  ].map(([, line = '']) => [file, line] as const),
);

test('there are some', () => {
  expect(lines.length).toBeGreaterThan(15);
});

test.each(lines)('%s: %s', (_file, line) => {
  const [name = '', ...words] = line.split(/\s+/);
  expect([...optionsOf.keys()]).toContain(name);
  const options = words.filter((word) => word.startsWith('--'));
  expect(options.filter((option) => !optionsOf.get(name)?.includes(option))).toEqual([]);
});

test('docs/RECOVERY.md lists every command', () => {
  const text = readFileSync(join(ROOT, 'docs', 'RECOVERY.md'), 'utf8');
  const listed = [...text.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
    [...cell.matchAll(/`([^`]+)`/g)].map(([, command]) => command),
  );
  expect(listed.sort()).toEqual([...optionsOf.keys()].sort());
});

test('the table that docs/RECOVERY.md makes by hand is the one that is deployed', () => {
  const text = readFileSync(join(ROOT, 'docs', 'RECOVERY.md'), 'utf8');
  const [, indexes = ''] = /--global-secondary-indexes '(.*)'/.exec(text) ?? [];
  const [, key] = /--key-schema AttributeName=(\w+),KeyType=HASH/.exec(text) ?? [];
  const attributes = [...text.matchAll(/AttributeName=(\w+),AttributeType=(\w)/g)].map(
    ([, AttributeName, AttributeType]) => ({ AttributeName, AttributeType }),
  );
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes } =
    indexTable('latchkey-billing');
  expect([{ AttributeName: key, KeyType: 'HASH' }]).toEqual(KeySchema);
  expect(attributes).toEqual(AttributeDefinitions);
  expect(JSON.parse(indexes)).toEqual(GlobalSecondaryIndexes);
});
