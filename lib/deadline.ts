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
  /** Aborts when the deadline passes. Made when it is first read: most operations need none. */
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
  const remainingMs = () => untilMs - clock.nowMs();
  let signal: AbortSignal | undefined;
  const madeSignal = () => {
    if (signal === undefined) {
      signal = AbortSignal.timeout(Math.max(0, Math.ceil(remainingMs())));
      // Waits and provider calls of a page's tokens share it; Node warns from eleven on.
      setMaxListeners(Number.POSITIVE_INFINITY, signal);
    }
    return signal;
  };
  return {
    remainingMs,
    get signal() {
      return madeSignal();
    },
    wait: async (ms) => {
      if (ms >= remainingMs()) throw outOfTime();
      try {
        await clock.sleep(ms, madeSignal());
      } catch {
        throw outOfTime();
      }
    },
  };
}
