/** The package as it is published: plain JavaScript, its files, and a subject in plain JavaScript. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const KIT = join(import.meta.dirname, '../../../conformance');
const FILE_STORE = join(KIT, 'example/file-store.js');

const folder = mkdtempSync(join(tmpdir(), 'latchkey-kit-'));
writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
afterAll(() => rmSync(folder, { recursive: true }));

test('what is published runs without TypeScript, and opens its other process too', async () => {
  const tsc = join(KIT, '../node_modules/typescript/bin/tsc');
  await run(process.execPath, [tsc, '-p', join(KIT, 'tsconfig.json'), '--outDir', folder]);
  const only = ['--only', 'durability/killed', '--only', 'leaks/files', '--json'];
  const { stdout } = await run(process.execPath, [
    join(folder, 'cli.js'),
    FILE_STORE,
    ...only,
  ]).catch((failed: { readonly stdout: string }) => failed);
  expect(JSON.parse(stdout)).toMatchObject({
    results: [{ id: 'durability/killed', outcome: 'passed' }, { id: 'leaks/files' }],
  });
});

test('npm pack takes the program, the example and the documents, and no test', async () => {
  const args = ['pack', '--dry-run', '--json', '--ignore-scripts'];
  const env = { ...process.env, npm_config_cache: join(folder, 'npm-cache') };
  const { stdout } = await run('npm', args, { cwd: KIT, env });
  const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path).filter((path) => !path.startsWith('dist/'));
  expect(paths.sort()).toEqual(['LICENSE', 'README.md', 'example/file-store.js', 'package.json']);
  const { bin } = JSON.parse(readFileSync(join(KIT, 'package.json'), 'utf8'));
  expect(bin).toEqual({ 'latchkey-conformance': 'dist/cli.js' });
});
