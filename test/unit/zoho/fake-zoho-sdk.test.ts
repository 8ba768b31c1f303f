/** The fake Zoho server against the real SDK: the flows that the SDK itself drives. */
import type { OAuthToken } from '@zohocrm/typescript-sdk-8.0';
import { type FakeZoho, startFakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import {
  CLIENT,
  clientToken,
  forgetfulStore,
  initializeSdk,
  resetSdk,
  USER,
  USER_NAME,
} from './zoho-sdk.ts';

let zoho: FakeZoho;

beforeEach(async () => {
  zoho = await startFakeZoho();
  zoho.register(CLIENT);
});

afterEach(async () => {
  resetSdk();
  await zoho.close();
});

async function authorized(): Promise<OAuthToken> {
  const grant = zoho.issueGrant({ user: USER, clientId: CLIENT.clientId });
  const token = clientToken().grantToken(grant).build();
  await initializeSdk(zoho, token, forgetfulStore());
  return token;
}

const leads = (accessToken: string | null | undefined) =>
  fetch(`${zoho.base}/crm/v8/Leads`, {
    headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
  });

test('a grant is exchanged for tokens, and the user is looked up', async () => {
  const before = Date.now();
  const token = await authorized();

  expect(token.getRefreshToken()).toMatch(/^1000\./);
  expect(token.getUserSignature()?.getName()).toBe(USER_NAME);
  expect(token.getAPIDomain()).toBe(zoho.base);
  expect(Number(token.getExpiresIn()) - before).toBeGreaterThanOrEqual(3_600_000);
  expect((await leads(token.getAccessToken())).status).toBe(200);
  expect(zoho.counters.tokenPosts).toEqual({ authorization_code: 1 });
});

test('the SDK sends its form as multipart, and the log keeps no secret', async () => {
  const token = await authorized();

  const [exchange] = zoho.requests;
  expect(exchange).toMatchObject({
    path: '/oauth/v2/token',
    contentType: 'multipart/form-data',
    grantType: 'authorization_code',
    clientId: CLIENT.clientId,
    status: 200,
  });
  const log = JSON.stringify([zoho.requests, zoho.counters]);
  for (const secret of [CLIENT.clientSecret, token.getGrantToken(), token.getAccessToken()]) {
    expect(log).not.toContain(secret);
  }
});

test('an expiring access token is refreshed with the same refresh token', async () => {
  const token = await authorized();
  const first = token.getAccessToken();
  const refreshToken = token.getRefreshToken() ?? '';
  token.setExpiresIn(String(Date.now() + 4_000));

  const second = await token.getToken();

  expect(second).not.toBe(first);
  expect(token.getRefreshToken()).toBe(refreshToken);
  expect(zoho.refreshesOf(refreshToken)).toBe(1);
  expect((await leads(second)).status).toBe(200);
});

test('a used grant is refused as the SDK reports it', async () => {
  const token = await authorized();
  const again = clientToken()
    .grantToken(token.getGrantToken() ?? '')
    .build();

  await expect(initializeSdk(zoho, again, forgetfulStore())).rejects.toMatchObject({
    code: 'INVALID TOKEN ERROR',
    message: 'invalid_code',
  });
});

test('a wrong client secret is refused', async () => {
  const grant = zoho.issueGrant({ user: USER, clientId: CLIENT.clientId });
  const token = clientToken().clientSecret('wrong').grantToken(grant).build();

  await expect(initializeSdk(zoho, token, forgetfulStore())).rejects.toMatchObject({
    message: 'invalid_client_secret',
  });
});

test('revoking ends the refresh token and its access tokens, though the SDK then throws', async () => {
  const token = await authorized();

  // The SDK cannot read the answer to its own revocation: it calls `has` on a plain object.
  await expect(
    token.revokeRefreshToken(token.getRefreshToken() ?? '', `${zoho.accountsTokenUrl}/revoke`),
  ).rejects.toThrow('has is not a function');

  expect((await leads(token.getAccessToken())).status).toBe(401);
  token.setExpiresIn(String(Date.now() + 4_000));
  await expect(token.getToken()).rejects.toMatchObject({ message: 'invalid_code' });
});

test('a rotated refresh token replaces the old one', async () => {
  zoho.configure({ rotateRefreshTokens: true });
  const token = await authorized();
  const first = token.getRefreshToken() ?? '';
  token.setExpiresIn(String(Date.now() + 4_000));

  await token.getToken();

  expect(token.getRefreshToken()).not.toBe(first);
  token.setRefreshToken(first);
  token.setExpiresIn(String(Date.now() + 4_000));
  await expect(token.getToken()).rejects.toMatchObject({ message: 'invalid_code' });
});
