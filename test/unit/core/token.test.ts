/** Reading, comparing and merging tokens. */
import type { TokenJson } from '../../../lib/contract.ts';
import {
  describeToken,
  hasCredential,
  mergeToken,
  revealToken,
  sameToken,
  tokenFromJson,
} from '../../../lib/token.ts';

const FULL = {
  userName: 'ann',
  clientId: 'C',
  clientSecret: 'S',
  grantToken: 'G',
  refreshToken: 'R',
  accessToken: 'A',
  redirectUrl: 'https://app.example/',
  apiDomain: 'https://www.zohoapis.eu',
  expiresAt: 1_795_302_230_976,
} as const satisfies TokenJson;

const merged = (stored: TokenJson, given: TokenJson) =>
  revealToken(mergeToken(tokenFromJson(stored), tokenFromJson(given)));

test('every field comes through, and none is made up', () => {
  expect(revealToken(tokenFromJson(FULL))).toEqual(FULL);
  expect(revealToken(tokenFromJson({}))).toEqual({});
});

test('a description holds no secret', () => {
  expect(describeToken(tokenFromJson(FULL))).toEqual({
    userName: 'ann',
    clientId: 'C',
    redirectUrl: 'https://app.example/',
    apiDomain: 'https://www.zohoapis.eu',
    expiresAt: FULL.expiresAt,
  });
});

test('the same fields are the same token', () => {
  expect(sameToken(tokenFromJson(FULL), tokenFromJson({ ...FULL }))).toBe(true);
});

test.each(Object.keys(FULL) as (keyof typeof FULL)[])(
  'another or no %s is another token',
  (field) => {
    const other = { ...FULL, [field]: field === 'expiresAt' ? 1 : 'other' };
    const { [field]: _left, ...without } = FULL;
    for (const [a, b] of [
      [FULL, other],
      [FULL, without],
      [without, FULL],
    ] as const) {
      expect(sameToken(tokenFromJson(a), tokenFromJson(b))).toBe(false);
    }
  },
);

test('what is given replaces, what is absent stays', () => {
  expect(merged(FULL, { refreshToken: 'R2', redirectUrl: 'https://other/' })).toEqual({
    ...FULL,
    refreshToken: 'R2',
    redirectUrl: 'https://other/',
  });
});

describe('the expiry belongs to the access token', () => {
  const { expiresAt: _expiry, ...unknown } = FULL;
  test.each<[string, TokenJson, TokenJson]>([
    ['a new one without drops it', { accessToken: 'A2' }, { ...unknown, accessToken: 'A2' }],
    ['the same one keeps it', { accessToken: 'A' }, FULL],
    [
      'a new one brings its own',
      { accessToken: 'A2', expiresAt: 7 },
      { ...FULL, accessToken: 'A2', expiresAt: 7 },
    ],
    ['it can be learned later', { expiresAt: 7 }, { ...FULL, expiresAt: 7 }],
  ])('%s', (_what, given, expected) => {
    expect(merged(FULL, given)).toEqual(expected);
  });
});

test.each<[TokenJson, boolean]>([
  [{}, false],
  [{ userName: 'ann', clientId: 'C', clientSecret: 'S', apiDomain: 'x', expiresAt: 1 }, false],
  [{ accessToken: 'A' }, true],
  [{ refreshToken: 'R' }, true],
  [{ grantToken: 'G' }, true],
])('%j has a credential: %s', (json, expected) => {
  expect(hasCredential(tokenFromJson(json))).toBe(expected);
});
