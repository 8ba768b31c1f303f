/**
 * The Zoho CRM SDK's custom token store, kept by Latchkey. Owns what the SDK expects of a store
 * and guards against what the SDK does to one; the store's own rules are behind the operations.
 */
import { OAuthToken, type Token, type TokenStore } from '@zohocrm/typescript-sdk-8.0';
import { systemClock } from '../clock.ts';
import { LatchkeyError } from '../errors.ts';
import { allTokens, type TokenStoreOperations } from './token-operations.ts';
import { TokenStoreException, tokenStoreException } from './token-store-exception.ts';
import {
  fillAbsent,
  fillFound,
  isBeyondRenewal,
  oauthTokenOf,
  tokenJsonOf,
  withoutCredentials,
} from './zoho-token-fields.ts';

/**
 * A `TokenStore` for `@zohocrm/typescript-sdk-8.0`. Every method rejects with the SDK's
 * `SDKException`, code TOKEN_STORE, whose message starts with the store's error code, for example
 * `STORE_UNAVAILABLE: ...`, and holds no secret.
 *
 * @example
 * const store = new ZohoTokenStore(LatchkeyClient.fromEnvironment());
 * await new InitializeBuilder().environment(EUDataCenter.PRODUCTION()).token(token).store(store)
 *   .initialize();
 */
export class ZohoTokenStore implements TokenStore.MasterModel {
  readonly #store: TokenStoreOperations;

  /** @param store - a `LatchkeyClient`, or a stand-in for it */
  constructor(store: TokenStoreOperations) {
    this.#store = store;
  }

  /**
   * Fills the fields of `token` that hold nothing and returns the same object; null if there is
   * no such token. Where the user has authorized anew, `token` keeps its new credentials only.
   * Rejects with REAUTHORIZATION_REQUIRED where the access token has expired for good.
   */
  findToken(token: Token.MasterModel): Promise<OAuthToken | null> {
    const found = run('findToken', async () => {
      const sdkToken = oauthToken(token);
      const result = await this.#store.findToken({ token: tokenJsonOf(sdkToken) });
      if (result.token === null) return null;
      if (result.reauthorized) {
        fillAbsent(sdkToken, withoutCredentials(result.token));
        return sdkToken;
      }
      // Tried on a copy: a token that is refused is left as it was, ready for a new grant token.
      const copy = Object.assign(oauthTokenOf({}), sdkToken);
      fillFound(copy, result.token);
      assertRenewable(copy, 'findToken');
      fillFound(sdkToken, result.token);
      return sdkToken;
    });
    // OAuthToken.revoke() does not await this: unhandled, a rejection would end the process.
    found.catch(() => {});
    return found;
  }

  /**
   * A new token object with every stored field. Rejects if there is no such token, and with
   * REAUTHORIZATION_REQUIRED where its access token has expired for good.
   */
  findTokenById(id: string): Promise<OAuthToken> {
    return run('findTokenById', async () => {
      const { token } = isText(id) ? await this.#store.findTokenById({ id }) : { token: null };
      if (token !== null) {
        const found = oauthTokenOf(token);
        assertRenewable(found, 'findTokenById');
        return found;
      }
      // The SDK takes null for a token not stored yet, and would save the deleted one again.
      throw new TokenStoreException('Exception in findTokenById - Latchkey : Given ID is invalid', {
        operation: 'findTokenById',
        code: 'TOKEN_NOT_FOUND',
        retryable: false,
      });
    });
  }

  /** Creates or updates, and sets the id on `token`: the SDK finds it by that from then on. */
  saveToken(token: Token.MasterModel): Promise<void> {
    return run('saveToken', async () => {
      const sdkToken = oauthToken(token);
      const { id } = await this.#store.saveToken({ token: tokenJsonOf(sdkToken) });
      sdkToken.setId(id);
    });
  }

  /** Deletes one token, here only. That there is none is no error. */
  deleteToken(id: string): Promise<void> {
    return run('deleteToken', async () => {
      if (isText(id)) await this.#store.deleteToken({ id });
    });
  }

  /**
   * Ends one token at Zoho and deletes it here. Not part of the SDK's interface: use it in place
   * of `OAuthToken.revoke`, which asks the store but does not wait for the answer, and so never
   * revokes anything.
   */
  revokeToken(id: string): Promise<void> {
    return run('deleteToken', async () => {
      await this.#store.deleteToken({ id, revoke: true });
    });
  }

  /** Every token of the store, of all users and clients; [] for none. */
  getTokens(): Promise<OAuthToken[]> {
    return run('getTokens', async () => {
      const tokens: OAuthToken[] = [];
      for await (const token of allTokens(this.#store)) tokens.push(oauthTokenOf(token));
      return tokens;
    });
  }

  /** Deletes every token of the store, of all users and clients. */
  deleteTokens(): Promise<void> {
    return run('deleteTokens', async () => {
      await this.#store.deleteTokens({});
    });
  }
}

async function run<Value>(
  operation: keyof TokenStoreOperations,
  action: () => Promise<Value>,
): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    throw tokenStoreException(operation, error);
  }
}

/** Refuses a token with which the SDK could only make a request that must fail. */
function assertRenewable(token: OAuthToken, operation: 'findToken' | 'findTokenById'): void {
  if (!isBeyondRenewal(token, systemClock.nowMs())) return;
  throw new TokenStoreException(
    `Token ${token.getId()} has expired and holds nothing to refresh it with. ` +
      'Its user must authorize the application again.',
    { operation, code: 'REAUTHORIZATION_REQUIRED', retryable: false },
  );
}

/** A token of another copy of the SDK would be found and then ignored without a word. */
function oauthToken(token: Token.MasterModel): OAuthToken {
  if (token instanceof OAuthToken) return token;
  // Callers in JavaScript are held by no type.
  if (token === null || token === undefined) {
    throw new LatchkeyError('INVALID_REQUEST', `The token is ${token}: give an OAuthToken`);
  }
  const message =
    'The token is not an OAuthToken of the copy of @zohocrm/typescript-sdk-8.0 that Latchkey ' +
    'loads: install that package once';
  throw new LatchkeyError('INVALID_REQUEST', message);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
