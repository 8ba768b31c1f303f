/**
 * Nothing that is saved, and nothing that a provider answers, moves the address that a client
 * secret is sent to: a stranger whose address stands in every field of a token is never asked.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TokenJson } from '../../../lib/contract.ts';
import { startTestStore, type TestStore, zohoToken } from '../../support/test-store.ts';

let store: TestStore;
let stranger: string;
let asked: string[];
const server = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  if (request.url === '/redirecting') response.writeHead(307, { location: '/elsewhere' });
  response.end('{"access_token":"stolen","expires_in":3600}');
});

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stranger = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const providers = {
    configured: { tokenUrl: `${stranger}/configured` },
    redirecting: { tokenUrl: `${stranger}/redirecting` },
  };
  store = await startTestStore({ providers });
});
beforeEach(() => {
  asked = [];
});
afterAll(async () => {
  await store.close();
  server.close();
});

const expired = () => ({ expiresAt: store.aws.clock.nowMs() - 1 });
const address = () => `${stranger}/oauth/v2/token`;

/** Refreshed on demand and on schedule, and revoked: everything that asks a provider. */
async function askEverything(token: TokenJson): Promise<void> {
  const { id } = await store.client.saveToken({ token });
  await store.client.getAccessToken({ id }).catch(() => undefined);
  await store.client.findTokenById({ id });
  await store.client.saveToken({ token: { id, ...expired() } });
  await store.aws.advanceMinutes(2);
  await store.client.deleteToken({ id, revoke: true }).catch(() => undefined);
}

test.each(['configured', 'redirecting'])(
  'one who is configured (%s) is asked, and nobody whom it sends us to',
  async (provider) => {
    const token = { clientId: 'C', clientSecret: 'S', refreshToken: 'R', ...expired() };
    await askEverything({ userName: provider, provider, ...token });
    expect(new Set(asked)).toEqual(new Set([`POST /${provider}`]));
  },
);

test.each<[string, () => Partial<TokenJson>]>([
  ['the API domain', () => ({ apiDomain: stranger })],
  ['the API domain, after a real one', () => ({ apiDomain: `${store.zoho.base}@${stranger}` })],
  ['the user name', () => ({ userName: address() })],
  ['the client id', () => ({ clientId: address() })],
  ['the client secret', () => ({ clientSecret: `S&accounts-server=${address()}` })],
  ['the redirect URL', () => ({ redirectUrl: address() })],
  ['the refresh token', () => ({ refreshToken: `${address()}?x=` })],
  ['the grant token', () => ({ grantToken: address() })],
  ['the access token', () => ({ accessToken: address() })],
])('a stranger in %s is not asked', async (_field, more) => {
  store.zoho.clearLog();
  await askEverything(await zohoToken(store, 'somebody', { ...expired(), ...more() }));
  expect(asked).toEqual([]);
  expect(store.zoho.counters.tokenPosts['refresh_token']).toBeGreaterThan(0);
});

test.each(['provider', 'accounts-server', 'accountsUrl', 'tokenUrl', 'location', '__proto__'])(
  'an address for %s is refused',
  async (field) => {
    const token: TokenJson = JSON.parse(`{"accessToken":"A","${field}":"${address()}"}`);
    await expect(store.client.saveToken({ token })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
    });
    expect(asked).toEqual([]);
  },
);

test('an address that a provider answers is not asked, now or at the next refresh', async () => {
  store.zoho.configure({ apiDomain: stranger });
  const body = { 'accounts-server': stranger, location: stranger, token_endpoint: address() };
  store.zoho.failNext({ kind: 'reply', status: 200, body: { ...body, error: 'surprise' } });
  await askEverything(await zohoToken(store, 'answered', expired()));
  store.zoho.configure({ apiDomain: null });
  expect(asked).toEqual([]);
});
