/** How long to wait before trying or looking again. Pure: the random number is an argument. */

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

const FIRST_LOOKS_MS = 100;
const LATE_LOOKS_MS = 500;

/**
 * The pause before another look at whether somebody else is done: a fifth of the wait so far, in
 * the mean. Who waits long sees the end a little later, and many who wait do not wear the item out.
 * @param random - in [0, 1)
 */
export function lookAgainMs(waitedMs: number, random: number): number {
  const meanMs = Math.min(Math.max(waitedMs / 5, FIRST_LOOKS_MS), LATE_LOOKS_MS);
  return meanMs * (0.5 + random);
}
