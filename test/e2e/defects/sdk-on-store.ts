/**
 * The real Zoho SDK over a store as deployed: what the tests of the SDK's own defects begin with.
 * A "process" is one initialization of the SDK, which forgets everything before it.
 */
import { OAuthBuilder, OAuthToken, UserSignature } from '@zohocrm/typescript-sdk-8.0';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import type { TokenJson } from '../../../lib/contract.ts';
import { startTestStore, type TestStore } from '../../support/test-store.ts';
import { CLIENT, clientToken, initializeSdk, resetSdk } from '../../unit/zoho/zoho-sdk.ts';

export { CLIENT, clientToken };

export interface SdkOnStore extends TestStore {
  readonly tokens: ZohoTokenStore;
  /** Initializes the SDK with a token, as a fresh process would. */
  start(token: OAuthToken): Promise<OAuthToken>;
  /** A user consents and the SDK exchanges the grant: `name` is `userNameOf(name)` from then on. */
  logIn(name: string, login?: LogIn): Promise<OAuthToken>;
  /** A grant token that this user has just been given. */
  grant(name: string, login?: LogIn): string;
  /** Lets the stored access token have expired a second ago. */
  expire(token: OAuthToken): Promise<void>;
  /** What is stored, by id. */
  stored(token: OAuthToken): Promise<TokenJson | null>;
  /** Every stored token of this user. */
  storedOf(userName: string): Promise<TokenJson[]>;
  /** Refresh requests that Zoho has had since the log was cleared. */
  refreshes(): number;
}

export interface LogIn {
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** False: no refresh token comes of it. */
  readonly offline?: boolean;
}

export async function startSdkOnStore(): Promise<SdkOnStore> {
  const store = await startTestStore();
  const { zoho, client } = store;
  const tokens = new ZohoTokenStore(client);
  const start = async (token: OAuthToken) => {
    await initializeSdk(zoho, token, tokens);
    return token;
  };
  const grant = (name: string, { offline = true, ...login }: LogIn = {}) => {
    const { clientId, clientSecret } = { ...CLIENT, ...login };
    zoho.register({ clientId, clientSecret });
    const user = { email: `${name}@zylker.com`, zgid: '7000' };
    return zoho.issueGrant({ user, clientId, offline });
  };
  return {
    ...store,
    tokens,
    start,
    grant,
    logIn: async (name, login = {}) => {
      const { clientId, clientSecret } = { ...CLIENT, ...login };
      const builder = new OAuthBuilder().clientId(clientId).clientSecret(clientSecret);
      const token = await start(builder.grantToken(grant(name, login)).build());
      zoho.clearLog();
      return token;
    },
    expire: async (token) => {
      await client.saveToken({ token: { id: idOf(token), expiresAt: Date.now() - 1_000 } });
    },
    stored: async (token) => (await client.findTokenById({ id: idOf(token) })).token,
    storedOf: async (userName) => {
      const found: TokenJson[] = [];
      for await (const token of client.allTokens()) {
        if (token.userName === userName) found.push(token);
      }
      return found;
    },
    refreshes: () => zoho.counters.tokenPosts['refresh_token'] ?? 0,
    close: async () => {
      resetSdk();
      await store.close();
    },
  };
}

/** What the SDK calls the user who logged in under this name. */
export function userNameOf(name: string): string {
  return `${name}@zylker.com:7000`;
}

/** The id that the store set on the token. */
export function idOf(token: OAuthToken): string {
  const id = token.getId();
  if (!id) throw new Error('The store has set no id on the token.');
  return id;
}

export function ofUser(userName: string): OAuthToken {
  return new OAuthBuilder().userSignature(new UserSignature(userName)).build();
}

export function ofId(id: string): OAuthToken {
  return new OAuthBuilder().id(id).build();
}

/** An SDK token with these fields; the builder would not let every combination through. */
export function sdkToken(fields: TokenJson): OAuthToken {
  const { clientId = null, clientSecret = null, grantToken = null, refreshToken = null } = fields;
  const { redirectUrl = null, id = null, accessToken = null, userName, apiDomain } = fields;
  const user = userName === undefined ? null : new UserSignature(userName);
  const token = new OAuthToken(
    ...([clientId, clientSecret, grantToken, refreshToken] as const),
    ...([redirectUrl, id, accessToken, user] as const),
  );
  if (apiDomain !== undefined) token.setAPIDomain(apiDomain);
  if (fields.expiresAt !== undefined) token.setExpiresIn(String(fields.expiresAt));
  return token;
}

/** What an SDK token holds, under the names of the contract. */
export function fieldsOf(token: OAuthToken): TokenJson {
  const held = {
    id: token.getId(),
    userName: token.getUserSignature()?.getName(),
    clientId: token.getClientId(),
    clientSecret: token.getClientSecret(),
    grantToken: token.getGrantToken(),
    refreshToken: token.getRefreshToken(),
    accessToken: token.getAccessToken(),
    redirectUrl: token.getRedirectURL(),
    apiDomain: token.getAPIDomain(),
    expiresAt: token.getExpiresIn() && Number(token.getExpiresIn()),
  };
  return Object.fromEntries(Object.entries(held).filter(([, value]) => value != null)) as TokenJson;
}

/** What a promise is rejected with; the test fails where it is not. */
export async function rejection(work: Promise<unknown>): Promise<unknown> {
  const outcome = await work.then(
    (value: unknown) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome) return outcome.error;
  throw new Error('It was not rejected.');
}
