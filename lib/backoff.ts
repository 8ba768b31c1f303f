/** How long to wait before trying again. Pure: the random number is an argument. */

const BASE_MS = 20;
const CAP_MS = 1_000;

/**
 * Exponential backoff with full jitter
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/).
 * @param attempt - 0 for the first repetition
 * @param random - in [0, 1)
 * @param capMs - the longest pause. Default: a second
 */
export function backoffMs(attempt: number, random: number, capMs = CAP_MS): number {
  return Math.min(capMs, BASE_MS * 2 ** Math.min(attempt, 10)) * random;
}
