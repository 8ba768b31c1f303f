/** How large files are, how handlers look, and how exactly dependencies are named. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { BACKGROUND_FUNCTIONS, CONSOLE_FUNCTIONS } from '../../infra/bundling/bundles.ts';
import { FUNCTION_OF_OPERATION } from '../../lib/contract.ts';
import { headerOf, ROOT, type SourceFile, sourcesUnder } from './source-files.ts';

const MAX_LINES = 300;
const MAX_HANDLER_LINES = 40;

const own = sourcesUnder(
  'lib',
  'lambdas',
  'infra',
  'operator',
  'local',
  'bench',
  'test',
  'examples',
);
const kit = sourcesUnder('conformance/src');
const handlers = sourcesUnder('lambdas').filter(({ path }) => /^lambdas\/[^/]+$/.test(path));
const lines = ({ text }: SourceFile) => text.trimEnd().split('\n').length;
const longer = (files: readonly SourceFile[], max: number) =>
  files.flatMap((file) => (lines(file) > max ? [`${file.path}: ${lines(file)} lines`] : []));

test(`no file has more than ${MAX_LINES} lines: look for its second question`, () => {
  expect(longer([...own, ...kit], MAX_LINES)).toEqual([]);
});

test(`no handler has more than ${MAX_HANDLER_LINES} lines`, () => {
  expect(longer(handlers, MAX_HANDLER_LINES)).toEqual([]);
});

test('every operation, background and console function has its handler, and every handler its function', () => {
  const functions = handlers.map(({ path }) => basename(path, '.ts')).sort();
  const expected = [
    ...Object.values(FUNCTION_OF_OPERATION),
    ...BACKGROUND_FUNCTIONS,
    ...CONSOLE_FUNCTIONS,
  ];
  expect(functions).toEqual(expected.sort());
});

test('a file starts by saying what it is', () => {
  const folders = ['lib', 'lambdas', 'infra', 'local', 'bench', 'operator', 'examples'];
  const silent = [...sourcesUnder(...folders), ...kit].filter((file) => headerOf(file) === '');
  expect(silent.map(({ path }) => path)).toEqual([]);
});

test('files are named in lower case with hyphens', () => {
  const sources = sourcesUnder('lib', 'lambdas', 'infra', 'local', 'bench', 'operator');
  const odd = [...sources, ...kit].filter(({ path }) => !/^[a-z0-9-]+\.ts$/.test(basename(path)));
  expect(odd.map(({ path }) => path)).toEqual([]);
});

test('dependencies are exact versions', () => {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  // Not the peers: which CDK an application has is its own business, within a range.
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies'];
  const loose = kinds
    .flatMap((kind) => Object.entries(manifest[kind] ?? {}))
    .filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
  expect(loose).toEqual([]);
});
