/**
 * The scheduled refresh, from the schedule to the event: nobody calls for an hour, and the access
 * tokens are valid all the same.
 */
import { functionName } from '../../infra/resource-names.ts';
import { DUE_SHARDS } from '../../lib/token-index/due-index.ts';
import type { AwsCall } from '../../local/aws/embedded-aws.ts';
import { StoredState } from '../support/stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';

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

const HOUR_MS = 3_600_000;
const minutesLeft = (expiresAtMs: number) => (expiresAtMs - store.aws.clock.nowMs()) / 60_000;

/** Minute by minute until it holds; at most so many minutes. @returns the minute, from 1 */
async function minuteWhen(holds: () => Promise<boolean>, most: number): Promise<number> {
  for (let minute = 1; minute <= most; minute += 1) {
    await store.aws.advanceMinutes(1);
    if (await holds()) return minute;
  }
  throw new Error(`It did not come to pass in ${most} minutes.`);
}

/** `refresh-worker PutSecretValue`, in the order in which the calls were made. */
function steps(calls: readonly AwsCall[]): string[] {
  const prefix = `latchkey-${store.settings.store}-`;
  return calls.map(({ caller, action }) => `${caller.replace(prefix, '')} ${action}`);
}

test('from schedule to event: each station does its part, and a find then finds the new token', async () => {
  const { client, aws, zoho } = store;
  const old = await zohoToken(store, 'ann');
  const { id } = await client.saveToken({ token: old });
  const before = await stored.row(id);
  aws.calls.length = 0;
  zoho.clearLog();

  const minute = await minuteWhen(async () => {
    if ((await stored.row(id)).versionId !== before.versionId) return true;
    aws.calls.length = 0;
    return false;
  }, 60);
  // Due ten minutes before its expiry, and up to five earlier by its id.
  expect(minute).toBeGreaterThanOrEqual(45);
  expect(minute).toBeLessThanOrEqual(51);
  expect(minutesLeft(old.expiresAt ?? 0)).toBeGreaterThan(8);

  const calls = aws.calls.filter(({ caller }) => caller !== 'local');
  const invoked = calls.filter(({ service }) => service === 'lambda');
  expect(invoked.map(({ caller, request }) => [caller, request['FunctionName']])).toEqual([
    ['scheduler', functionName(store.settings, 'refresh-dispatcher')],
    ['event-source', functionName(store.settings, 'refresh-worker')],
  ]);
  const way = steps(
    calls.filter(({ service, action }) => service !== 'lambda' && action !== 'Query'),
  );
  expect(way).toEqual([
    'refresh-dispatcher GetQueueAttributes',
    'refresh-dispatcher UpdateItem',
    'refresh-dispatcher SendMessageBatch',
    'refresh-worker BatchGetItem',
    'refresh-worker GetSecretValue',
    'refresh-worker UpdateItem',
    'refresh-worker PutSecretValue',
    'refresh-worker TransactWriteItems',
    expect.stringMatching(/^refresh-worker (PutEvents|UpdateItem)$/),
    expect.stringMatching(/^refresh-worker (PutEvents|UpdateItem)$/),
  ]);
  const sent = calls.find(({ action }) => action === 'SendMessageBatch');
  expect(sent?.request['Entries']).toEqual([{ Id: id, MessageBody: `{"tokenId":"${id}"}` }]);
  expect(await stored.queued()).toEqual({ waiting: 0, inFlight: 0 });
  expect(await stored.takeDeadLetters()).toEqual([]);

  const after = await stored.row(id);
  expect(after).toMatchObject({ state: 'active', revision: before.revision + 1 });
  expect(after.lease).toBeUndefined();
  const nextDueInMs = (after.dueAtMs ?? 0) - aws.clock.nowMs();
  expect(nextDueInMs).toBeGreaterThan(HOUR_MS / 2);
  expect(nextDueInMs).toBeLessThan(HOUR_MS);

  const token = await stored.pinned(id);
  expect(token.accessToken).not.toBe(old.accessToken);
  expect(token).toEqual({
    ...old,
    accessToken: token.accessToken,
    expiresAt: after.expiresAtMs,
  });
  expect(await stored.current(id)).toEqual(token);
  expect(minutesLeft(token.expiresAt ?? 0)).toBeGreaterThan(58);

  expect(aws.events()).toEqual([
    {
      bus: `latchkey-${store.settings.store}`,
      source: 'latchkey',
      detailType: 'Token Refreshed',
      detail: {
        schema: 1,
        store: store.settings.store,
        tokenId: id,
        userName: 'ann',
        clientId: old.clientId,
        provider: 'zoho',
        expiresAt: token.expiresAt,
        at: after.refreshedAtMs,
      },
      time: new Date(after.refreshedAtMs ?? 0).toISOString(),
    },
  ]);

  expect(zoho.counters.tokenPosts).toEqual({ refresh_token: 1 });
  const found = await client.findToken({ token: { userName: 'ann' } });
  expect(found.token).toEqual({ id, ...token });
  expect(zoho.counters.tokenPosts).toEqual({ refresh_token: 1 });
  const users = await fetch(`${zoho.base}/crm/v8/users`, {
    headers: { authorization: `Zoho-oauthtoken ${found.token?.accessToken}` },
  });
  expect(await users.json()).toMatchObject({ users: [{ email: 'ann' }] });
});

test('ten users over an hour: no find meets an expired token, and each is refreshed once', async () => {
  const { client, aws, zoho } = store;
  const users = Array.from({ length: 10 }, (_, index) => `user-${index}`);
  const tokens = await Promise.all(users.map((user) => zohoToken(store, user)));
  for (const token of tokens) await client.saveToken({ token });
  store.takeCalls();
  const refreshedInMinute: number[] = [];
  await aws.advanceMinutes(60, async (minute) => {
    for (const userName of users) {
      const { expiresAt } = await client.getAccessToken({ userName });
      expect({ userName, minute, left: minutesLeft(expiresAt ?? 0) > 8 }).toEqual({
        userName,
        minute,
        left: true,
      });
    }
    const refreshed = aws.events().length - refreshedInMinute.length;
    refreshedInMinute.push(...Array<number>(refreshed).fill(minute));
  });

  expect(tokens.map(({ refreshToken = '' }) => zoho.refreshesOf(refreshToken))).toEqual(
    users.map(() => 1),
  );
  expect(new Set(aws.events().map(({ detailType }) => detailType))).toEqual(
    new Set(['Token Refreshed']),
  );
  expect(
    aws
      .events()
      .map(({ detail }) => detail['userName'])
      .sort(),
  ).toEqual([...users].sort());
  const writers = store.takeCalls().filter(({ action }) => action === 'PutSecretValue');
  expect(writers).toHaveLength(users.length);
  expect(new Set(writers.map(({ caller }) => caller))).toEqual(
    new Set([functionName(store.settings, 'refresh-worker')]),
  );
  // They were saved together; their refreshes are spread by their ids.
  expect(new Set(refreshedInMinute).size).toBeGreaterThan(1);
});

test('a sweep that finds nothing asks the queue and each shard once, and sends nothing', async () => {
  const { client, aws } = store;
  await client.saveToken({ token: await zohoToken(store, 'ann') });
  await client.saveToken({ token: { userName: 'no refresh token', accessToken: 'a' } });
  store.takeCalls();
  await aws.advanceMinutes(1);
  expect(steps(store.takeCalls())).toEqual([
    'refresh-dispatcher GetQueueAttributes',
    ...DUE_SHARDS.map(() => 'refresh-dispatcher Query'),
  ]);
});

test('a token that nobody uses is left alone after a while, and fresh again once it is used', async () => {
  stored.close();
  await store.close();
  store = await startTestStore({ idleAfterDays: 1 });
  stored = new StoredState(store);
  const { client, aws, zoho } = store;
  const token = await zohoToken(store, 'ann');
  const { id } = await client.saveToken({ token });
  aws.clock.advance(25 * HOUR_MS);
  await aws.advanceMinutes(10);
  expect(zoho.refreshesOf(token.refreshToken ?? '')).toBe(0);
  expect((await stored.row(id)).state).toBe('idle');
  expect((await stored.row(id)).dueAtMs).toBeUndefined();

  const { expiresAt } = await client.getAccessToken({ id });
  expect(minutesLeft(expiresAt ?? 0)).toBeGreaterThan(59);
  expect((await stored.row(id)).state).toBe('active');
  await aws.advanceMinutes(55);
  expect(zoho.refreshesOf(token.refreshToken ?? '')).toBe(2);
});
