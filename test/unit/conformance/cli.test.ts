/** The command as users run it: exit codes, what is printed, and what it says of a wrong call. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

const CLI = join(import.meta.dirname, '../../../conformance/src/cli.ts');
const FILE_STORE = join(import.meta.dirname, '../../../conformance/example/file-store.js');
const REFERENCE = join(import.meta.dirname, '../../support/conformance/reference-module.ts');

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(...args: readonly string[]): Promise<Run> {
  return new Promise((resolve) => {
    const env = { ...process.env, FORCE_COLOR: undefined };
    execFile(
      process.execPath,
      ['--import', 'tsx', CLI, ...args],
      { env },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

test('a store that passes ends with 0, one that fails with 1', async () => {
  const [good, bad] = await Promise.all([
    run(REFERENCE, '--only', 'saving', '--only', 'finding/unknown-id'),
    run(FILE_STORE, '--only', 'values/comma', '--only', 'values/percent'),
  ]);
  expect(good).toMatchObject({ code: 0, stderr: '' });
  expect(good.stdout).toContain('20 passed, 0 failed');
  expect(bad).toMatchObject({ code: 1, stderr: '' });
  expect(bad.stdout).toContain('1 passed, 1 failed (1 mixed up)');
  expect(bad.stdout).toContain('A comma in a value breaks the save, or comes back changed');
  expect(bad.stdout).toMatch(/values\/comma: .* {2}#41/);
});

test('nothing is coloured where nobody looks at a terminal', async () => {
  const { stdout, stderr } = await run(FILE_STORE, '--only', 'values/comma');
  expect(`${stdout}${stderr}`).not.toContain('\u001b');
});

test('--json is JSON, and nothing but that', async () => {
  const { code, stdout } = await run(FILE_STORE, '--json', '--only', 'values/comma');
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    subject: 'FileStore',
    results: [{ id: 'values/comma', outcome: 'failed', severity: 'mixed up', defects: [41] }],
  });
});

test('--help and --list tell what there is, without a subject', async () => {
  const [help, list] = await Promise.all([run('--help'), run('--list', '--only', 'refreshing')]);
  expect(help).toMatchObject({ code: 0, stdout: expect.stringContaining('Usage: ') });
  expect(list.code).toBe(0);
  expect(list.stdout.trim().split('\n')).toHaveLength(6);
});

test.each([
  ['no subject', [], 'Which subject?'],
  ['a subject that is not there', ['./nowhere.js'], 'cannot be loaded'],
  ['a module without a subject', [CLI.replace('cli', 'people')], 'exports no `subject`'],
  ['a check that there is not', [FILE_STORE, '--only', 'nothing'], 'no check or group nothing'],
  ['an option that there is not', ['--nothing'], "Unknown option '--nothing'"],
  ['a time limit that is none', [FILE_STORE, '--time-limit', 'soon'], '--time-limit'],
] as const)('%s ends with 2, in words and without a stack', async (_, args, words) => {
  const { code, stderr } = await run(...args);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
  expect(stderr).not.toMatch(/\n\s+at /);
});

test('a store that would end the process fails its check, and does not end the run', async () => {
  const { code, stdout } = await run(REFERENCE, '--only', 'finding', '--json');
  expect(code).toBe(0);
  const crashing = REFERENCE.replace('reference-module', 'crashing-module');
  const crashed = await run(
    crashing,
    '--only',
    'finding/unknown-id',
    '--only',
    'finding/by-id',
    '--json',
  );
  expect(stdout).toContain('"outcome": "passed"');
  expect(crashed.code).toBe(1);
  const { results } = JSON.parse(crashed.stdout) as { results: { outcome: string }[] };
  expect(results.map(({ outcome }) => outcome)).toEqual(['passed', 'failed']);
});
