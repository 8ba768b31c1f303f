/** Something that bad input comes to. */
import type * as fc from 'fast-check';
import type { World } from '../engine/world.ts';
import type { Input } from '../inputs/input.ts';

/** What an input came to. */
export interface Seen {
  /** `accepted`, or in a word why not. */
  readonly outcome: string;
  /** What must not be. */
  readonly wrong: readonly string[];
}

export interface Target {
  readonly name: string;
  /** Inputs for each of a run's: below 1 where one takes long. */
  readonly share: number;
  readonly inputs: fc.Arbitrary<Input>;
  /** Tried first in every round. */
  readonly always: readonly Input[];
  /** What must be there before. */
  readonly prepare?: (world: World) => Promise<void>;
  readonly attempt: (input: Input, world: World) => Promise<Seen>;
}
