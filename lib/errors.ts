/**
 * The one error class for failures a caller can expect. It carries a code of the closed set, a
 * text for a person, and no payload: what it was doing may hold secrets.
 */
import type { ErrorCode } from './contract.ts';

/** Failures that may pass by themselves; the others need a changed request or a person. */
const RETRYABLE_BY_DEFAULT: ReadonlySet<ErrorCode> = new Set([
  'PROVIDER_UNAVAILABLE',
  'STORE_UNAVAILABLE',
]);

/** An expected failure: returned to the caller as `{error: {code, message, retryable}}`. */
export class LatchkeyError extends Error {
  override readonly name = 'LatchkeyError';
  readonly code: ErrorCode;
  /** Whether the same call may succeed if it is repeated as it is. */
  readonly retryable: boolean;

  /**
   * @param message - what happened and what to do next; never a secret
   * @param options - `retryable` where it differs from the default of the code: true for
   *   PROVIDER_UNAVAILABLE and STORE_UNAVAILABLE, false for the others
   */
  constructor(code: ErrorCode, message: string, options: { retryable?: boolean } = {}) {
    super(message);
    this.code = code;
    this.retryable = options.retryable ?? RETRYABLE_BY_DEFAULT.has(code);
  }
}
