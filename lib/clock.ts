/** Time as the core is given it, so that a test or a simulation can own it. */
import { setTimeout as delay } from 'node:timers/promises';

export interface Clock {
  /** Unix epoch in milliseconds. */
  nowMs(): number;
  /** Resolves after `ms`; rejects as soon as `signal` aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, { signal });
  },
};
