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
 * Tells the client that the deadline has passed. The client takes the old shape of a signal as well
 * as Node's own, whose listeners cost more than the rest of this file: a find makes one call.
 */
class CallSignal {
  aborted = false;
  onabort: (() => void) | null = null;

  abort(): void {
    this.aborted = true;
    this.onabort?.();
  }
}

/**
 * Runs one AWS call within the deadline; one that does not end by then is aborted and left behind.
 * @param expected - the error classes that the caller handles; they are thrown as they are
 * @throws LatchkeyError STORE_UNAVAILABLE for a throttle, an outage, a lost connection or a
 *   deadline that passed, after the client's own retries; an Error without payload for the rest
 */
export async function callAws<Output>(
  run: (options: { abortSignal: CallSignal }) => Promise<Output>,
  deadline: Deadline,
  expected: readonly ErrorClass[] = [],
): Promise<Output> {
  const leftMs = deadline.remainingMs();
  if (leftMs <= 0) throw outOfTime();
  const abortSignal = new CallSignal();
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Output>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(outOfTime());
        abortSignal.abort();
      }, leftMs);
      run({ abortSignal }).then(resolve, reject);
    });
  } catch (error) {
    if (expected.some((known) => error instanceof known)) throw error;
    throw withoutPayload(error);
  } finally {
    clearTimeout(timer);
  }
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
