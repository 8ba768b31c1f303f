/**
 * The real Zoho SDK in a test: one process may hold several "processes" after each other, because
 * everything the SDK keeps is in two statics of its Initializer.
 */
import { tmpdir } from 'node:os';
import {
  DataCenter,
  InitializeBuilder,
  Initializer,
  OAuthBuilder,
  type OAuthToken,
  type TokenStore,
} from '@zohocrm/typescript-sdk-8.0';
import type { FakeZoho } from '../../../local/zoho/fake-zoho-server.ts';

export const CLIENT = { clientId: '1000.CLIENT', clientSecret: 'client-secret' };
export const USER = { email: 'ada@zylker.com', zgid: '7000' };
/** What the SDK calls this user. */
export const USER_NAME = 'ada@zylker.com:7000';

/** Forgets whatever the SDK was initialized with. */
export function resetSdk(): void {
  (Initializer as unknown as { LOCAL: Map<string, Initializer> }).LOCAL.clear();
  (Initializer as { initializer: Initializer | undefined }).initializer = undefined;
}

/** Initializes the SDK as a fresh process would; the builder chain must not be interrupted. */
export async function initializeSdk(
  zoho: FakeZoho,
  token: OAuthToken,
  store: TokenStore.MasterModel,
): Promise<void> {
  resetSdk();
  await new InitializeBuilder()
    .environment(DataCenter.setEnvironment(zoho.base, zoho.accountsTokenUrl, zoho.base))
    .token(token)
    .store(store)
    .resourcePath(tmpdir())
    .initialize();
}

/** A builder with the test's client, ready for a grant or refresh token. */
export function clientToken(): OAuthBuilder {
  return new OAuthBuilder().clientId(CLIENT.clientId).clientSecret(CLIENT.clientSecret);
}

/** A store that knows nothing and gives every token the same id: the SDK keeps its own copy. */
export function forgetfulStore(): TokenStore.MasterModel {
  let last: OAuthToken | null = null;
  return {
    findToken: async () => null,
    findTokenById: async () => last,
    saveToken: async (token) => {
      last = token as OAuthToken;
      last.setId('1');
    },
    deleteToken: async () => {},
    getTokens: async () => [],
    deleteTokens: async () => {},
  };
}
