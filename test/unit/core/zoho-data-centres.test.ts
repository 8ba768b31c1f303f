/** Where a client secret may be sent: to an address on the list, whatever a token says. */
import { dataCentreOf, ZOHO_DATA_CENTRES } from '../../../lib/provider/zoho-data-centres.ts';
import { ZohoProvider } from '../../../lib/provider/zoho-provider.ts';
import { Secret } from '../../../lib/secret.ts';

test.each([
  ['https://www.zohoapis.com', 'https://accounts.zoho.com'],
  ['https://www.zohoapis.eu', 'https://accounts.zoho.eu'],
  ['https://www.zohoapis.in', 'https://accounts.zoho.in'],
  ['https://www.zohoapis.com.au', 'https://accounts.zoho.com.au'],
  ['https://www.zohoapis.jp', 'https://accounts.zoho.jp'],
  ['https://www.zohoapis.com.cn', 'https://accounts.zoho.com.cn'],
  ['https://www.zohoapis.ca', 'https://accounts.zohocloud.ca'],
  ['https://www.zohoapis.sa', 'https://accounts.zoho.sa'],
  ['https://sandbox.zohoapis.eu', 'https://accounts.zoho.eu'],
  ['https://developer.zohoapis.com.au', 'https://accounts.zoho.com.au'],
  ['https://WWW.zohoapis.EU/', 'https://accounts.zoho.eu'],
])('%s belongs to %s', (apiDomain, accountsUrl) => {
  expect(dataCentreOf(apiDomain, ZOHO_DATA_CENTRES)?.accountsUrl).toBe(accountsUrl);
});

const HOSTILE = [
  'https://evil.example',
  'https://www.zohoapis.eu.evil.example',
  'https://www.zohoapis.eu@evil.example',
  'https://evil.example#https://www.zohoapis.eu',
  'https://evil.example/https://sandbox.zohoapis.eu',
  'https://sandbox.zohoapis.evil.example',
  'http://www.zohoapis.eu',
  'https://www.zohoapis.eu:8443',
  'https://www.zohoapis.eu//',
  'https://www.zohoapis.eu\r',
  'https://www.zohoapis.eu\n.evil.example',
  'http://169.254.169.254/latest/meta-data',
  'http://[::1]:80',
  '//evil.example',
  '__proto__',
  '',
];

test.each(HOSTILE)('%j is on no list', (apiDomain) => {
  expect(dataCentreOf(apiDomain, ZOHO_DATA_CENTRES)).toBeUndefined();
});

describe('the address of a refresh', () => {
  const realFetch = globalThis.fetch;
  let asked: string[];
  let answer: { status: number; body: string };
  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: '{"access_token":"A","expires_in":3600}' };
    globalThis.fetch = async (url, init) => {
      asked.push(String(url));
      expect(init?.redirect).toBe('error');
      return new Response(answer.body, { status: answer.status });
    };
  });
  afterEach(() => {
    globalThis.fetch = realFetch;
  });

  const provider = new ZohoProvider({
    dataCentres: ZOHO_DATA_CENTRES,
    defaultDataCentre: ZOHO_DATA_CENTRES.us,
  });
  const call = { timeoutMs: 1_000, signal: new AbortController().signal, nowMs: 0 };
  const refresh = (apiDomain?: string) =>
    provider.refresh(
      {
        clientId: 'https://evil.example/?',
        clientSecret: new Secret('S&grant_type=password'),
        refreshToken: new Secret('../../evil'),
        ...(apiDomain !== undefined && { apiDomain }),
      },
      call,
    );

  test.each([undefined, ...HOSTILE])(
    'of a token with the API domain %j is the default one',
    async (apiDomain) => {
      await refresh(apiDomain);
      await provider.revoke(
        { refreshToken: new Secret('x?y=z'), ...(apiDomain !== undefined && { apiDomain }) },
        call,
      );
      expect(asked).toEqual([
        'https://accounts.zoho.com/oauth/v2/token',
        'https://accounts.zoho.com/oauth/v2/token/revoke',
      ]);
    },
  );

  test('of a European token is the European one', async () => {
    await refresh('https://www.zohoapis.eu');
    expect(asked).toEqual(['https://accounts.zoho.eu/oauth/v2/token']);
  });

  test('an API domain on no list is not taken from the answer either', async () => {
    answer.body = '{"access_token":"A","api_domain":"https://evil.example"}';
    expect(await refresh()).not.toHaveProperty('apiDomain');
    answer.body = '{"access_token":"A","api_domain":"https://www.zohoapis.eu"}';
    expect(await refresh()).toHaveProperty('apiDomain', 'https://www.zohoapis.eu');
  });

  test('an answer longer than any of Zoho is none', async () => {
    answer.body = `{"access_token":"${'a'.repeat(131_072)}"}`;
    expect(await refresh()).toEqual({ verdict: 'malformed', reason: 'not-json-http-200' });
  });

  test('a throttled revocation is not taken for one', async () => {
    answer = { status: 400, body: '{"error":"Access Denied","status":"failure"}' };
    expect(await provider.revoke({ refreshToken: new Secret('R') }, call)).toBe('unavailable');
  });
});
