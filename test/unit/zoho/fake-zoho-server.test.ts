/** The fake Zoho server over plain HTTP: what Zoho refuses, limits and gets wrong. */
import { type FakeZoho, startFakeZoho } from '../../../local/zoho/fake-zoho-server.ts';

const CLIENT = { clientId: 'C', clientSecret: 'S' };
const USER = { email: 'ada@zylker.com', zgid: '7000' };
const START_MS = 1_700_000_000_000;

let zoho: FakeZoho;

beforeEach(async () => {
  zoho = await startFakeZoho({ now: () => START_MS });
  zoho.register(CLIENT);
});

afterEach(() => zoho.close());

interface Reply {
  status: number;
  body: {
    access_token?: string;
    refresh_token?: string;
    expires_in?: unknown;
    expires_in_sec?: unknown;
    error?: string;
    status?: string;
  };
}

async function post(fields: Record<string, string>, path = '/oauth/v2/token'): Promise<Reply> {
  const response = await fetch(`${zoho.base}${path}`, {
    method: 'POST',
    body: new URLSearchParams(fields),
  });
  return { status: response.status, body: (await response.json()) as Reply['body'] };
}

const asClient = { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret };
const exchange = (code: string) => post({ ...asClient, grant_type: 'authorization_code', code });
const refresh = (refreshToken: string) =>
  post({ ...asClient, grant_type: 'refresh_token', refresh_token: refreshToken });
const grant = () => zoho.issueGrant({ user: USER, clientId: CLIENT.clientId });

async function refreshTokenOf(code = grant()): Promise<string> {
  const { body } = await exchange(code);
  if (body.refresh_token === undefined) throw new Error(`no refresh token: ${body.error}`);
  return body.refresh_token;
}

const leadsStatus = async (accessToken: string | undefined) =>
  (
    await fetch(`${zoho.base}/crm/v8/Leads`, {
      headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
    })
  ).status;

test('refusals are HTTP 200 with an error body', async () => {
  const refreshToken = await refreshTokenOf();
  const refused = (error: string) => ({ status: 200, body: { error } });

  expect(await exchange('no-such-grant')).toEqual(refused('invalid_code'));
  expect(await refresh('no-such-token')).toEqual(refused('invalid_code'));
  expect(await post({ ...asClient, client_id: 'X' })).toEqual(refused('invalid_client'));
  expect(await post({ ...asClient, client_secret: 'X', grant_type: 'refresh_token' })).toEqual(
    refused('invalid_client_secret'),
  );
  zoho.revoke(refreshToken);
  expect(await refresh(refreshToken)).toEqual(refused('invalid_code'));
});

test('a grant lasts three minutes and belongs to its client', async () => {
  zoho.register({ clientId: 'other', clientSecret: 'S' });
  const ofOther = zoho.issueGrant({ user: USER, clientId: 'other' });
  const late = grant();
  zoho.advance(180_000);

  expect((await exchange(late)).body.error).toBe('invalid_code');
  expect((await exchange(ofOther)).body.error).toBe('invalid_code');
});

test('a refresh token is of no use to another client, even of the same user', async () => {
  const refreshToken = await refreshTokenOf();
  zoho.register({ clientId: 'other', clientSecret: 'S' });
  const form = { client_id: 'other', client_secret: 'S', grant_type: 'refresh_token' };
  expect((await post({ ...form, refresh_token: refreshToken })).body.error).toBe('invalid_code');
});

test('a client that registered its redirect must repeat it, and can then still use the grant', async () => {
  zoho.register({ ...CLIENT, redirectUri: 'https://app.example/cb' });
  const form = { ...asClient, grant_type: 'authorization_code', code: grant() };

  expect((await post({ ...form, redirect_uri: 'https://else.example' })).body.error).toBe(
    'invalid_redirect_uri',
  );
  expect((await post({ ...form, redirect_uri: 'https://app.example/cb' })).body.error).toBe(
    undefined,
  );
});

test('a grant without offline access gives no refresh token', async () => {
  const code = zoho.issueGrant({ user: USER, clientId: CLIENT.clientId, offline: false });
  const { body } = await exchange(code);
  expect(body.access_token).toBeDefined();
  expect(body.refresh_token).toBe(undefined);
});

test('the eleventh access token in ten minutes is throttled until the window ends', async () => {
  const refreshToken = await refreshTokenOf();
  for (let n = 2; n <= 10; n += 1) expect((await refresh(refreshToken)).body.error).toBe(undefined);

  const eleventh = await refresh(refreshToken);

  expect(eleventh).toMatchObject({
    status: 400,
    body: { error: 'Access Denied', status: 'failure' },
  });
  zoho.advance(599_999);
  expect((await refresh(refreshToken)).status).toBe(400);
  zoho.advance(1);
  expect((await refresh(refreshToken)).body.access_token).toBeDefined();
  expect(zoho.refreshesOf(refreshToken)).toBe(12);
  expect(zoho.counters).toMatchObject({ minted: 11, tokenPosts: { refresh_token: 12 } });
});

test('an access token works until it expires, or until too many came after it', async () => {
  zoho.configure({ activeAccessTokens: 1, expiresInSeconds: 60 });
  const refreshToken = await refreshTokenOf();
  const first = (await refresh(refreshToken)).body.access_token;
  expect(await leadsStatus(first)).toBe(200);

  const second = (await refresh(refreshToken)).body.access_token;

  expect(await leadsStatus(first)).toBe(401);
  zoho.advance(59_999);
  expect(await leadsStatus(second)).toBe(200);
  zoho.advance(1);
  expect(await leadsStatus(second)).toBe(401);
});

test("one refresh token too many ends the user's oldest", async () => {
  zoho.configure({ refreshTokensPerUser: 2 });
  const first = await refreshTokenOf();
  const second = await refreshTokenOf();
  await refreshTokenOf();

  expect((await refresh(first)).body.error).toBe('invalid_code');
  expect((await refresh(second)).body.error).toBe(undefined);
});

test.each([
  ['seconds', { expires_in: 3600 }],
  ['milliseconds-beside-seconds', { expires_in_sec: 3600, expires_in: 3_600_000 }],
  ['missing', {}],
  [{ expiresIn: 'soon' }, { expires_in: 'soon' }],
] as const)('the expiry can be told as %j', async (expiryForm, expected) => {
  zoho.configure({ expiryForm });
  const { body } = await exchange(grant());
  const { expires_in, expires_in_sec } = body;
  expect(JSON.parse(JSON.stringify({ expires_in, expires_in_sec }))).toEqual(expected);
});

test('ordered failures are met in order, then things are as usual', async () => {
  const refreshToken = await refreshTokenOf();
  zoho.failNext({ kind: 'reply', status: 503, body: { error: 'down' }, times: 2 });
  zoho.failNext({ kind: 'garbage' });

  expect((await refresh(refreshToken)).status).toBe(503);
  expect((await refresh(refreshToken)).status).toBe(503);
  await expect(refresh(refreshToken)).rejects.toThrow('not valid JSON');
  expect((await refresh(refreshToken)).status).toBe(200);
  expect(zoho.refreshesOf(refreshToken)).toBe(4);
  expect(zoho.counters.minted).toBe(2);
});

test('an outage of any length ends when it is told to', async () => {
  const refreshToken = await refreshTokenOf();
  zoho.failNext({ kind: 'reply', status: 503, body: {}, times: Number.POSITIVE_INFINITY });
  expect((await refresh(refreshToken)).status).toBe(503);
  zoho.recover();
  expect((await refresh(refreshToken)).status).toBe(200);
});

test('a held request is answered when it is released', async () => {
  const refreshToken = await refreshTokenOf();
  zoho.failNext({ kind: 'timeout', times: 2 });
  const replies = Promise.all([refresh(refreshToken), refresh(refreshToken)]);
  await zoho.whenHeld(2);
  expect(zoho.counters.minted).toBe(1);

  zoho.release();

  expect((await replies).map(({ status }) => status)).toEqual([200, 200]);
});

test('a lost answer has done its work', async () => {
  zoho.configure({ rotateRefreshTokens: true });
  const refreshToken = await refreshTokenOf();
  zoho.failNext({ kind: 'lost-answer' });

  await expect(refresh(refreshToken)).rejects.toThrow('fetch failed');

  expect((await refresh(refreshToken)).body.error).toBe('invalid_code');
  expect(zoho.counters.minted).toBe(2);
});

test('revocation takes the token from the query or the body', async () => {
  const [first, second] = [await refreshTokenOf(), await refreshTokenOf()];

  expect(await post({}, `/oauth/v2/token/revoke?token=${first}`)).toEqual({
    status: 200,
    body: { status: 'success' },
  });
  expect((await post({ token: second }, '/oauth/v2/token/revoke')).status).toBe(200);
  expect((await post({ token: second }, '/oauth/v2/token/revoke')).status).toBe(400);
  expect((await refresh(first)).body.error).toBe('invalid_code');
});

test('another process has the same controls over HTTP', async () => {
  const control = async (name: string, input: unknown = {}) => {
    const response = await fetch(`${zoho.base}/_control/${name}`, {
      method: 'POST',
      body: JSON.stringify(input),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  await control('register', { clientId: 'remote', clientSecret: 'S' });
  const { body } = await control('issueGrant', { user: USER, clientId: 'remote' });
  await control('configure', { expiresInSeconds: 5 });
  await control('failNext', { kind: 'reply', status: 500, body: {} });
  const form = { ...asClient, client_id: 'remote', grant_type: 'authorization_code' };
  const attempt = () => post({ ...form, code: String(body['grantToken']) });

  expect((await attempt()).status).toBe(500);
  expect((await attempt()).body.expires_in).toBe(5);
  expect((await control('counters')).body).toEqual(zoho.counters);
  expect((await control('toString')).status).toBe(404);
});
