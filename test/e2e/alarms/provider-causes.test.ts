/** What can be wrong with a provider and its users: each cause rings its own alarms, and no other. */
import type { AlarmName } from '../../../infra/console/alarm-texts.ts';
import type { Fault } from '../../../local/zoho/zoho-faults.ts';
import { startTestStore, type TestStore, zohoToken } from '../../support/test-store.ts';
import { AlarmWatch } from './alarm-watch.ts';

// Hours of simulated minutes, on a machine that may be busy.
jest.setTimeout(180_000);

let store: TestStore;
let watch: AlarmWatch;
beforeEach(async () => {
  store = await startTestStore();
  watch = new AlarmWatch(store);
});
afterEach(async () => {
  watch.close();
  await store.close();
});

const USERS = ['ann', 'bob', 'cid', 'dora'];
const CLIENT = { clientId: '1000.CLIENT', clientSecret: 'client-secret' };
const LIFE_MINUTES = 20;

/** Tokens that come due within ten minutes, and expire ten minutes after that at the latest. */
async function saveAll(users: readonly string[]): Promise<Map<string, string>> {
  const refreshTokens = new Map<string, string>();
  for (const user of users) {
    const expiresAt = store.aws.clock.nowMs() + LIFE_MINUTES * 60_000;
    const token = await zohoToken(store, user, { expiresAt });
    await store.client.saveToken({ token });
    refreshTokens.set(user, token.refreshToken ?? '');
  }
  await watch.pass(1);
  expect(watch.wentOff).toEqual([]);
  return refreshTokens;
}

/** An application that needs two users' tokens all the time, in each way there is. */
async function ask(): Promise<void> {
  for (const userName of ['ann', 'bob']) {
    await store.client.getAccessToken({ userName }).catch(() => undefined);
    await store.client.findToken({ token: { userName } });
  }
}

/** No alarm that ends and begins again wakes anybody twice. */
const stillRinging = (name: AlarmName) => async () => expect(watch.ringing).toEqual([name]);

test('a revoked user: heard once, however often an application goes on asking', async () => {
  const refreshTokens = await saveAll(USERS);
  store.zoho.revoke(refreshTokens.get('ann') ?? '');
  await watch.passUntil(['needs-reauthorization'], 20, ask);
  expect(watch.wentOff).toEqual(['needs-reauthorization']);
  await watch.passUntil([], 20, ask);
  watch.forget();
  // Ann's access token expires, the probe an hour later is refused, the application asks on.
  await watch.pass(100, ask);
  expect(watch.wentOff).toEqual([]);

  await store.client.saveToken({ token: await zohoToken(store, 'ann') });
  await watch.pass(20, ask);
  expect(watch.wentOff).toEqual([]);
});

test('a wrong client secret: one alarm until it is mended, and a second for who asks in vain', async () => {
  await saveAll(USERS);
  store.zoho.register({ ...CLIENT, clientSecret: 'rotated-client-secret' });
  await watch.passUntil(['client-fault'], 15);
  // It does not end and begin again while everybody waits for the next try.
  await watch.pass(110, stillRinging('client-fault'));
  expect(watch.wentOff).toEqual(['client-fault']);
  await watch.passUntil(['client-fault', 'expired-token'], 5, ask);

  store.zoho.register(CLIENT);
  // The next try is an hour and a half away at the most, the memory of the last one is as long.
  await watch.passUntil([], 200);
  expect(watch.wentOff).toEqual(['client-fault', 'expired-token']);
  watch.forget();
  await watch.pass(10, ask);
  expect(watch.wentOff).toEqual([]);
});

test('a provider that suddenly refuses everybody: the client, not its users', async () => {
  await saveAll(Array.from({ length: 20 }, (_, index) => `user-${index}`));
  const refusal = { kind: 'reply', status: 200, body: { error: 'invalid_code' } } as const;
  store.zoho.failNext({ ...refusal, times: Number.POSITIVE_INFINITY });
  await watch.passUntil(['client-fault'], 15);
  await watch.pass(10);
  store.zoho.recover();
  await watch.passUntil([], 120);
  expect(watch.wentOff).toEqual(['client-fault']);
});

const OUTAGES: readonly (readonly [string, Fault])[] = [
  ['is down', { kind: 'reply', status: 503, body: 'down' }],
  ['talks nonsense', { kind: 'garbage', status: 200 }],
  ['throttles', { kind: 'reply', status: 400, body: { error: 'Access Denied' } }],
];

test.each(OUTAGES)('a provider that %s', async (_, fault) => {
  await saveAll(USERS);
  store.zoho.failNext({ ...fault, times: Number.POSITIVE_INFINITY });
  const minutes = await watch.passUntil(['provider-failing'], 20);
  // While everybody's token is valid still.
  expect(minutes).toBeLessThan(LIFE_MINUTES);
  expect(watch.wentOff).toEqual(['provider-failing']);
  await watch.passUntil(['expired-token', 'provider-failing'], 20, ask);

  store.zoho.recover();
  await watch.passUntil([], 60, ask);
  expect(watch.wentOff).toEqual(['expired-token', 'provider-failing']);
  watch.forget();
  await watch.pass(10, ask);
  expect(watch.wentOff).toEqual([]);
});

// Of outages and of throttling the tries become rare in different ways.
test.each(OUTAGES.filter(([what]) => what !== 'talks nonsense'))(
  'a provider that %s, where there is a single token to ask with',
  async (_, fault) => {
    await saveAll(['ann']);
    store.zoho.failNext({ ...fault, times: Number.POSITIVE_INFINITY });
    await watch.passUntil(['provider-failing'], 20);
    await watch.pass(45, stillRinging('provider-failing'));
    store.zoho.recover();
    await watch.passUntil([], 60);
    expect(watch.wentOff).toEqual(['provider-failing']);
  },
);
