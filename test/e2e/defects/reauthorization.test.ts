/** Logging in again: what is dead is said to be dead, and what is newer wins. */

import { type OAuthToken, SDKException, UserSignature } from '@zohocrm/typescript-sdk-8.0';
import { zohoToken } from '../../support/test-store.ts';
import {
  CLIENT,
  clientToken,
  fieldsOf,
  idOf,
  ofId,
  ofUser,
  type SdkOnStore,
  sdkToken,
  startSdkOnStore,
  userNameOf,
} from './sdk-on-store.ts';

let store: SdkOnStore;
beforeAll(async () => {
  store = await startSdkOnStore();
});
afterAll(() => store.close());

/** The store's own refresh gets no answer that it can use, so that the SDK makes one itself. */
const failStoresRefresh = () => store.zoho.failNext({ kind: 'garbage' });

const withUser = (name: string, token: OAuthToken) => {
  token.setUserSignature(new UserSignature(userNameOf(name)));
  return token;
};

/** A user who has logged in twice: the first login's token, and the second's, which is stored. */
async function loggedInTwice(name: string) {
  const old = await store.logIn(name);
  const again = withUser(name, clientToken().grantToken(store.grant(name)).build());
  await store.start(again);
  store.zoho.clearLog();
  return { old, again };
}

test.each([
  ['id', (token: OAuthToken) => ofId(idOf(token))],
  ['user', (token: OAuthToken) => ofUser(fieldsOf(token).userName ?? '')],
  [
    'used grant token',
    (token: OAuthToken) =>
      clientToken()
        .grantToken(token.getGrantToken() ?? '')
        .build(),
  ],
  [
    'access token',
    (token: OAuthToken) => sdkToken({ accessToken: fieldsOf(token).accessToken ?? '' }),
  ],
] as const)(
  '#12 an expired token without a refresh token, found by its %s, says to log in again and asks Zoho nothing',
  async (known, by) => {
    const name = `online-${known.replaceAll(' ', '-')}-12`;
    const token = await store.logIn(name, { offline: false });
    await store.expire(token);

    const attempts = [() => store.start(by(token)), () => token.getToken()];

    for (const attempt of attempts) {
      await expect(attempt()).rejects.toBeInstanceOf(SDKException);
      await expect(attempt()).rejects.toMatchObject({
        code: 'TOKEN_STORE',
        message: expect.stringMatching(/^REAUTHORIZATION_REQUIRED: .*authorize the application/),
      });
    }
    expect(store.zoho.requests).toEqual([]);
  },
);

test('#12 a user who then logs in again is served, under the same id', async () => {
  const token = await store.logIn('returning-12', { offline: false });
  await store.expire(token);
  const again = ofUser(userNameOf('returning-12'));
  await expect(store.start(again)).rejects.toThrow('REAUTHORIZATION_REQUIRED');

  again.setClientId(CLIENT.clientId);
  again.setClientSecret(CLIENT.clientSecret);
  again.setGrantToken(store.grant('returning-12'));
  await store.start(again);

  expect(idOf(again)).toBe(idOf(token));
  expect(await store.stored(token)).toMatchObject({ refreshToken: again.getRefreshToken() });
});

test('#12 an expired token without a client asks Zoho nothing in the name of undefined', async () => {
  const token = sdkToken({ accessToken: 'AT-12', refreshToken: 'RT-12', expiresAt: 1 });
  await store.tokens.saveToken(token);
  store.zoho.clearLog();
  await expect(store.start(ofId(idOf(token)))).rejects.toThrow('REAUTHORIZATION_REQUIRED');
  expect(store.zoho.requests).toEqual([]);
});

test('#22 a user who logged in again gets a token of the new login, and so does the next process', async () => {
  const { old, again } = await loggedInTwice('again-22');

  const next = await store.start(ofUser(userNameOf('again-22')));

  expect(idOf(again)).toBe(idOf(old));
  expect(again.getAccessToken()).not.toBe(old.getAccessToken());
  expect(fieldsOf(next)).toEqual(fieldsOf(again));
  expect(store.zoho.requests).toEqual([]);
});

test('#22 a new refresh token for the same user is used and saved at once', async () => {
  const old = await store.logIn('new-refresh-22');
  const { refreshToken = '' } = await zohoToken(store, 'new-refresh-22@zylker.com');
  const again = withUser('new-refresh-22', clientToken().refreshToken(refreshToken).build());

  await store.start(again);

  expect(store.zoho.refreshesOf(refreshToken)).toBe(1);
  expect(again.getAccessToken()).not.toBe(old.getAccessToken());
  expect(await store.stored(old)).toMatchObject({
    refreshToken,
    accessToken: again.getAccessToken(),
  });
});

test('#22 a refresh token left in the code, named with its user, does not displace the newer one', async () => {
  const { old, again } = await loggedInTwice('hard-coded-22');
  await store.expire(again);
  failStoresRefresh();
  const oldRefreshToken = old.getRefreshToken() ?? '';
  const hardCoded = withUser('hard-coded-22', clientToken().refreshToken(oldRefreshToken).build());

  await store.start(hardCoded);

  expect(hardCoded.getRefreshToken()).toBe(again.getRefreshToken());
  expect(store.zoho.refreshesOf(oldRefreshToken)).toBe(0);
  expect((await store.stored(again))?.refreshToken).toBe(again.getRefreshToken());
});

test('#22 a refresh token left in the code without its user does not displace the newer one', async () => {
  const { old, again } = await loggedInTwice('nameless-22');
  const oldRefreshToken = old.getRefreshToken() ?? '';
  const hardCoded = clientToken().refreshToken(oldRefreshToken).build();

  await store.start(hardCoded);

  expect(await hardCoded.getToken()).toMatch(/^1000\./);
  const stored = await store.storedOf(userNameOf('nameless-22'));
  expect(stored).toHaveLength(1);
  expect(stored[0]?.refreshToken).toBe(again.getRefreshToken());
});

test('#22 a refresh token that was used before is taken again once the newer one is revoked', async () => {
  const { old, again } = await loggedInTwice('back-22');
  store.zoho.revoke(again.getRefreshToken() ?? '');
  await store.expire(again);
  await store.aws.advanceMinutes(5);
  await expect(store.client.getAccessToken({ id: idOf(again) })).rejects.toMatchObject({
    code: 'REAUTHORIZATION_REQUIRED',
  });
  const oldRefreshToken = old.getRefreshToken() ?? '';

  await store.start(clientToken().refreshToken(oldRefreshToken).build());

  expect((await store.stored(again))?.refreshToken).toBe(oldRefreshToken);
});
