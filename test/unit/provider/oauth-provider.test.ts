/** What an OAuth 2.0 provider is asked, against a server that listens: RFC 6749 and RFC 7009. */
import { inspect } from 'node:util';
import { OAuthProvider } from '../../../lib/provider/oauth-provider.ts';
import type { ProviderSettings } from '../../../lib/provider/provider-settings.ts';
import type { RefreshVerdict } from '../../../lib/provider/token-provider.ts';
import { Secret } from '../../../lib/secret.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';
import { ProviderServer } from './provider-server.ts';

/** Everything that an encoding could get wrong. */
const CLIENT_ID = 'client:id with-ü&=';
const CLIENT_SECRET = 's%+/é:-_.~ !&=';
const REFRESH_TOKEN = 'R+/= &%ü-_.~';

const grant = {
  clientId: CLIENT_ID,
  clientSecret: new Secret(CLIENT_SECRET),
  refreshToken: new Secret(REFRESH_TOKEN),
  provider: 'here',
};
const call = { timeoutMs: 5_000, signal: new AbortController().signal, nowMs: START_MS };

let server: ProviderServer;
beforeEach(async () => {
  server = await ProviderServer.start();
  server.reply = { body: '{"access_token":"A","token_type":"Bearer","expires_in":1800}' };
});
afterEach(() => server.close());

const provider = (more: Partial<ProviderSettings> = {}) =>
  new OAuthProvider({
    tokenUrl: `${server.base}/realms/main/token?policy=a`,
    revocationUrl: `${server.base}/realms/main/revoke`,
    clientAuthentication: 'basic',
    accessTokenSeconds: 1_200,
    minIntervalSeconds: 60,
    ...more,
  });

/** RFC 6749 section 2.3.1 and appendix B: name and password are form-encoded, then joined. */
const fromBasic = (authorization: string | undefined) =>
  Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64')
    .toString()
    .split(':')
    .map((part) => decodeURIComponent(part.replaceAll('+', ' ')));

describe('a refresh', () => {
  test('with the secret in the header', async () => {
    await provider().refresh(grant, call);
    const [asked] = server.asked;
    expect(server.asked).toHaveLength(1);
    expect(asked).toMatchObject({ method: 'POST', path: '/realms/main/token?policy=a' });
    expect(asked?.form).toEqual({ grant_type: 'refresh_token', refresh_token: REFRESH_TOKEN });
    expect(fromBasic(asked?.headers.authorization)).toEqual([CLIENT_ID, CLIENT_SECRET]);
    expect(asked?.headers).toMatchObject({
      accept: 'application/json',
      'content-type': 'application/x-www-form-urlencoded;charset=UTF-8',
      'user-agent': 'latchkey',
    });
  });

  test('with the secret in the body', async () => {
    await provider({ clientAuthentication: 'post' }).refresh(grant, call);
    const [asked] = server.asked;
    expect(asked?.headers.authorization).toBeUndefined();
    expect(asked?.form).toEqual({
      grant_type: 'refresh_token',
      refresh_token: REFRESH_TOKEN,
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
    });
  });

  test('that is granted', async () => {
    const verdict = await provider().refresh(grant, call);
    expect(verdict).toMatchObject({ verdict: 'refreshed', expiresAtMs: START_MS + 1_800_000 });
    expect(verdict.verdict === 'refreshed' && verdict.accessToken.reveal()).toBe('A');
  });

  test('of which the expiry is not told takes the lifetime of the settings', async () => {
    server.reply = { body: '{"access_token":"A"}' };
    const verdict = await provider().refresh(grant, call);
    expect(verdict).toMatchObject({ expiresAtMs: START_MS + 1_200_000 });
  });

  test('that is granted with much that the library would not have', async () => {
    server.reply = {
      status: 200,
      headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="x"' },
      body: '{"access_token":"A","refresh_token":"R2","token_type":"odd","id_token":"x","scope":[]}',
    };
    const verdict = await provider().refresh(grant, call);
    expect(verdict.verdict === 'refreshed' && verdict.refreshToken?.reveal()).toBe('R2');
  });

  test.each<[string, { status: number; headers?: Record<string, string>; body: string }, string]>([
    ['the grant has ended', { status: 400, body: '{"error":"invalid_grant"}' }, 'revoked'],
    ['the client is unknown', { status: 401, body: '{"error":"invalid_client"}' }, 'client-fault'],
    [
      'the client is challenged',
      {
        status: 401,
        headers: { 'www-authenticate': 'Basic realm="x"' },
        body: '{"error":"invalid_client"}',
      },
      'client-fault',
    ],
    ['it is too much', { status: 429, headers: { 'retry-after': '9' }, body: '' }, 'throttled'],
    ['it is down', { status: 503, body: '' }, 'outage'],
    ['it is a web page', { status: 200, body: '<html>' }, 'malformed'],
    ['it is huge', { status: 200, body: '{"access_token":"A"}'.padEnd(200_000) }, 'malformed'],
  ])('where %s', async (_what, reply, expected) => {
    server.reply = reply;
    const verdict = await provider().refresh(grant, call);
    expect(verdict.verdict).toBe(expected);
    expect('retryAfterMs' in verdict && verdict.retryAfterMs).toBe(
      expected === 'throttled' && 9_000,
    );
  });

  test('that is redirected goes nowhere', async () => {
    const elsewhere = await ProviderServer.start();
    server.reply = { status: 307, headers: { location: `${elsewhere.base}/token` } };
    expect(await provider().refresh(grant, call)).toEqual(NO_ANSWER);
    expect(elsewhere.asked).toEqual([]);
    await elsewhere.close();
  });

  test('that nobody answers is given up', async () => {
    server.reply = () => undefined;
    expect(await provider().refresh(grant, { ...call, timeoutMs: 50 })).toEqual(NO_ANSWER);
    const over = AbortSignal.abort();
    expect(await provider().refresh(grant, { ...call, signal: over })).toEqual(NO_ANSWER);
    expect(server.asked).toHaveLength(1);
  });
});

const NO_ANSWER: RefreshVerdict = { verdict: 'outage', reason: 'no-answer' };

describe('the address', () => {
  test.each(['localhost', '[::1]', '127.0.0.2', '0.0.0.0', '2130706433.example'])(
    'is not http://%s: no secret travels in clear',
    async (host) => {
      const fetching = jest.spyOn(globalThis, 'fetch').mockRejectedValue(new Error('asked'));
      const url = `http://${host}:${new URL(server.base).port}/token`;
      const unsafe = provider({ tokenUrl: url, revocationUrl: url });
      expect(await unsafe.refresh(grant, call)).toEqual(NO_ANSWER);
      expect(await unsafe.revoke(grant, call)).toBe('unavailable');
      expect(fetching).not.toHaveBeenCalled();
      fetching.mockRestore();
    },
  );

  test('may be https anywhere', async () => {
    const fetching = jest
      .spyOn(globalThis, 'fetch')
      .mockImplementation(async () => Response.json({ access_token: 'A' }));
    const url = 'https://id.example/token';
    const safe = provider({ tokenUrl: url, revocationUrl: url });
    expect(await safe.refresh(grant, call)).toMatchObject({ verdict: 'refreshed' });
    expect(await safe.revoke(grant, call)).toBe('revoked');
    expect(fetching.mock.calls.map(([address]) => address)).toEqual([url, url]);
    fetching.mockRestore();
  });
});

describe('a revocation', () => {
  test('authenticates the client and says which kind of token it is', async () => {
    server.reply = { status: 200 };
    expect(await provider().revoke(grant, call)).toBe('revoked');
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', path: '/realms/main/revoke' });
    expect(asked?.form).toEqual({ token: REFRESH_TOKEN, token_type_hint: 'refresh_token' });
    expect(fromBasic(asked?.headers.authorization)).toEqual([CLIENT_ID, CLIENT_SECRET]);
  });

  test('with the secret in the body', async () => {
    server.reply = { status: 200 };
    expect(await provider({ clientAuthentication: 'post' }).revoke(grant, call)).toBe('revoked');
    expect(server.asked[0]?.form).toMatchObject({
      client_id: CLIENT_ID,
      client_secret: CLIENT_SECRET,
    });
  });

  test('that fails is none', async () => {
    server.reply = { status: 503 };
    expect(await provider().revoke(grant, call)).toBe('unavailable');
    server.reply = () => undefined;
    expect(await provider().revoke(grant, { ...call, timeoutMs: 50 })).toBe('unavailable');
  });

  test('is not asked for where there is no endpoint or no client to name', async () => {
    const { revocationUrl: _none, ...settings } = {
      tokenUrl: `${server.base}/token`,
      revocationUrl: '',
      clientAuthentication: 'post',
      accessTokenSeconds: 60,
      minIntervalSeconds: 60,
    } as const;
    const { clientId, clientSecret, refreshToken } = grant;
    expect(await new OAuthProvider(settings).revoke(grant, call)).toBe('unavailable');
    expect(await provider().revoke({ refreshToken, clientId }, call)).toBe('unavailable');
    expect(await provider().revoke({ refreshToken, clientSecret }, call)).toBe('unavailable');
    expect(server.asked).toEqual([]);
  });
});

test.each([
  ['empty', ''],
  ['no Unicode', '\ud800'],
])('a secret that is %s cannot be sent, and that is no exception', async (_what, text) => {
  const unusable = { ...grant, clientId: 'C', clientSecret: new Secret(text) };
  expect(await provider().refresh(unusable, call)).toEqual(NO_ANSWER);
  expect(await provider().revoke(unusable, call)).toBe('unavailable');
  expect(server.asked).toEqual([]);
});

test('no verdict shows a secret, whatever it comes from', async () => {
  const canary = new Secret('canary');
  const marked = { clientId: 'C', clientSecret: canary, refreshToken: canary };
  const echo = '{"access_token":"canary","refresh_token":"canary","error":"canary"}';
  for (const [status, body] of [
    [200, echo],
    [400, echo],
    [400, '{"error":"canary"}'],
    [200, 'canary'],
    [503, 'canary'],
  ] as const) {
    server.reply = { status, headers: { 'retry-after': 'canary' }, body };
    const verdict = await provider().refresh(marked, call);
    expect(inspect(verdict, { depth: 9, showHidden: true })).not.toContain('canary');
    expect(JSON.stringify(verdict)).not.toContain('canary');
  }
});
