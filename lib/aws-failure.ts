/**
 * What a failed AWS call means to the caller. Shared by the adapters; knows no service.
 * An SDK error never travels further: its message and its response may quote what was sent.
 */
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { type Deadline, outOfTime } from './deadline.ts';
import { LatchkeyError } from './errors.ts';

/** Errors whose text names actions and resources, never values: an operator needs to read it. */
const TELLING = new Set(['AccessDeniedException', 'AccessDenied', 'ResourceNotFoundException']);

type ErrorClass = abstract new (...args: never[]) => Error;

/**
 * Runs one AWS call within the deadline.
 * @param expected - the error classes that the caller handles; they are thrown as they are
 * @throws LatchkeyError STORE_UNAVAILABLE for a throttle, an outage, a lost connection or a
 *   deadline that passed, after the client's own retries; an Error without payload for the rest
 */
export async function callAws<Output>(
  run: (options: { abortSignal: AbortSignal }) => Promise<Output>,
  deadline: Deadline,
  expected: readonly ErrorClass[] = [],
): Promise<Output> {
  if (deadline.remainingMs() <= 0) throw outOfTime();
  try {
    return await untilAborted(run({ abortSignal: deadline.signal }), deadline.signal);
  } catch (error) {
    if (expected.some((known) => error instanceof known)) throw error;
    throw withoutPayload(error);
  }
}

/** The client's own wait between two attempts does not watch the signal: this does. */
function untilAborted<Output>(work: Promise<Output>, signal: AbortSignal): Promise<Output> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(outOfTime());
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

/** The same failure, fit to travel: no text or response that may quote a secret. */
export function withoutPayload(error: unknown): Error {
  if (error instanceof LatchkeyError) return error;
  if (!(error instanceof Error)) return new Error('An AWS call failed without an error.');
  if (isPassing(error)) {
    return new LatchkeyError(
      'STORE_UNAVAILABLE',
      `AWS is throttling or not answering (${error.name}). Nothing was acknowledged; repeat the call.`,
    );
  }
  const { requestId = 'none' } =
    '$metadata' in error ? (error.$metadata as { requestId?: string }) : {};
  const text = TELLING.has(error.name) ? `: ${error.message}` : '';
  return new Error(`AWS refused a call: ${error.name}${text} (AWS request id ${requestId})`);
}

function isPassing(error: Error): boolean {
  const sdkError = error as Parameters<typeof isThrottlingError>[0];
  return (
    error.name === 'AbortError' ||
    error.name === 'TimeoutError' ||
    isThrottlingError(sdkError) ||
    isTransientError(sdkError) ||
    isServerError(sdkError)
  );
}
