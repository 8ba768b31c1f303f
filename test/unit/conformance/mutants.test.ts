/**
 * The test of the tests: a store that does everything right passes every check of the kit, and for
 * each check there is a store with one thing wrong that fails it, and no other without a reason.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { chooseChecks } from '../../../conformance/src/index.ts';
import { MUTANTS } from '../../support/conformance/mutants.ts';

const PROGRAM = join(import.meta.dirname, '../../support/conformance/try-mutants.ts');

let notPassed: Readonly<Record<string, readonly string[]>>;
beforeAll(async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', PROGRAM]);
  notPassed = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}, 300_000);

test('the reference store passes every check', () => {
  expect(notPassed['reference']).toEqual([]);
});

test('every check has its mutant, and none has two', () => {
  const checks = chooseChecks().map(({ id }) => id);
  expect(MUTANTS.map(({ check }) => check).sort()).toEqual(checks.sort());
});

test.each(MUTANTS.map((mutant) => [mutant.check, mutant] as const))(
  'the store that is wrong in %s is found by it',
  (check, { also }) => {
    expect([...(notPassed[check] ?? [])].sort()).toEqual([check, ...also].sort());
  },
);
