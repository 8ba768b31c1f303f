/** ZohoTokenStore driven by the real SDK against the fake Zoho server. */
import { OAuthBuilder, type OAuthToken, UserSignature } from '@zohocrm/typescript-sdk-8.0';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import { type FakeZoho, startFakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { CLIENT, clientToken, initializeSdk, resetSdk, USER, USER_NAME } from '../zoho/zoho-sdk.ts';
import { MemoryOperations } from './memory-operations.ts';

let zoho: FakeZoho;
let operations: MemoryOperations;
let store: ZohoTokenStore;

beforeEach(async () => {
  zoho = await startFakeZoho();
  zoho.register(CLIENT);
  operations = new MemoryOperations();
  store = new ZohoTokenStore(operations);
});

afterEach(async () => {
  resetSdk();
  await zoho.close();
});

const grant = () => zoho.issueGrant({ user: USER, clientId: CLIENT.clientId });
const grantToken = () => clientToken().grantToken(grant()).build();
const ofUser = () => new OAuthBuilder().userSignature(new UserSignature(USER_NAME));

async function authorized(): Promise<OAuthToken> {
  const token = grantToken();
  await initializeSdk(zoho, token, store);
  zoho.clearLog();
  return token;
}

const expiringSoon = () => Date.now() + 4_000;

test('the first authorization is saved whole, and its id set on the token', async () => {
  const before = Date.now();
  const token = grantToken();
  await initializeSdk(zoho, token, store);

  expect(token.getId()).toBe('id-1');
  expect(operations.tokens.get('id-1')).toEqual({
    id: 'id-1',
    userName: USER_NAME,
    ...CLIENT,
    grantToken: token.getGrantToken(),
    refreshToken: token.getRefreshToken(),
    accessToken: token.getAccessToken(),
    apiDomain: zoho.base,
    expiresAt: Number(token.getExpiresIn()),
  });
  expect(operations.tokens.get('id-1')?.expiresAt).toBeGreaterThanOrEqual(before + 3_600_000);
  expect(operations.calls.map(({ operation }) => operation)).toEqual(['findToken', 'saveToken']);
});

test('a token with an id is looked up by it from then on', async () => {
  const token = await authorized();

  expect(await token.getToken()).toBe(token.getAccessToken());

  expect(operations.eventsOf('findTokenById')).toEqual([{ id: 'id-1' }]);
  expect(zoho.requests).toEqual([]);
});

test.each([
  [
    'refresh token',
    (first: OAuthToken) => clientToken().refreshToken(first.getRefreshToken() ?? ''),
  ],
  [
    'used grant token',
    (first: OAuthToken) => clientToken().grantToken(first.getGrantToken() ?? ''),
  ],
  ['user', () => ofUser()],
  ['id', () => new OAuthBuilder().id('id-1')],
  [
    'access token',
    (first: OAuthToken) => new OAuthBuilder().accessToken(first.getAccessToken() ?? ''),
  ],
] as const)('a fresh process finds the token by its %s and asks Zoho nothing', async (_, by) => {
  const first = await authorized();
  const second = by(first).build();

  await initializeSdk(zoho, second, store);

  expect(await second.getToken()).toBe(first.getAccessToken());
  expect(second.getId()).toBe('id-1');
  expect(zoho.requests).toEqual([]);
  expect(operations.eventsOf('saveToken')).toHaveLength(1);
});

test.each([
  ['user', () => ofUser()],
  ['id', () => new OAuthBuilder().id('id-1')],
] as const)('an expiring token found by %s is refreshed and saved under its id', async (_, by) => {
  const first = await authorized();
  const stored = operations.tokens.get('id-1');
  operations.tokens.set('id-1', { ...stored, expiresAt: expiringSoon() });

  const token = by().build();
  await initializeSdk(zoho, token, store);

  const refreshed = operations.tokens.get('id-1');
  expect(zoho.counters.tokenPosts).toEqual({ refresh_token: 1 });
  expect(refreshed).toEqual({
    ...stored,
    accessToken: expect.not.stringMatching(first.getAccessToken() ?? ''),
    expiresAt: expect.any(Number),
  });
  expect(refreshed?.expiresAt).toBeGreaterThan(Date.now() + 3_000_000);
  expect(operations.tokens.size).toBe(1);
});

test.each([
  ['grant', () => grantToken()],
  [
    'refresh token',
    async () => {
      const elsewhere = grantToken();
      await initializeSdk(zoho, elsewhere, new ZohoTokenStore(new MemoryOperations()));
      return clientToken()
        .refreshToken(elsewhere.getRefreshToken() ?? '')
        .build();
    },
  ],
] as const)('a user who authorized anew is served by the new %s at once', async (_, authorize) => {
  const first = await authorized();
  const again = await authorize();
  again.setUserSignature(new UserSignature(USER_NAME));
  zoho.clearLog();

  await initializeSdk(zoho, again, store);

  const stored = operations.tokens.get('id-1');
  expect(Object.values(zoho.counters.tokenPosts)).toEqual([1]);
  expect(zoho.refreshesOf(first.getRefreshToken() ?? '')).toBe(0);
  expect(stored?.refreshToken).not.toBe(first.getRefreshToken());
  expect(stored?.accessToken).toBe(again.getAccessToken());
  expect(stored?.accessToken).not.toBe(first.getAccessToken());
  expect(operations.tokens.size).toBe(1);
});

test('a token deleted under a running process is not brought back', async () => {
  const token = await authorized();
  operations.tokens.clear();

  await expect(token.getToken()).rejects.toMatchObject({
    code: 'TOKEN_STORE',
    message: expect.stringContaining('Given ID is invalid'),
  });

  expect(operations.tokens.size).toBe(0);
  expect(zoho.requests).toEqual([]);
});

test('a user whom nobody authorized is reported as the SDK reports it', async () => {
  await expect(initializeSdk(zoho, ofUser().build(), store)).rejects.toMatchObject({
    code: 'MANDATORY VALUE ERROR',
  });
});

test.each([
  ['missing', undefined],
  [{ expiresIn: 'soon' }, undefined],
  [{ expiresIn: -7200 }, expect.any(Number)],
  [{ expiresIn: 1e300 }, undefined],
] as const)(
  'an expiry told as %j is stored as a time or not at all',
  async (expiryForm, expected) => {
    zoho.configure({ expiryForm });

    await authorized();

    expect(operations.tokens.get('id-1')?.expiresAt).toEqual(expected);
  },
);

test('an expiry that the SDK glued together from text is not stored', async () => {
  const token = await authorized();
  token.setExpiresIn(`${Date.now()}3600000`);
  await store.saveToken(token);
  expect(operations.eventsOf('saveToken').at(-1)).not.toHaveProperty('token.expiresAt');
});

test('remove() deletes the token', async () => {
  const token = await authorized();
  expect(await token.remove()).toBe(true);
  expect(operations.tokens.size).toBe(0);
});

test('a store that is down tells the application why, through all of the wrapping', async () => {
  const token = await authorized();
  operations.failure = new LatchkeyError('STORE_UNAVAILABLE', 'Try again in a moment');

  await expect(token.getToken()).rejects.toMatchObject({
    code: 'TOKEN_STORE',
    message: 'STORE_UNAVAILABLE: Try again in a moment',
  });
  await expect(initializeSdk(zoho, grantToken(), store)).rejects.toMatchObject({
    message: 'STORE_UNAVAILABLE: Try again in a moment',
  });
  expect(zoho.requests).toEqual([]);
});

test('a save that fails after the exchange keeps the new refresh token for another try', async () => {
  const token = grantToken();
  const save = operations.saveToken;
  operations.saveToken = () => Promise.reject(new LatchkeyError('STORE_UNAVAILABLE', 'Later'));
  await expect(initializeSdk(zoho, token, store)).rejects.toMatchObject({
    message: expect.stringContaining('STORE_UNAVAILABLE: Later'),
  });

  operations.saveToken = save;
  await store.saveToken(token);

  expect(operations.tokens.get('id-1')?.refreshToken).toBe(token.getRefreshToken());
});
