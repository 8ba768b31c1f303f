/** ZohoTokenStore by itself: merging, misses and pages. */
import { OAuthToken, SDKException, UserSignature } from '@zohocrm/typescript-sdk-8.0';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import type { TokenJson } from '../../../lib/contract.ts';
import { MemoryOperations } from './memory-operations.ts';

const STORED: TokenJson = {
  id: 'id-1',
  userName: 'ada',
  clientId: 'C',
  clientSecret: 'S',
  grantToken: 'G',
  refreshToken: 'R',
  accessToken: 'A',
  redirectUrl: 'https://app.example/cb?env=prod',
  apiDomain: 'https://www.zohoapis.eu',
  expiresAt: 1_795_302_230_976,
};

let operations: MemoryOperations;
let store: ZohoTokenStore;

beforeEach(() => {
  operations = new MemoryOperations();
  operations.tokens.set('id-1', STORED);
  store = new ZohoTokenStore(operations);
});

const emptyToken = (value: string | null | undefined = null) => {
  const field = value as string | null;
  return new OAuthToken(field, field, field, field, field, field, field, null);
};

const fieldsOf = (token: OAuthToken | null) => ({
  id: token?.getId(),
  userName: token?.getUserSignature()?.getName(),
  clientId: token?.getClientId(),
  clientSecret: token?.getClientSecret(),
  grantToken: token?.getGrantToken(),
  refreshToken: token?.getRefreshToken(),
  accessToken: token?.getAccessToken(),
  redirectUrl: token?.getRedirectURL(),
  apiDomain: token?.getAPIDomain(),
  expiresAt: token?.getExpiresIn(),
});

const ALL_FIELDS = { ...STORED, expiresAt: '1795302230976' };

describe('findToken', () => {
  test.each([
    ['null', null],
    ['undefined', undefined],
    ['the empty string', ''],
  ])('fills every field that is %s, in the same object', async (_, value) => {
    const token = emptyToken(value);
    token.setUserSignature(new UserSignature('ada'));

    expect(await store.findToken(token)).toBe(token);

    expect(fieldsOf(token)).toEqual(ALL_FIELDS);
    expect(operations.eventsOf('findToken')).toEqual([{ token: { userName: 'ada' } }]);
  });

  test('leaves what the caller gave, and the expiry with the access token it belongs to', async () => {
    const token = new OAuthToken(null, 'S2', null, null, 'https://r2', null, 'A2', null);
    token.setUserSignature(new UserSignature('ada'));
    token.setAPIDomain('https://www.zohoapis.com');

    await store.findToken(token);

    expect(fieldsOf(token)).toEqual({
      ...ALL_FIELDS,
      clientSecret: 'S2',
      redirectUrl: 'https://r2',
      accessToken: 'A2',
      apiDomain: 'https://www.zohoapis.com',
      expiresAt: undefined,
    });
  });

  test('gives a user who authorized anew no earlier credential', async () => {
    const token = new OAuthToken('C', 'S', 'G2', null, null, null, null, new UserSignature('ada'));

    expect(await store.findToken(token)).toBe(token);

    expect(fieldsOf(token)).toEqual({
      ...ALL_FIELDS,
      grantToken: 'G2',
      refreshToken: null,
      accessToken: null,
      expiresAt: undefined,
    });
  });

  test('puts the present refresh token in place of one that the store knows to be older', async () => {
    operations.findToken = async () => ({ token: STORED });
    const token = new OAuthToken('C', 'S', 'G-old', 'R-old', null, null, null, null);
    await store.findToken(token);
    expect(fieldsOf(token)).toEqual(ALL_FIELDS);
  });

  test('is null for a miss, and leaves the token alone', async () => {
    const token = new OAuthToken(null, null, null, 'other', null, null, null, null);
    expect(await store.findToken(token)).toBeNull();
    expect(token.getId()).toBeNull();
  });

  test('tells of a token from another copy of the SDK', async () => {
    const foreign = { getId: () => null } as unknown as OAuthToken;
    await expect(store.findToken(foreign)).rejects.toThrow('install that package once');
  });

  test.each([null, undefined])('%s in place of a token is called by its name', async (none) => {
    const text = `The token is ${none}: give an OAuthToken`;
    await expect(store.findToken(none as never)).rejects.toThrow(text);
    await expect(store.saveToken(none as never)).rejects.toThrow(text);
  });
});

describe('an access token that has expired', () => {
  const expiresIn = (ms: number) => Date.now() + ms;
  const byUser = () =>
    new OAuthToken(null, null, null, null, null, null, null, new UserSignature('ada'));
  const { refreshToken: _none, ...WITHOUT_REFRESH_TOKEN } = STORED;
  const { clientSecret: _unknown, ...WITHOUT_CLIENT_SECRET } = STORED;
  const { accessToken: _never, grantToken: _used, ...WITHOUT_GRANT } = WITHOUT_REFRESH_TOKEN;

  test.each([
    ['no refresh token, only a used grant token', WITHOUT_REFRESH_TOKEN],
    ['no client secret', WITHOUT_CLIENT_SECRET],
    ['nothing at all', WITHOUT_GRANT],
  ])('and has %s is told as REAUTHORIZATION_REQUIRED', async (_, stored) => {
    operations.tokens.set('id-1', { ...stored, expiresAt: expiresIn(4_000) });
    const token = byUser();

    for (const find of [() => store.findToken(token), () => store.findTokenById('id-1')]) {
      const failure = await find().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(SDKException);
      expect(failure).toMatchObject({
        message: expect.stringMatching(/^REAUTHORIZATION_REQUIRED: Token id-1 has expired/),
        details: { code: 'REAUTHORIZATION_REQUIRED', retryable: false },
      });
    }
    expect(token.getId()).toBeNull();
  });

  test.each([
    ['can be refreshed', { ...STORED, expiresAt: 1 }],
    ['has six seconds left', { ...WITHOUT_REFRESH_TOKEN, expiresAt: expiresIn(6_000) }],
    ['never expires as far as anybody said', { ...WITHOUT_REFRESH_TOKEN, expiresAt: undefined }],
    ['is not there yet, but a grant token', { ...WITHOUT_GRANT, grantToken: 'G' }],
  ])('is found where it %s', async (_, stored) => {
    operations.tokens.set('id-1', stored as TokenJson);
    expect((await store.findToken(byUser()))?.getId()).toBe('id-1');
    expect((await store.findTokenById('id-1')).getId()).toBe('id-1');
  });
});

describe('findTokenById', () => {
  test('is a new token with every field', async () => {
    const [first, second] = [await store.findTokenById('id-1'), await store.findTokenById('id-1')];
    expect(first).toBeInstanceOf(OAuthToken);
    expect(first).not.toBe(second);
    expect(fieldsOf(first)).toEqual(ALL_FIELDS);
  });

  test.each(['id-2', ''])('rejects for the id %j, which is no token', async (id) => {
    const failure = await store.findTokenById(id).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SDKException);
    expect(failure).toMatchObject({
      code: 'TOKEN_STORE',
      message: expect.stringMatching(/^TOKEN_NOT_FOUND: .*Given ID is invalid$/),
    });
  });
});

describe('saveToken', () => {
  test('sends every field that holds something', async () => {
    await store.saveToken(await store.findTokenById('id-1'));
    expect(operations.eventsOf('saveToken')).toEqual([{ token: STORED }]);
  });

  test.each([
    '0',
    '-5',
    'NaN',
    '',
    'Infinity',
    '1.5',
    '1e12',
    '9999999999999999',
    '17953022309763600000',
  ])('sends no expiry for %j', async (expiresIn) => {
    const token = new OAuthToken('C', 'S', null, 'R2', '', null, 'A2', null);
    token.setExpiresIn(expiresIn);
    await store.saveToken(token);
    expect(operations.eventsOf('saveToken')).toEqual([
      { token: { clientId: 'C', clientSecret: 'S', refreshToken: 'R2', accessToken: 'A2' } },
    ]);
  });

  test('is refused under an id that was deleted', async () => {
    const token = await store.findTokenById('id-1');
    operations.tokens.clear();
    await expect(store.saveToken(token)).rejects.toMatchObject({
      message: 'TOKEN_NOT_FOUND: The token was deleted',
    });
  });
});

test('deleting what has no id yet is no error either', async () => {
  await expect(store.deleteToken('')).resolves.toBeUndefined();
  expect(operations.calls).toEqual([]);
});

test('deleting a token that is not there is no error', async () => {
  await store.deleteToken('id-1');
  await expect(store.deleteToken('id-1')).resolves.toBeUndefined();
  expect(operations.eventsOf('deleteToken')).toEqual([{ id: 'id-1' }, { id: 'id-1' }]);
});

test('revokeToken ends the token at the provider too', async () => {
  await store.revokeToken('id-1');
  expect(operations.eventsOf('deleteToken')).toEqual([{ id: 'id-1', revoke: true }]);
});

test('getTokens gathers every page', async () => {
  operations.pageSize = 2;
  for (const id of ['id-2', 'id-3', 'id-4', 'id-5']) operations.tokens.set(id, { ...STORED, id });

  const tokens = await store.getTokens();

  expect(tokens.map((token) => token.getId())).toEqual(['id-1', 'id-2', 'id-3', 'id-4', 'id-5']);
  expect(operations.eventsOf('getTokens')).toEqual([{}, { cursor: '2' }, { cursor: '4' }]);
});

test('getTokens does not pass an incomplete list for a complete one', async () => {
  operations.unreadable = ['id-9'];
  await expect(store.getTokens()).rejects.toThrow(/^STORE_UNAVAILABLE: .*id-9/);
});

test('deleteTokens leaves none, and getTokens is then empty', async () => {
  await store.deleteTokens();
  expect(await store.getTokens()).toEqual([]);
});
