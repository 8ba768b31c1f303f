/** Tokens of a provider that is not Zoho: refreshed on schedule and on demand, revoked, or refused. */
import type { TokenJson } from '../../lib/contract.ts';
import { OAuthServer } from '../support/oauth-server.ts';
import { StoredState } from '../support/stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';

const CLIENT = { clientId: 'crm-client', clientSecret: 'crm secret: é' };
const LIFE_SECONDS = 1_800;

let server: OAuthServer;
let store: TestStore;
let stored: StoredState;
beforeEach(async () => {
  server = await OAuthServer.start({ ...CLIENT, expiresInSeconds: LIFE_SECONDS });
  const { tokenUrl, revocationUrl } = server;
  store = await startTestStore({ providers: { crm: { tokenUrl, revocationUrl } } });
  stored = new StoredState(store);
});
afterEach(async () => {
  stored.close();
  await store.close();
  await server.close();
});

const tokenOf = (userName: string, lifeSeconds: number): TokenJson => ({
  provider: 'crm',
  userName,
  ...CLIENT,
  refreshToken: server.issue(),
  accessToken: `${userName}-first`,
  expiresAt: store.aws.clock.nowMs() + lifeSeconds * 1000,
});

test('by schedule: in time for its lifetime, with each refresh token that the provider rotates', async () => {
  const { client, aws, zoho } = store;
  const first = tokenOf('ann', LIFE_SECONDS);
  const { id } = await client.saveToken({ token: first });
  // Due after 15 to 20 minutes, then every 21 to 24: twice by then, whatever the token's id.
  await aws.advanceMinutes(55, async () => {
    const { expiresAt } = await client.getAccessToken({ id });
    expect(expiresAt).toBeGreaterThan(aws.clock.nowMs() + 120_000);
  });

  expect(server.refreshes).toBe(2);
  const token = await stored.pinned(id);
  expect(token).toMatchObject({ ...CLIENT, provider: 'crm', accessToken: 'access-2' });
  expect(server.isLive(first.refreshToken ?? '')).toBe(false);
  expect(server.isLive(token.refreshToken ?? '')).toBe(true);
  expect((await client.findToken({ token: { userName: 'ann' } })).token).toEqual({ id, ...token });
  expect(aws.events().map(({ detailType, detail }) => [detailType, detail['provider']])).toEqual([
    ['Token Refreshed', 'crm'],
    ['Token Refreshed', 'crm'],
  ]);
  expect(zoho.requests).toEqual([]);
});

test('on demand', async () => {
  const { id } = await store.client.saveToken({ token: tokenOf('ann', -1) });
  const answer = await store.client.getAccessToken({ id });
  expect(answer.accessToken).toBe('access-1');
  expect((await stored.pinned(id)).accessToken).toBe('access-1');
  expect(server.refreshes).toBe(1);
});

test('revoked where it was minted', async () => {
  const token = tokenOf('ann', LIFE_SECONDS);
  const { id } = await store.client.saveToken({ token });
  expect(await store.client.deleteToken({ id, revoke: true })).toEqual({ deleted: true });
  expect(server.isLive(token.refreshToken ?? '')).toBe(false);
  expect(store.zoho.requests).toEqual([]);
});

test('a provider that the store does not have is refused when a token is saved, by name', async () => {
  const token = { ...tokenOf('ann', LIFE_SECONDS), provider: 'other' };
  const failure = await store.client.saveToken({ token }).catch((error: unknown) => error);
  expect(failure).toMatchObject({
    code: 'INVALID_REQUEST',
    retryable: false,
    message: expect.stringMatching(/^token\.provider: .*zoho, crm/),
  });
  expect(await stored.items()).toEqual([]);
});

test('tokens of both kinds in one store: each goes to its own provider', async () => {
  const { client, aws, zoho } = store;
  const expired = { expiresAt: aws.clock.nowMs() - 1 };
  const both = [
    await client.saveToken({ token: await zohoToken(store, 'ann', expired) }),
    await client.saveToken({ token: tokenOf('bob', -1) }),
  ];
  zoho.clearLog();
  await aws.advanceMinutes(1);
  expect(zoho.counters.tokenPosts).toEqual({ refresh_token: 1 });
  expect(server.refreshes).toBe(1);
  const providers = await Promise.all(both.map(async ({ id }) => (await stored.row(id)).provider));
  expect(providers).toEqual([undefined, 'crm']);
});
