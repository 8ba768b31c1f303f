/**
 * The SDK's standard retries, numbers included (@smithy/core/retry), but that they wait on a clock
 * of ours, by chance of ours, and no longer than their container has time.
 */
import type { RetryErrorInfo, RetryStrategyV2, StandardRetryToken } from '@smithy/types';
import type { Clock } from '../../../lib/clock.ts';

const MAX_ATTEMPTS = 4;
const BASE_MS = 50;
const THROTTLED_BASE_MS = 1_000;
const LONGEST_MS = 20_000;
/** What a client may spend on retries; a success gives back what its last retry cost. */
const CAPACITY = 500;
const COST = 14;
const THROTTLED_COST = 5;

export interface ClockedRetriesOptions {
  readonly clock: Pick<Clock, 'sleep'>;
  readonly random: () => number;
  /** Milliseconds that are left to the container's invocation. */
  readonly remainingMs: () => number;
}

const { signal: NEVER } = new AbortController();

export class ClockedRetries implements RetryStrategyV2 {
  readonly mode = 'standard';
  readonly #o: ClockedRetriesOptions;
  #capacity = CAPACITY;

  constructor(options: ClockedRetriesOptions) {
    this.#o = options;
  }

  acquireInitialRetryToken = async (): Promise<StandardRetryToken> => token(0, undefined);

  refreshRetryTokenForRetry = async (spent: StandardRetryToken, { errorType }: RetryErrorInfo) => {
    const { clock, random, remainingMs } = this.#o;
    const retries = spent.getRetryCount();
    const throttled = errorType === 'THROTTLING';
    const cost = throttled ? THROTTLED_COST : COST;
    if (errorType === 'CLIENT_ERROR' || retries + 1 >= MAX_ATTEMPTS || cost > this.#capacity) {
      throw new Error('No retry.');
    }
    this.#capacity -= cost;
    const baseMs = throttled ? THROTTLED_BASE_MS : BASE_MS;
    const waitMs = random() * Math.min(baseMs * 2 ** retries, LONGEST_MS);
    const leftMs = remainingMs();
    await clock.sleep(Math.max(0, Math.min(waitMs, leftMs)), NEVER);
    if (waitMs >= leftMs) throw new Error('No time for a retry.');
    return token(retries + 1, cost);
  };

  recordSuccess = (spent: StandardRetryToken): void => {
    this.#capacity = Math.min(CAPACITY, this.#capacity + (spent.getRetryCost() ?? 1));
  };
}

/** The wait is over when there is one. */
function token(retries: number, cost: number | undefined): StandardRetryToken {
  return {
    getRetryCount: () => retries,
    getRetryDelay: () => 0,
    getRetryCost: () => cost,
  };
}
