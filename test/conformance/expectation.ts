/**
 * What came of each store when the table was written: `expected-results.json`, from which
 * docs/CONFORMANCE.md is made, and which a run is held against.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CheckResult } from '../../conformance/src/index.ts';

/** The checks that a store does not pass, by their ids. */
export interface StoreResults {
  readonly failed: readonly string[];
  readonly notTried: readonly string[];
}

export type AllResults = Readonly<Record<string, StoreResults>>;

const FILE = join(import.meta.dirname, 'expected-results.json');

export function readExpectation(): AllResults {
  return JSON.parse(readFileSync(FILE, 'utf8')) as AllResults;
}

export function writeExpectation(results: AllResults): void {
  writeFileSync(FILE, `${JSON.stringify(results, null, 2)}\n`);
}

export function resultsOf(results: readonly CheckResult[]): StoreResults {
  const ids = (outcome: CheckResult['outcome']) =>
    results.filter((result) => result.outcome === outcome).map(({ id }) => id);
  return { failed: ids('failed'), notTried: ids('not tried') };
}

/** One sentence for each result that is not as expected. */
export function differences(expected: StoreResults | undefined, found: StoreResults): string[] {
  if (expected === undefined) return ['nothing is expected of this store yet'];
  const sentences: string[] = [];
  const compare = (was: readonly string[], is: readonly string[], word: string) => {
    for (const id of is) if (!was.includes(id)) sentences.push(`${id} is ${word}, unexpectedly`);
    for (const id of was) if (!is.includes(id)) sentences.push(`${id} is no longer ${word}`);
  };
  compare(expected.failed, found.failed, 'failed');
  compare(expected.notTried, found.notTried, 'not tried');
  return sentences;
}
