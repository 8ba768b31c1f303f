/**
 * What the scheduled refresh makes of a provider that refuses or fails: whom it holds to account,
 * what it says and how often, and how all of it comes right again.
 */
import type { PutEvent } from '../../local/aws/embedded-aws.ts';
import { StoredState } from '../support/stored-state.ts';
import { errorCode, startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';

// Hours of simulated minutes, on a machine that may be busy.
jest.setTimeout(180_000);

let store: TestStore;
let stored: StoredState;
beforeEach(async () => {
  store = await startTestStore();
  stored = new StoredState(store);
});
afterEach(async () => {
  stored.close();
  await store.close();
});

const USERS = ['ann', 'bob', 'cid', 'dora'];
const CLIENT = { clientId: '1000.CLIENT', clientSecret: 'client-secret' };

interface Saved {
  readonly id: string;
  readonly refreshToken: string;
  readonly accessToken: string;
}

async function saveUsers(users: readonly string[]): Promise<Map<string, Saved>> {
  const saved = new Map<string, Saved>();
  for (const user of users) {
    const token = await zohoToken(store, user);
    const { id } = await store.client.saveToken({ token });
    const { refreshToken = '', accessToken = '' } = token;
    saved.set(user, { id, refreshToken, accessToken });
  }
  return saved;
}

function eventsOf(detailType: string): readonly PutEvent['detail'][] {
  return store.aws
    .events()
    .filter((event) => event.detailType === detailType)
    .map(({ detail }) => detail);
}

const usersIn = (events: readonly PutEvent['detail'][]) =>
  events.map(({ userName }) => userName).sort();

const statesOf = (saved: ReadonlyMap<string, Saved>) =>
  Promise.all([...saved.values()].map(async ({ id }) => (await stored.row(id)).state));

test('a revoked user: one event, nobody else is touched, and a new login heals with an event', async () => {
  const { client, aws, zoho } = store;
  const saved = await saveUsers(USERS);
  const ann = saved.get('ann');
  if (ann === undefined) throw new Error('Ann was not saved.');
  zoho.revoke(ann.refreshToken);
  await aws.advanceMinutes(60);

  const [told, ...more] = eventsOf('Token Needs Reauthorization');
  expect(more).toEqual([]);
  expect(told).toMatchObject({
    tokenId: ann.id,
    userName: 'ann',
    reason: 'revoked: invalid_code',
  });
  // It was asked twice, and one event says what two refusals were taken for.
  expect(zoho.refreshesOf(ann.refreshToken)).toBe(2);
  expect(await statesOf(saved)).toEqual(['needs-reauthorization', 'active', 'active', 'active']);
  expect(usersIn(eventsOf('Token Refreshed'))).toEqual(['bob', 'cid', 'dora']);
  expect(await errorCode(client.getAccessToken({ userName: 'ann' }))).toBe(
    'REAUTHORIZATION_REQUIRED',
  );
  expect((await client.findToken({ token: { userName: 'ann' } })).token?.id).toBe(ann.id);

  await aws.advanceMinutes(60);
  expect(eventsOf('Token Needs Reauthorization')).toHaveLength(1);
  expect(eventsOf('OAuth Client Fault')).toEqual([]);
  // Probed after an hour to an hour and a half, and not before.
  expect(zoho.refreshesOf(ann.refreshToken)).toBeLessThanOrEqual(3);

  const login = await zohoToken(store, 'ann');
  expect(await client.saveToken({ token: login })).toEqual({ id: ann.id, created: false });
  await aws.advanceMinutes(1);
  expect(eventsOf('Token Healed')).toEqual([
    expect.objectContaining({ tokenId: ann.id, userName: 'ann' }),
  ]);
  expect((await client.getAccessToken({ userName: 'ann' })).accessToken).toBe(login.accessToken);
  aws.forgetEvents();
  await aws.advanceMinutes(60);
  expect(usersIn(eventsOf('Token Refreshed'))).toContain('ann');
  expect(eventsOf('Token Healed')).toEqual([]);
});

test('an outage of 40 minutes: nobody is marked, valid tokens are handed out, all recover', async () => {
  const { client, aws, zoho } = store;
  const saved = await saveUsers(USERS);
  await aws.advanceMinutes(44);
  zoho.failNext({ kind: 'reply', status: 503, body: 'down', times: Number.POSITIVE_INFINITY });
  await aws.advanceMinutes(40, async (minute) => {
    for (const [userName, { accessToken }] of saved) {
      const answer = client.getAccessToken({ userName });
      if (44 + minute < 60) {
        expect((await answer).accessToken).toBe(accessToken);
      } else {
        const failure = await answer.catch((error: unknown) => error);
        expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true });
      }
      expect((await client.findToken({ token: { userName } })).token?.accessToken).toBe(
        accessToken,
      );
    }
  });
  expect(await statesOf(saved)).toEqual(USERS.map(() => 'active'));
  expect(aws.events()).toEqual([]);
  // Tried again less and less often, once a minute where an expired one is asked for: not 240 times.
  const attempts = [...saved.values()].map(({ refreshToken }) => zoho.refreshesOf(refreshToken));
  expect(Math.max(...attempts)).toBeLessThan(45);
  expect(Math.min(...attempts)).toBeGreaterThan(5);

  zoho.recover();
  await aws.advanceMinutes(10);
  expect(usersIn(eventsOf('Token Refreshed'))).toEqual(USERS);
  for (const [userName, { accessToken }] of saved) {
    const fresh = await client.getAccessToken({ userName });
    expect(fresh.accessToken).not.toBe(accessToken);
    expect(fresh.expiresAt).toBeGreaterThan(aws.clock.nowMs());
  }
  expect(await stored.takeDeadLetters()).toEqual([]);
});

test('a client whose secret was changed: one event, no token is touched, and a save mends it', async () => {
  const { client, aws, zoho } = store;
  const saved = await saveUsers(USERS);
  const rotated = { ...CLIENT, clientSecret: 'rotated-client-secret' };
  zoho.register(rotated);
  await aws.advanceMinutes(59);

  const [told, ...more] = eventsOf('OAuth Client Fault');
  expect(more).toEqual([]);
  expect(told).toMatchObject({ clientId: CLIENT.clientId, provider: 'zoho' });
  expect(String(told?.['reason'])).toMatch(/^client-fault: /);
  expect(aws.events()).toHaveLength(1);
  expect(await statesOf(saved)).toEqual(USERS.map(() => 'active'));
  for (const [userName, { accessToken }] of saved) {
    expect((await client.getAccessToken({ userName })).accessToken).toBe(accessToken);
  }
  await aws.advanceMinutes(5);
  const failure = await client.getAccessToken({ userName: 'ann' }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: false });

  await client.saveToken({ token: { userName: 'ann', ...rotated } });
  await aws.advanceMinutes(1);
  expect(usersIn(eventsOf('Token Refreshed'))).toEqual(['ann']);
  expect((await client.getAccessToken({ userName: 'ann' })).expiresAt).toBeGreaterThan(
    aws.clock.nowMs(),
  );

  // Or the provider takes the old one again: the rest come right by themselves.
  zoho.register(CLIENT);
  await client.saveToken({ token: { userName: 'ann', ...CLIENT } });
  await aws.advanceMinutes(30);
  // Some of them again: what was late is refreshed early the next time.
  expect([...new Set(usersIn(eventsOf('Token Refreshed')))]).toEqual(USERS);
  expect(eventsOf('OAuth Client Fault')).toHaveLength(1);
});

test("a client's fault that lasts for hours is announced once, also where it has a single user", async () => {
  const { aws, zoho } = store;
  const saved = await saveUsers(['ann']);
  zoho.register({ ...CLIENT, clientSecret: 'rotated-client-secret' });
  await aws.advanceMinutes(45 + 2 * 60);
  expect(eventsOf('OAuth Client Fault')).toHaveLength(1);
  expect(await statesOf(saved)).toEqual(['active']);
});

test('a provider that refuses everybody for an hour condemns nobody', async () => {
  const { aws, zoho } = store;
  const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
  const saved = await saveUsers(users);
  await aws.advanceMinutes(40);
  const refusal = { kind: 'reply', status: 200, body: { error: 'invalid_code' } } as const;
  zoho.failNext({ ...refusal, times: Number.POSITIVE_INFINITY });
  await aws.advanceMinutes(60);
  expect(eventsOf('Token Needs Reauthorization')).toEqual([]);
  expect(eventsOf('OAuth Client Fault')).toHaveLength(1);
  zoho.recover();
  await aws.advanceMinutes(20);
  expect(await statesOf(saved)).toEqual(users.map(() => 'active'));
  expect(usersIn(eventsOf('Token Refreshed'))).toEqual([...users].sort());
});

test('trouble that comes back after a save had mended it is announced anew', async () => {
  const { client, aws, zoho } = store;
  await saveUsers(['ann']);
  const rotated = { ...CLIENT, clientSecret: 'rotated-client-secret' };
  zoho.register(rotated);
  await aws.advanceMinutes(55);
  await client.saveToken({ token: { userName: 'ann', ...rotated } });
  // Not long enough for the early refresh that follows a late one.
  await aws.advanceMinutes(15);
  zoho.register({ ...CLIENT, clientSecret: 'rotated again' });
  await aws.advanceMinutes(60);
  expect(aws.events().map(({ detailType }) => detailType)).toEqual([
    'OAuth Client Fault',
    'Token Refreshed',
    'OAuth Client Fault',
  ]);
});
