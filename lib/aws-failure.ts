/**
 * What a failed AWS call means to the caller. Shared by the adapters; knows no service.
 * An SDK error never travels further: its message and its response may quote what was sent.
 */
import { isServerError, isThrottlingError, isTransientError } from '@smithy/core/retry';
import { type Deadline, outOfTime } from './deadline.ts';
import { LatchkeyError } from './errors.ts';

/** Errors whose text names actions and resources, never values: an operator needs to read it. */
const TELLING = new Set(['AccessDeniedException', 'AccessDenied', 'ResourceNotFoundException']);

/**
 * One item is written while a transaction is at it: nothing was done, and it is over in some ten
 * milliseconds. The client does not repeat it by itself. (A transaction that meets another is
 * cancelled, and its caller reads again.)
 */
const ITEM_IN_TRANSACTION = 'TransactionConflictException';
const TRANSACTION_MS = 50;

type ErrorClass = abstract new (...args: never[]) => Error;
type Run<Output> = (options: { abortSignal: CallSignal }) => Promise<Output>;

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
  run: Run<Output>,
  deadline: Deadline,
  expected: readonly ErrorClass[] = [],
): Promise<Output> {
  for (;;) {
    try {
      return await callOnce(run, deadline);
    } catch (error) {
      if (expected.some((known) => error instanceof known)) throw error;
      if (!(error instanceof Error) || error.name !== ITEM_IN_TRANSACTION) {
        throw withoutPayload(error);
      }
    }
    await deadline.wait(TRANSACTION_MS);
  }
}

async function callOnce<Output>(run: Run<Output>, deadline: Deadline): Promise<Output> {
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
