/** What the watch knows of one token of the store. */
import type { Invocation } from '../engine/lambda-process.ts';
import type { Truth } from '../world/simulated-provider.ts';
import type { Disturbance } from './reasons.ts';

export interface TokenRecord {
  readonly id: string;
  readonly owner: number;
  /** What kept the token from being refreshed since it last got an access token. */
  disturbances: Disturbance[];
  accessTokenSinceMs: number | undefined;
  /** What the provider last answered in truth, until the store has noted it. */
  answer: { readonly truth: Truth; readonly by: Invocation; readonly atMs: number } | undefined;
  /** Refusals that the store has noted since it was last refreshed or saved. */
  refusalsNoted: number;
  /** Refusals of a valid grant that it has noted. */
  refusalsInError: number;
  /** Of the first: while so many tokens of its client were refused that none is believed. */
  refusalsInIncident: number;
  /** Refusals that it could not note: a process died, froze or lost a race with a save. */
  refusalsExcused: number;
  /** Until when it is known to be explained that it was not refreshed: see `reasons.ts`. */
  explainedUntilMs: number;
  /** That it is overdue has been found: once is enough. */
  foundOverdue: boolean;
  marked: boolean;
}

export function newRecord(id: string, owner: number): TokenRecord {
  return {
    ...{ id, owner, disturbances: [], accessTokenSinceMs: undefined, answer: undefined },
    ...{
      refusalsNoted: 0,
      refusalsInError: 0,
      refusalsInIncident: 0,
      refusalsExcused: 0,
      foundOverdue: false,
      explainedUntilMs: 0,
      marked: false,
    },
  };
}
