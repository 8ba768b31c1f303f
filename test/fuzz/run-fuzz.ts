/**
 * Makes inputs and tries them, target by target, in several rounds: what is held after an early round
 * is about what is held after the last. The first bad one of a target ends that target, made small.
 */
import * as fc from 'fast-check';
import { heldBytes } from './engine/heap.ts';
import type { World } from './engine/world.ts';
import type { Input } from './inputs/input.ts';
import { Tallies } from './tallies.ts';
import type { Seen, Target } from './targets/target.ts';

export interface FuzzOptions {
  readonly targets: readonly Target[];
  /** Inputs of a target whose share is 1. */
  readonly runs: number;
  readonly seed: number;
  /** Default: 4. */
  readonly rounds?: number;
  /** Where a failure was shrunk to, with its seed: that input alone. */
  readonly path?: string;
  /** Inputs that are tried at most to make a failure small. Default: 300. */
  readonly shrinkTries?: number;
  readonly onProgress?: (target: string, tallies: Tallies) => void;
}

export interface Violation {
  readonly target: string;
  readonly input: Input;
  readonly wrong: readonly string[];
  readonly seed: number;
  readonly path: string;
  readonly shrinks: number;
}

export interface FuzzResult {
  readonly tallies: Tallies;
  readonly violations: readonly Violation[];
  /** Bytes that were held after each round. */
  readonly held: readonly number[];
}

const ROUNDS = 4;
/** After this round everything is loaded, and every cache has been filled. */
const SETTLED = 1;
/** Of what was held then; a cache may hold somewhat larger tokens the next time. */
const MOST_GROWTH = 1.5;

export async function runFuzz(world: World, options: FuzzOptions): Promise<FuzzResult> {
  const { targets, runs, seed, path, rounds = path === undefined ? ROUNDS : 1 } = options;
  const tallies = new Tallies();
  const violations: Violation[] = [];
  const held: number[] = [];
  for (const target of targets) await target.prepare?.(world);
  for (let round = 0; round < rounds; round += 1) {
    for (const target of targets) {
      if (violations.some((violation) => violation.target === target.name)) continue;
      const numRuns =
        target.always.length + Math.max(1, Math.round((runs * target.share) / rounds));
      const seedOfRound = path === undefined ? seed + round : seed;
      const found = await check(target, world, { ...options, numRuns, seed: seedOfRound, tallies });
      if (found !== undefined) violations.push(found);
    }
    if (violations.length === targets.length) break;
    held.push(await heldBytes());
  }
  return { tallies, violations, held };
}

/** How often as much is held after the last round as after an early one, where that is too much. */
export function growth(held: readonly number[]): number | undefined {
  const settled = held[SETTLED];
  const last = held.at(-1);
  if (settled === undefined || last === undefined || held.length <= SETTLED + 1) return undefined;
  return last / settled > MOST_GROWTH ? last / settled : undefined;
}

interface Round extends FuzzOptions {
  readonly numRuns: number;
  readonly tallies: Tallies;
}

async function check(
  target: Target,
  world: World,
  { numRuns, seed, path, tallies, shrinkTries = 300, onProgress = () => {} }: Round,
): Promise<Violation | undefined> {
  let failed = false;
  let reasons: readonly string[] = [];
  let triesLeft = shrinkTries;
  const property = fc.asyncProperty(target.inputs, async (input) => {
    if (failed && triesLeft-- <= 0) return true;
    const { outcome, wrong } = await seen(target, input, world);
    // What is tried in order to shrink a failure is no input of the run.
    if (!failed) tallies.add(target.name, input.kind, outcome);
    failed ||= wrong.length > 0;
    // The last that fails is the smallest.
    if (wrong.length > 0) reasons = wrong;
    onProgress(target.name, tallies);
    return wrong.length === 0;
  });
  const details = await fc.check(property, {
    ...{ seed, numRuns, examples: target.always.map((input): [Input] => [input]) },
    ...(path !== undefined && { path }),
  });
  if (!details.failed) return undefined;
  const [input] = details.counterexample ?? [];
  if (input === undefined) throw details.errorInstance;
  return {
    ...{ target: target.name, input, wrong: reasons, seed },
    ...{ path: details.counterexamplePath ?? '', shrinks: details.numShrinks },
  };
}

/** What follows an input may fail too: then the store is not what it was before. */
async function seen(target: Target, input: Input, world: World): Promise<Seen> {
  try {
    return await target.attempt(input, world);
  } catch (error) {
    return { outcome: 'accepted', wrong: [`after it: ${(error as Error).stack}`] };
  }
}
