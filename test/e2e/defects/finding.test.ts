/** Finding: whose token the SDK gets, and what it hears when there is none. */
import { OAuthBuilder, type OAuthToken, SDKException } from '@zohocrm/typescript-sdk-8.0';
import type { TokenJson } from '../../../lib/contract.ts';
import { runFreshProcess } from './run-fresh-process.ts';
import {
  CLIENT,
  clientToken,
  fieldsOf,
  idOf,
  ofId,
  ofUser,
  rejection,
  type SdkOnStore,
  sdkToken,
  startSdkOnStore,
  userNameOf,
} from './sdk-on-store.ts';

const EMPTY: TokenJson = {
  ...{ id: '', userName: '', clientId: '', clientSecret: '' },
  ...{ grantToken: '', refreshToken: '', accessToken: '' },
};

let store: SdkOnStore;
beforeAll(async () => {
  store = await startSdkOnStore();
});
afterAll(() => store.close());

test("#24 another user's refresh token is never handed to bob when his token matches nothing", async () => {
  const alice = await store.logIn('alice-24');
  const bob = clientToken().accessToken('AT-bob-24').findUser(false).build();

  await store.start(bob);

  expect(await bob.getToken()).toBe('AT-bob-24');
  expect(fieldsOf(bob)).not.toHaveProperty('refreshToken');
  expect(bob.getId()).not.toBe(alice.getId());
});

test.each([
  ['holds nothing', {}],
  ['has an empty user name', { userName: '' }],
  ['has only a client', CLIENT],
  ['has a client and an unknown access token', { ...CLIENT, accessToken: 'AT-nobody' }],
  ['has an id nobody was given', { id: 'f'.repeat(32) }],
  ['has empty strings for everything', EMPTY],
] as const)('#24 a token that %s finds no row at all, rather than the first', async (_, fields) => {
  await store.logIn('first-row-24');
  const token = sdkToken(fields);
  const before = fieldsOf(token);

  expect(await store.tokens.findToken(token)).toBeNull();

  expect(fieldsOf(token)).toEqual(before);
});

test('#30 asking for an id that is gone rejects, and the process lives on', async () => {
  const outcome = await runFreshProcess(store, { id: 'f'.repeat(32) });
  expect(outcome).toEqual({
    code: 'TOKEN_STORE',
    message: expect.stringMatching(/^TOKEN_NOT_FOUND: .*Given ID is invalid$/),
  });
});

test('#38 a user who is found is found: the very token that was passed comes back, filled', async () => {
  const first = await store.logIn('found-38');
  const token = ofUser(userNameOf('found-38'));

  expect(await store.tokens.findToken(token)).toBe(token);

  expect(fieldsOf(token)).toEqual(fieldsOf(first));
});

test('#39 a user whom nobody authorized is reported, not sent to Zoho as undefined', async () => {
  store.zoho.clearLog();
  await expect(store.start(ofUser('nobody-39'))).rejects.toMatchObject({
    code: 'MANDATORY VALUE ERROR',
    message: expect.stringContaining('Given user_name token details not found'),
  });
  expect(store.zoho.requests).toEqual([]);
});

test('#45 an access token saved without a client is found again by the next process', async () => {
  const ofAccessToken = () => new OAuthBuilder().accessToken('AT-45').findUser(false).build();
  const first = await store.start(ofAccessToken());
  const second = await store.start(ofAccessToken());
  const third = await store.tokens.findToken(ofAccessToken());

  expect(second.getId()).toBe(first.getId());
  expect(fieldsOf(third as OAuthToken)).not.toHaveProperty('clientId');
  expect(await store.stored(first)).not.toHaveProperty('clientSecret');
});

test.each(['id', 'user_name', 'id,user_name', '__proto__', 'constructor', 'toString', '0', 'NaN'])(
  '#50 %s is no id: neither a header nor an inherited property passes for a token',
  async (id) => {
    expect(await rejection(store.tokens.findTokenById(id))).toBeInstanceOf(SDKException);
    await expect(store.start(ofId(id))).rejects.toThrow('Given ID is invalid');
  },
);

test('#57 changing one found token does not change another', async () => {
  const id = idOf(await store.logIn('twice-57'));
  const one = await store.tokens.findTokenById(id);
  const two = await store.tokens.findTokenById(id);
  const before = two.getAccessToken();

  one.setAccessToken('changed');

  expect(two.getAccessToken()).toBe(before);
  expect((await store.tokens.findTokenById(id)).getAccessToken()).toBe(before);
});

test('#59 a missing id is an SDKException from the store, as its documentation says', async () => {
  const failure = await rejection(store.tokens.findTokenById('f'.repeat(32)));
  expect(failure).toBeInstanceOf(SDKException);
  expect(failure).toMatchObject({ code: 'TOKEN_STORE', details: { code: 'TOKEN_NOT_FOUND' } });
});

test('#21 getToken() gives the refreshed access token, however old the one in the object', async () => {
  const token = await store.logIn('stale-21');
  const first = token.getAccessToken();
  await store.expire(token);

  const [second, third] = [await token.getToken(), await token.getToken()];

  expect(second).not.toBe(first);
  expect(third).toBe(second);
  const fresh = await store.start(ofUser(userNameOf('stale-21')));
  expect(fieldsOf(fresh)).toMatchObject({
    accessToken: second,
    apiDomain: store.zoho.base,
    expiresAt: expect.any(Number),
  });
});
