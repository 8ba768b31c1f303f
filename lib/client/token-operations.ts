/**
 * The operations of a store as methods: what `LatchkeyClient` offers over Lambda and what
 * `ZohoTokenStore` needs from anything that stands in for it.
 */
import type { OperationName, Operations, TokenJson } from '../contract.ts';
import { LatchkeyError } from '../errors.ts';

/** Every operation: takes its event, resolves to its result, rejects with a `LatchkeyError`. */
export type TokenOperations = {
  [Name in OperationName]: (
    event: Operations[Name]['event'],
  ) => Promise<Operations[Name]['result']>;
};

/** The six operations of the Zoho SDKs' TokenStore. */
export type TokenStoreOperations = Pick<
  TokenOperations,
  'findToken' | 'findTokenById' | 'saveToken' | 'deleteToken' | 'getTokens' | 'deleteTokens'
>;

/**
 * Every token of the store, page after page.
 * @throws LatchkeyError STORE_UNAVAILABLE after the last page, if the secrets of some tokens could
 *   not be read: a listing that leaves out tokens does not pass for a complete one
 */
export async function* allTokens(
  store: Pick<TokenOperations, 'getTokens'>,
  options: { readonly limit?: number; readonly includeSecrets?: boolean } = {},
): AsyncGenerator<TokenJson, void, void> {
  const unreadable: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.getTokens(cursor === undefined ? options : { ...options, cursor });
    yield* page.tokens;
    unreadable.push(...(page.unreadable ?? []));
    cursor = page.cursor;
  } while (cursor !== undefined);
  if (unreadable.length > 0) {
    const message = `The secrets of these tokens could not be read: ${unreadable.join(', ')}`;
    throw new LatchkeyError('STORE_UNAVAILABLE', message);
  }
}
