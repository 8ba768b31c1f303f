/**
 * Makes histories, runs them and examines each. The first that was not promised ends it: fast-check
 * then looks for the smallest one that fails still.
 */
import * as fc from 'fast-check';
import type { Plant } from './machine/machine.ts';
import { type History, runProgram } from './machine/run-program.ts';
import { type Examined, examine } from './model/examine.ts';
import type { Program } from './program/operation.ts';
import { withoutSpare } from './program/without-spare.ts';
import { Tallies } from './report/tallies.ts';

export interface HistoriesOptions {
  readonly programs: fc.Arbitrary<Program>;
  /** Each makes its share of the histories. */
  readonly seeds: readonly number[];
  readonly histories: number;
  /** Where a failure was shrunk to, with its one seed: that history alone. */
  readonly path?: string;
  readonly plant?: Plant;
  readonly onProgress?: (tallies: Tallies) => void;
}

export interface Failure {
  readonly seed: number;
  readonly path: string;
  readonly shrinks: number;
  readonly history: History;
  readonly examined: Examined;
}

export interface HistoriesResult {
  readonly tallies: Tallies;
  readonly failure: Failure | undefined;
}

/** fast-check keeps what a property was given as long as it runs: not for a hundred thousand. */
const AT_ONCE = 1_000;

export async function runHistories(options: HistoriesOptions): Promise<HistoriesResult> {
  const { seeds, histories } = options;
  const tallies = new Tallies();
  for (const [place, seed] of seeds.entries()) {
    const share = Math.floor(histories / seeds.length) + (place < histories % seeds.length ? 1 : 0);
    for (let done = 0; done < share; done += AT_ONCE) {
      const failure = await check(options, seed + done, Math.min(AT_ONCE, share - done), tallies);
      if (failure !== undefined) return { tallies, failure };
    }
  }
  return { tallies, failure: undefined };
}

async function check(
  { programs, plant, path, onProgress = () => {} }: HistoriesOptions,
  seed: number,
  numRuns: number,
  tallies: Tallies,
): Promise<Failure | undefined> {
  let failed = false;
  const property = fc.asyncProperty(programs, async (program) => {
    const history = await runProgram(program, plant);
    const examined = examine(history);
    const isGood = examined.outcome === 'explained';
    // What is tried in order to shrink a failure is no history of the run.
    if (!failed) tallies.add(history, examined);
    failed ||= !isGood;
    onProgress(tallies);
    return isGood;
  });
  const details = await fc.check(property, { seed, numRuns, ...(path !== undefined && { path }) });
  if (!details.failed) return undefined;
  const [found] = details.counterexample ?? [];
  if (found === undefined) throw details.errorInstance;
  const program = await withoutSpare(found, async (smaller) => {
    return examine(await runProgram(smaller, plant)).outcome !== 'explained';
  });
  const history = await runProgram(program, plant);
  return {
    ...{ seed, path: details.counterexamplePath ?? '', shrinks: details.numShrinks },
    ...{ history, examined: examine(history) },
  };
}
