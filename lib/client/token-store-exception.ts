/**
 * The Zoho SDK's own exception as `ZohoTokenStore` throws it. The SDK's class writes its details
 * again into its message whenever it is printed and copies its cause's text; this one prints the
 * same every time, and has no cause.
 */
import { SDKException } from '@zohocrm/typescript-sdk-8.0';
import { LatchkeyError } from '../errors.ts';
import { classOf, InvocationError } from './invocation-error.ts';
import type { TokenStoreOperations } from './token-operations.ts';

/** What the SDK's own stores use. */
const TOKEN_STORE = 'TOKEN_STORE';

export interface TokenStoreFailure {
  readonly operation: keyof TokenStoreOperations;
  /** An error code of the contract, or the class of another error. */
  readonly code: string;
  readonly retryable: boolean;
}

/** An `SDKException` with code TOKEN_STORE, the message `<code>: <text>` and `details`. */
export class TokenStoreException extends SDKException {
  constructor(text: string, failure: TokenStoreFailure) {
    super(TOKEN_STORE, `${failure.code}: ${text}`);
    // Not through super: it would write them into the message. `details` is private in its types.
    Reflect.set(this, 'details', { ...failure });
  }

  override toString(): string {
    return `Caused By : ${TOKEN_STORE} - ${this.message}`;
  }
}

/**
 * Any failure of an operation as the SDK's exception. A text is taken over from our own errors,
 * whose texts hold no secret; of any other error only its class is told.
 */
export function tokenStoreException(
  operation: keyof TokenStoreOperations,
  error: unknown,
): TokenStoreException {
  if (error instanceof TokenStoreException) return error;
  if (error instanceof LatchkeyError) {
    const { code, message, retryable } = error;
    return new TokenStoreException(message, { operation, code, retryable });
  }
  const invocation = error instanceof InvocationError ? error : undefined;
  const code = invocation?.awsError ?? classOf(error);
  const text = invocation?.message ?? `${operation} failed`;
  return new TokenStoreException(text, { operation, code, retryable: false });
}
