/**
 * What the package publishes: the modules that its exports lead to import its dependencies and
 * optional peers, all of them, and nothing else. What only the functions use is inside their bundles.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { build } from 'esbuild';
import { ROOT, sourcesUnder } from './source-files.ts';

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta: Readonly<Record<string, { readonly optional: boolean }>>;
}
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const entries = Object.entries(manifest.exports);
const dependencies = Object.keys(manifest.dependencies);
const peers = Object.keys(manifest.peerDependencies);

/** `./dist/lib/contract.js` is compiled from `lib/contract.ts`. */
const sourceOf = (file: string) => file.replace(/^\.\/dist\//, '').replace(/\.js$/, '.ts');

/** The packages that an entry and all that it leads to import at run time, without Node's own. */
async function packagesOf(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    outdir: 'dist/never-written',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  const names = Object.values(metafile.inputs).flatMap(({ imports }) =>
    imports.flatMap(({ external, path }) => (external ? [path] : [])),
  );
  return [...new Set(names.filter((name) => !name.startsWith('node:')).map(packageOf))].sort();
}

function packageOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

test.each(entries)('%s leads to a source, and its types to the same', (_, entry) => {
  expect(existsSync(join(ROOT, sourceOf(entry.default)))).toBe(true);
  expect(entry.types).toBe(entry.default.replace(/\.js$/, '.d.ts'));
});

test('the documents that say how to install the tarballs call them as npm does', () => {
  for (const [document, folder] of [
    ['README.md', '.'],
    ['conformance/README.md', 'conformance'],
  ] as const) {
    const { name, version } = JSON.parse(
      readFileSync(join(ROOT, folder, 'package.json'), 'utf8'),
    ) as { readonly name: string; readonly version: string };
    const named = readFileSync(join(ROOT, document), 'utf8').match(/[\w.-]+\.tgz/g);
    expect([...new Set(named)]).toEqual([`${name}-${version}.tgz`]);
  }
});

test('within the project its names lead to their sources', () => {
  const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8')) as {
    readonly compilerOptions: { readonly paths: Readonly<Record<string, readonly string[]>> };
  };
  const sources = entries.map(([name, entry]) => [
    name.replace(/^\./, 'latchkey'),
    [`./${sourceOf(entry.default)}`],
  ]);
  expect(compilerOptions.paths).toEqual(Object.fromEntries(sources));
});

describe('a document that is packed', () => {
  const isPacked = (path: string) =>
    manifest.files.some((each) => path === each || path.startsWith(`${each}/`));
  /** What stays in the repository, as README.md says. */
  const isSource = (path: string) => /^(?:lib|lambdas|infra|local|test)\//.test(path);
  const documents = [
    ...manifest.files,
    ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`),
  ].filter((path) => path.endsWith('.md'));

  test.each(documents)('%s links to what is packed too', (path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const links = [...text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link))
      .map((link) => normalize(join(dirname(path), link)));
    expect(links.filter((link) => !isPacked(link) && !isSource(link))).toEqual([]);
  });
});

test('what is published imports the dependencies and the peers, all of them and nothing else', async () => {
  const imported = await Promise.all(
    entries.map(([, entry]) => packagesOf(sourceOf(entry.default))),
  );
  expect([...new Set(imported.flat())].sort()).toEqual([...dependencies, ...peers].sort());
});

test('each entry has only its own optional peers', async () => {
  const peersOf = async (name: string) => {
    const packages = await packagesOf(sourceOf(manifest.exports[name]?.default ?? ''));
    return packages.filter((one) => peers.includes(one));
  };
  expect(await peersOf('./cdk')).toEqual(['aws-cdk-lib', 'constructs']);
  expect(await peersOf('./client')).toEqual([]);
  expect(await peersOf('./zoho')).toEqual(['@zohocrm/typescript-sdk-8.0']);
  expect(await packagesOf(sourceOf(manifest.exports['./contract']?.default ?? ''))).toEqual([]);
  const optional = Object.entries(manifest.peerDependenciesMeta).filter(
    ([, meta]) => meta.optional,
  );
  expect(optional.map(([name]) => name).sort()).toEqual([...peers].sort());
});

test('what the functions run is known to package.json: as a dependency, or for the bundles only', () => {
  const used = sourcesUnder('lib', 'lambdas').flatMap(({ imports }) =>
    imports.flatMap(({ from, typeOnly, file }) =>
      typeOnly || file !== undefined || from.startsWith('node:') ? [] : [packageOf(from)],
    ),
  );
  const known = [...dependencies, ...Object.keys(manifest.devDependencies), ...peers];
  expect([...new Set(used)].filter((name) => !known.includes(name))).toEqual([]);
});

test('a peer is developed against a version that it allows', () => {
  for (const [name, range] of Object.entries(manifest.peerDependencies)) {
    const [major, minor] = range.replace('^', '').split('.').map(Number);
    const [ownMajor, ownMinor] = (manifest.devDependencies[name] ?? '').split('.').map(Number);
    expect([name, ownMajor]).toEqual([name, major]);
    expect(ownMinor).toBeGreaterThanOrEqual(minor ?? 0);
  }
});
