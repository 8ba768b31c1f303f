/** What a deployment may configure as a provider: a client secret will be sent where it says. */
import { parseProviders } from '../../../lib/provider/provider-settings.ts';

const TOKEN_URL = 'https://id.example/realms/main/token';
const one = (settings: unknown) => parseProviders({ keycloak: settings });
const withUrl = (tokenUrl: unknown) => one({ tokenUrl });

test('what is not said has its default', () => {
  expect(withUrl(TOKEN_URL)).toEqual({
    keycloak: {
      tokenUrl: TOKEN_URL,
      clientAuthentication: 'basic',
      accessTokenSeconds: 3_600,
      minIntervalSeconds: 60,
    },
  });
});

test('what is said is taken, as JSON text too', () => {
  const given = {
    keycloak: {
      tokenUrl: TOKEN_URL,
      revocationUrl: 'https://id.example/revoke',
      clientAuthentication: 'post',
      accessTokenSeconds: 300,
      keepAliveSeconds: 43_200,
      minIntervalSeconds: 120,
    },
    'x-2': {
      tokenUrl: 'http://127.0.0.1:8080/token',
      clientAuthentication: 'basic',
      accessTokenSeconds: 60,
      minIntervalSeconds: 86_400,
    },
  };
  expect(parseProviders(given)).toEqual(given);
  expect(parseProviders(JSON.stringify(given))).toEqual(given);
});

test('there may be none', () => {
  expect(parseProviders({})).toEqual({});
  expect(parseProviders('{}')).toEqual({});
});

test.each([undefined, null, '', 'keycloak', '[]', 'null', '7', '{', [], 7, true])(
  '%j configures no providers',
  (given) => {
    expect(parseProviders(given)).toBeUndefined();
  },
);

test.each(['a', 'keycloak', 'x-2', 'z0ho', 'zoho-eu', 'a--', 'constructor', `a${'b'.repeat(31)}`])(
  '%s is a name',
  (name) => {
    const parsed = parseProviders({ [name]: { tokenUrl: TOKEN_URL } });
    expect(Object.entries(parsed ?? {})).toEqual([
      [name, expect.objectContaining({ tokenUrl: TOKEN_URL })],
    ]);
  },
);

test.each([
  'zoho',
  '',
  'A',
  'Keycloak',
  '2x',
  '-a',
  'a_b',
  'a.b',
  'a b',
  'a\n',
  'ä',
  '__proto__',
  `a${'b'.repeat(32)}`,
])('%j is no name', (name) => {
  const settings = JSON.stringify({ tokenUrl: TOKEN_URL });
  expect(parseProviders(`{${JSON.stringify(name)}:${settings}}`)).toBeUndefined();
});

test('one that is wrong spoils all: none is left out silently', () => {
  const good = { tokenUrl: TOKEN_URL };
  expect(parseProviders({ good })).toBeDefined();
  expect(parseProviders({ good, bad: {} })).toBeUndefined();
});

test.each([
  null,
  'https://id.example/token',
  [],
  {},
  { tokenUrl: TOKEN_URL, secret: 'x' },
  { tokenUrl: TOKEN_URL, tokenURL: TOKEN_URL },
  { tokenUrl: TOKEN_URL, toString: 1 },
  JSON.parse(`{"tokenUrl":"${TOKEN_URL}","__proto__":{}}`),
  { tokenUrl: TOKEN_URL, revocationUrl: null },
  { tokenUrl: TOKEN_URL, revocationUrl: 'http://id.example/revoke' },
  { tokenUrl: TOKEN_URL, clientAuthentication: 'none' },
  { tokenUrl: TOKEN_URL, clientAuthentication: null },
  { tokenUrl: TOKEN_URL, keepAliveSeconds: 3_600, minIntervalSeconds: 3_601 },
])('%j is refused', (settings) => {
  expect(one(settings)).toBeUndefined();
});

test.each([
  'https://id.example/token',
  'https://id.example:8443/token',
  'https://id.example',
  'https://id.example/',
  'https://id.example/oauth2/v2.0/token?p=b2c_1_main',
  'https://10.0.0.1/token',
  'https://[::1]/token',
  'http://127.0.0.1/token',
  'http://127.0.0.1:8080/realms/main/token',
])('a client secret may go to %s', (url) => {
  expect(withUrl(url)?.['keycloak']?.tokenUrl).toBe(url);
  const revocable = one({ tokenUrl: TOKEN_URL, revocationUrl: url });
  expect(revocable?.['keycloak']?.revocationUrl).toBe(url);
});

test.each([
  undefined,
  null,
  7,
  '',
  '/token',
  '//id.example/token',
  'id.example/token',
  'http://id.example/token',
  'http://localhost:8080/token',
  'http://127.0.0.2/token',
  'http://127.1/token',
  'http://2130706433/token',
  'http://127.0.0.1.evil.example/token',
  'http://127.0.0.1@evil.example/token',
  'http://[::1]/token',
  'http://[::ffff:127.0.0.1]/token',
  'ftp://127.0.0.1/token',
  'file:///token',
  'javascript:alert(1)',
  'https://user@id.example/token',
  'https://user:password@id.example/token',
  'https://:@id.example/token',
  'https://id.example/token#',
  'https://id.example/token#fragment',
  'https://id.example/a/../token',
  'https://id.example\\token',
  'https:id.example/token',
  ' https://id.example/token',
  'https://id.example/token\n',
  'https://id.exa\tmple/token',
  'https://id.example:443/token',
  'https://ID.example/token',
  'https://id.example?x',
])('a client secret does not go to %j', (url) => {
  expect(withUrl(url)).toBeUndefined();
  expect(one({ tokenUrl: TOKEN_URL, revocationUrl: url ?? null })).toBeUndefined();
});

test.each([
  ['accessTokenSeconds', 60, 90 * 86_400],
  ['keepAliveSeconds', 900, 365 * 86_400],
  ['minIntervalSeconds', 60, 86_400],
])('%s is a whole number from %d to %d', (name, min, max) => {
  const given = (value: unknown) => one({ tokenUrl: TOKEN_URL, [name]: value });
  for (const value of [min, min + 1, max]) {
    expect(given(value)?.['keycloak']).toHaveProperty(name, value);
  }
  for (const value of [min - 1, max + 1, min + 0.5, 0, -min, `${min}`, null, Number.NaN, true]) {
    expect(given(value)).toBeUndefined();
  }
});
