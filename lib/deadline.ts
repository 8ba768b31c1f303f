/**
 * The moment by which an operation must have answered. It is handed down to every outgoing call,
 * so that no retry outlives the function it runs in.
 */
import { setMaxListeners } from 'node:events';
import type { Clock } from './clock.ts';
import { LatchkeyError } from './errors.ts';

export interface Deadline {
  /** Milliseconds that are left; zero or less when it has passed. */
  remainingMs(): number;
  /** Aborts when the deadline passes. */
  readonly signal: AbortSignal;
  /**
   * Waits, unless the deadline would pass first.
   * @throws LatchkeyError STORE_UNAVAILABLE when there is not that much time left
   */
  wait(ms: number): Promise<void>;
}

/** The failure of an operation that ran out of time: nothing was acknowledged, repeating is safe. */
export function outOfTime(): LatchkeyError {
  return new LatchkeyError(
    'STORE_UNAVAILABLE',
    'The store could not finish in time: AWS or the provider is slow, throttled or down. ' +
      'Repeat the call.',
  );
}

/** A deadline `budgetMs` from now. */
export function deadlineIn(budgetMs: number, clock: Clock): Deadline {
  const untilMs = clock.nowMs() + budgetMs;
  const signal = AbortSignal.timeout(Math.max(0, Math.ceil(budgetMs)));
  // As many calls run under one deadline as a page has tokens; Node warns from eleven on.
  setMaxListeners(Number.POSITIVE_INFINITY, signal);
  const remainingMs = () => untilMs - clock.nowMs();
  return {
    remainingMs,
    signal,
    wait: async (ms) => {
      if (ms >= remainingMs()) throw outOfTime();
      try {
        await clock.sleep(ms, signal);
      } catch {
        throw outOfTime();
      }
    },
  };
}
