/** Deleting and revoking: what is meant to end ends, and nothing else does. */
import { LambdaClient } from '@aws-sdk/client-lambda';
import { LatchkeyClient } from '../../../lib/client/latchkey-client.ts';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { initializeSdk } from '../../unit/zoho/zoho-sdk.ts';
import {
  CLIENT,
  fieldsOf,
  idOf,
  ofUser,
  type SdkOnStore,
  sdkToken,
  startSdkOnStore,
  userNameOf,
} from './sdk-on-store.ts';

let store: SdkOnStore;
let lambda: LambdaClient;
beforeAll(async () => {
  store = await startSdkOnStore();
  lambda = new LambdaClient(clientSettings(store.aws));
});
afterAll(async () => {
  lambda.destroy();
  await store.close();
});

/** Whether Zoho still mints access tokens for this refresh token. */
async function isAlive(refreshToken: string | null | undefined): Promise<boolean> {
  const form = new URLSearchParams({
    grant_type: 'refresh_token',
    client_id: CLIENT.clientId,
    client_secret: CLIENT.clientSecret,
    refresh_token: refreshToken ?? '',
  });
  const response = await fetch(store.zoho.accountsTokenUrl, { method: 'POST', body: form });
  return 'access_token' in ((await response.json()) as object);
}

test('#52 a store that is empty can be opened, read and opened again', async () => {
  for (let start = 0; start < 2; start += 1) {
    await store.aws.coldStart();
    const opened = new ZohoTokenStore(store.client);
    expect(await opened.getTokens()).toEqual([]);
    expect(await opened.findToken(ofUser('nobody-52'))).toBeNull();
  }
});

test('#51 a store that has nothing yet says so, without an error of its own making', async () => {
  await expect(store.tokens.findTokenById('1')).rejects.toThrow('Given ID is invalid');
  await expect(store.tokens.deleteToken('1')).resolves.toBeUndefined();
  await expect(store.tokens.deleteTokens()).resolves.toBeUndefined();
});

test("#1 revokeToken ends the token at Zoho and in the store, which the SDK's revoke never did", async () => {
  const token = await store.logIn('revoked-1');

  expect(await token.revoke(idOf(token))).toBe(false);
  expect(store.zoho.counters.revokePosts).toBe(0);
  await store.tokens.revokeToken(idOf(token));

  expect(store.zoho.counters.revokePosts).toBe(1);
  expect(await isAlive(token.getRefreshToken())).toBe(false);
  await expect(token.getToken()).rejects.toThrow('Given ID is invalid');
});

test('#2 a revocation that Zoho confirmed is not reported as a failure', async () => {
  const [token, other] = [await store.logIn('confirmed-2'), await store.logIn('confirmed-2b')];

  await expect(
    token.revokeRefreshToken(
      token.getRefreshToken() ?? '',
      `${store.zoho.accountsTokenUrl}/revoke`,
    ),
  ).rejects.toThrow('has is not a function');

  await expect(store.tokens.revokeToken(idOf(token))).resolves.toBeUndefined();
  await expect(store.tokens.revokeToken(idOf(other))).resolves.toBeUndefined();
  expect(await store.storedOf(userNameOf('confirmed-2'))).toEqual([]);
});

test("#3 revoking bob's token never revokes alice's", async () => {
  const alice = await store.logIn('alice-3');
  const bob = await store.logIn('bob-3');

  expect(await store.client.deleteToken({ id: idOf(bob), revoke: true })).toEqual({
    deleted: true,
  });

  expect(await isAlive(bob.getRefreshToken())).toBe(false);
  expect(await isAlive(alice.getRefreshToken())).toBe(true);
  expect(await store.storedOf(userNameOf('alice-3'))).toHaveLength(1);
});

test.each(['0', '1', "' or '1'='1", 'f'.repeat(32)])(
  '#3 revoking the unknown id %s revokes nobody',
  async (id) => {
    const alice = await store.logIn('alice-unknown-3');
    await store.tokens.revokeToken(id);
    expect(store.zoho.counters.revokePosts).toBe(0);
    expect(await isAlive(alice.getRefreshToken())).toBe(true);
  },
);

test('#1 a token that Zoho did not revoke is still there to be revoked again', async () => {
  const token = await store.logIn('unavailable-1');
  store.zoho.failNext({ on: 'revoke', kind: 'reply', status: 503, body: {} });
  const { functionNames } = store;
  const once = new ZohoTokenStore(new LatchkeyClient({ functionNames, lambda, maxAttempts: 1 }));

  await expect(once.revokeToken(idOf(token))).rejects.toThrow(/^PROVIDER_UNAVAILABLE: /);

  expect(await token.getToken()).toBe(token.getAccessToken());
  await store.tokens.revokeToken(idOf(token));
  expect(await isAlive(token.getRefreshToken())).toBe(false);
});

test('#47 a deleted token leaves no duplicate behind that is found in its place', async () => {
  const token = await store.logIn('duplicate-47');
  const { id, ...withoutId } = fieldsOf(token);
  await Promise.all([1, 2, 3].map(() => store.tokens.saveToken(sdkToken(withoutId))));

  expect(await token.remove()).toBe(true);

  const { userName, clientId, clientSecret, grantToken, refreshToken, accessToken } = withoutId;
  const client = { clientId, clientSecret };
  for (const known of [
    { userName },
    { accessToken },
    { ...client, grantToken },
    { ...client, refreshToken },
  ]) {
    expect(await store.tokens.findToken(sdkToken(known as object))).toBeNull();
  }
  await expect(store.tokens.findTokenById(id ?? '')).rejects.toThrow('Given ID is invalid');
});

test('#51 deleting what is not there any more is silent, from the SDK too', async () => {
  const token = await store.logIn('gone-51');
  expect(await token.remove()).toBe(true);
  expect(await token.remove()).toBe(true);
  for (const id of [idOf(token), 'id', '', 'no such id']) {
    await expect(store.tokens.deleteToken(id)).resolves.toBeUndefined();
  }
});

test('#54 a token is deleted by the id that the store gave it, whatever it looks like', async () => {
  const [token, other] = [await store.logIn('uuid-54'), await store.logIn('other-54')];
  await store.tokens.deleteToken(idOf(token));
  expect(await store.storedOf(userNameOf('uuid-54'))).toEqual([]);
  expect(await store.storedOf(userNameOf('other-54'))).toHaveLength(1);
  expect(idOf(other)).not.toBe(idOf(token));
});

test('#58 remove() does not answer false where it could not delete: it says so', async () => {
  const functionNames = { ...store.functionNames, deleteToken: 'no-such-function' };
  const tokens = new ZohoTokenStore(new LatchkeyClient({ functionNames, lambda }));
  const token = await store.logIn('kept-58');
  await initializeSdk(store.zoho, token, tokens);

  await expect(token.remove()).rejects.toMatchObject({ code: 'TOKEN_STORE' });

  expect(await store.storedOf(userNameOf('kept-58'))).toHaveLength(1);
});

test('#13 deleting all tokens deletes all tokens', async () => {
  const tokens = [await store.logIn('all-13'), await store.logIn('all-13b')];

  await store.tokens.deleteTokens();

  expect(await store.tokens.getTokens()).toEqual([]);
  for (const token of tokens) {
    await expect(token.getToken()).rejects.toThrow('Given ID is invalid');
  }
});
