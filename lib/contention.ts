/**
 * Waiting for one's turn at rows that others are changing too. Many at once get through only if
 * they spread over as much time as all of them need: longer pauses than a service that is slow
 * asks for, and no new attempt where there is no time to end it.
 */
import { backoffMs } from './backoff.ts';
import { type Deadline, outOfTime } from './deadline.ts';
import { LatchkeyError } from './errors.ts';

const CAP_MS = 4_000;
/** What an attempt takes, and what is to be cleared away if there is none. */
const ATTEMPT_MS = 1_000;
/** With fewer conflicts it is not the others who took the time. */
const SEVERAL = 3;

/**
 * @param conflicts - how often in a row others came first
 * @param random - in [0, 1)
 * @throws LatchkeyError STORE_UNAVAILABLE where time is too short for another attempt
 */
export async function awaitTurn(
  conflicts: number,
  random: number,
  deadline: Deadline,
): Promise<void> {
  const pauseMs = backoffMs(conflicts, random, CAP_MS);
  if (pauseMs + ATTEMPT_MS >= deadline.remainingMs()) {
    throw conflicts < SEVERAL ? outOfTime() : contended();
  }
  await deadline.wait(pauseMs);
}

function contended(): LatchkeyError {
  return new LatchkeyError(
    'STORE_UNAVAILABLE',
    'Many others are changing tokens of the same user or credential, and kept coming first. ' +
      'Nothing was changed; repeat the call.',
  );
}
