/**
 * `npm run test:conformance`: the kit on the SDK's own stores, the article's and ours, held against
 * the results that docs/CONFORMANCE.md shows.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CheckResult, runConformance } from '../../conformance/src/index.ts';
import { summary } from '../../conformance/src/report/text-report.ts';
import { SetupError } from '../emulators/setup-error.ts';
import { conformanceDocument } from './document.ts';
import {
  type AllResults,
  differences,
  readExpectation,
  resultsOf,
  writeExpectation,
} from './expectation.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { OURS, STORES } from './stores.ts';
import { terminalTable } from './terminal-table.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'CONFORMANCE.md');
const FAILED = 1;
const SETUP_FAILED = 2;

async function run({ stores, write }: Options, interrupt: AbortSignal): Promise<number> {
  const results = new Map<string, readonly CheckResult[]>();
  for (const store of stores) results.set(store, await tryStore(store, interrupt));
  console.log(`${terminalTable(results)}\n`);
  for (const [store, found] of results) console.log(`${store}: ${summary(found)}`);
  const found: AllResults = Object.fromEntries(
    [...results].map(([store, each]) => [store, resultsOf(each)]),
  );
  if (write) writeDown(found);
  return verdict(found, results);
}

async function tryStore(store: string, interrupt: AbortSignal): Promise<CheckResult[]> {
  interrupt.throwIfAborted();
  const makeSubject = STORES[store];
  if (makeSubject === undefined) throw new SetupError(`There is no store ${store}.`);
  const started = performance.now();
  const subject = await makeSubject(interrupt);
  const results = await runConformance(subject, { onResult: () => interrupt.throwIfAborted() });
  const seconds = Math.round((performance.now() - started) / 1_000);
  console.error(`${store}: ${results.length} checks in ${seconds} s`);
  return results;
}

/** Stores that were not tried this time keep what is written of them. */
function writeDown(found: AllResults): void {
  const known = readExpectation();
  const merged = Object.keys(STORES).flatMap((store) => {
    const results = found[store] ?? known[store];
    return results === undefined ? [] : [[store, results] as const];
  });
  const results = Object.fromEntries(merged);
  writeExpectation(results);
  writeFileSync(DOCUMENT, conformanceDocument(results));
}

function verdict(found: AllResults, results: ReadonlyMap<string, readonly CheckResult[]>): number {
  const expected = readExpectation();
  const unexpected = Object.entries(found).flatMap(([store, each]) =>
    differences(expected[store], each).map((sentence) => `${store}: ${sentence}`),
  );
  const ours = (results.get(OURS) ?? []).filter(({ outcome }) => outcome !== 'passed');
  const complaints = [
    ...unexpected,
    ...ours.map(({ id, outcome, reason }) => `${OURS}: ${id} is ${outcome}: ${reason}`),
  ];
  for (const complaint of complaints) console.log(complaint);
  const count = [...results.values()].reduce((sum, each) => sum + each.length, 0);
  console.log(`\n${count - unexpected.length} passed, ${unexpected.length} failed`);
  return complaints.length === 0 ? 0 : FAILED;
}

async function main(args: readonly string[]): Promise<number> {
  const interrupt = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => interrupt.abort(new SetupError(`ended by ${signal}`)));
  }
  try {
    const options = readOptions(args, Object.keys(STORES));
    if (options !== 'help') return await run(options, interrupt.signal);
    console.log(HELP);
    return 0;
  } catch (error) {
    if (!(error instanceof SetupError || error instanceof TypeError)) throw error;
    console.error(error.message);
    return SETUP_FAILED;
  }
}

const exitCode = await main(process.argv.slice(2));
// The stores of the SDK leave connections open that would keep the process.
process.stdout.write('', () => process.exit(exitCode));
