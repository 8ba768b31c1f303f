/**
 * Messages that come twice, late, broken or in vain, and workers that die: each token is refreshed
 * once, and none of them stands in the way of the others.
 */
import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { functionName, refreshQueueName } from '../../infra/resource-names.ts';
import { keyOf, tokenPartition } from '../../lib/token-index/dynamodb-items.ts';
import type { FaultKind } from '../../local/aws/faults.ts';
import { StoredState } from '../support/stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';

let store: TestStore;
let stored: StoredState;
let worker: string;
beforeEach(async () => {
  store = await startTestStore();
  stored = new StoredState(store);
  worker = functionName(store.settings, 'refresh-worker');
});
afterEach(async () => {
  stored.close();
  await store.close();
});

interface Due {
  readonly id: string;
  readonly userName: string;
  readonly refreshToken: string;
  readonly accessToken: string;
}

/** A token that expires in five minutes: the next sweep finds it due. */
async function saveDue(userName: string): Promise<Due> {
  const expiresAt = store.aws.clock.nowMs() + 300_000;
  const token = await zohoToken(store, userName, { expiresAt });
  const { id } = await store.client.saveToken({ token });
  const { refreshToken = '', accessToken = '' } = token;
  return { id, userName, refreshToken, accessToken };
}

const saveAllDue = (userNames: readonly string[]) => Promise.all(userNames.map(saveDue));

/** How often the provider was asked, and how often an event said so. */
function refreshesOf({ id, refreshToken }: Due) {
  const told = store.aws
    .events()
    .filter(
      ({ detailType, detail }) => detailType === 'Token Refreshed' && detail['tokenId'] === id,
    );
  return { asked: store.zoho.refreshesOf(refreshToken), told: told.length };
}

const ONCE = { asked: 1, told: 1 };

/** The store's own calls stay at rest: what is found is what the worker committed. */
async function expectFresh(due: Due): Promise<void> {
  const asked = store.zoho.counters.tokenPosts['refresh_token'];
  const { token } = await store.client.findTokenById({ id: due.id });
  expect(token?.accessToken).not.toBe(due.accessToken);
  expect(token?.expiresAt).toBeGreaterThan(store.aws.clock.nowMs() + 600_000);
  expect(store.zoho.counters.tokenPosts['refresh_token']).toBe(asked);
}

test('messages that are delivered twice: each token is refreshed once', async () => {
  const due = await saveAllDue(['ann', 'bob', 'cid', 'dora', 'eve']);
  store.aws.deliverTwice(refreshQueueName(store.settings), due.length);
  store.takeCalls();
  await store.aws.advanceMinutes(2);
  expect(due.map(refreshesOf)).toEqual(due.map(() => ONCE));
  for (const each of due) await expectFresh(each);
  const puts = store.takeCalls().filter(({ action }) => action === 'PutSecretValue');
  expect(puts).toHaveLength(due.length);
  expect(await stored.queued()).toEqual({ waiting: 0, inFlight: 0 });
});

test('messages that come again long after, or out of nowhere, refresh nothing', async () => {
  const ann = await saveDue('ann');
  await store.aws.advanceMinutes(1);
  const { versionId } = await stored.row(ann.id);
  for (let times = 0; times < 3; times += 1) {
    await stored.sendToWorkers(JSON.stringify({ tokenId: ann.id }));
  }
  await store.aws.advanceMinutes(10);
  expect(refreshesOf(ann)).toEqual(ONCE);
  expect((await stored.row(ann.id)).versionId).toBe(versionId);
});

// A commit whose answer is lost stands: then only its event is lost.
test.each([
  ['TransactWriteItems', 'serverError', ONCE],
  ['TransactWriteItems', 'lostRequest', ONCE],
  ['TransactWriteItems', 'lostResponse', { asked: 1, told: 0 }],
  ['PutSecretValue', 'lostResponse', ONCE],
] as const)(
  '%s ends in a lasting %s after the provider answered: it is not asked again',
  async (action, type, outcome) => {
    const [ann, bob] = [await saveDue('ann'), await saveDue('bob')];
    store.aws.faults.add({ action, caller: worker, times: 1_000, kind: { type } });
    await store.aws.advanceMinutes(1);
    expect([ann, bob].map(({ refreshToken }) => store.zoho.refreshesOf(refreshToken))).toEqual([
      1, 1,
    ]);
    store.aws.faults.clear();
    await store.aws.advanceMinutes(5);
    expect([refreshesOf(ann), refreshesOf(bob)]).toEqual([outcome, outcome]);
    await expectFresh(ann);
    await expectFresh(bob);
    expect(await stored.queued()).toEqual({ waiting: 0, inFlight: 0 });
    expect(await stored.takeDeadLetters()).toEqual([]);
  },
);

test('a worker that dies between secret and commit: the next one adopts a rotated refresh token', async () => {
  const ann = await saveDue('ann');
  store.zoho.configure({ rotateRefreshTokens: true });
  const died = dies('TransactWriteItems');
  await store.aws.advanceMinutes(1);
  expect(died()).toBe(true);
  expect((await stored.row(ann.id)).lease).toBeDefined();
  const rotated = await stored.current(ann.id);
  expect(rotated.refreshToken).not.toBe(ann.refreshToken);
  await store.aws.advanceMinutes(5);

  expect(refreshesOf(ann)).toEqual(ONCE);
  expect(store.zoho.refreshesOf(rotated.refreshToken ?? '')).toBe(0);
  expect(await stored.pinned(ann.id)).toEqual(rotated);
  await expectFresh(ann);
  await store.aws.advanceMinutes(60);
  expect(store.zoho.refreshesOf(rotated.refreshToken ?? '')).toBe(1);
  expect((await stored.row(ann.id)).state).toBe('active');
});

test('a worker that dies before it could store anything: the provider is asked again', async () => {
  const ann = await saveDue('ann');
  const died = dies('PutSecretValue');
  await store.aws.advanceMinutes(1);
  expect(died()).toBe(true);
  await store.aws.advanceMinutes(5);
  expect(refreshesOf(ann)).toEqual({ asked: 2, told: 1 });
  await expectFresh(ann);
});

/** The worker's container ends as it makes such a call for the first time: nothing comes of it. */
function dies(action: string): () => boolean {
  let died = false;
  const before = async () => {
    died = true;
    await store.aws.crash(worker);
  };
  store.aws.faults.add({ action, caller: worker, kind: { type: 'hook', before } });
  store.aws.faults.add({ action, caller: worker, kind: { type: 'lostRequest' } });
  return () => died;
}

test('a worker that dies after its commit: the event is lost, the refresh is not, nor is it repeated', async () => {
  const ann = await saveDue('ann');
  const died = dies('PutEvents');
  await store.aws.advanceMinutes(6);
  expect(died()).toBe(true);
  expect(refreshesOf(ann)).toEqual({ asked: 1, told: 0 });
  await expectFresh(ann);
  expect(await stored.queued()).toEqual({ waiting: 0, inFlight: 0 });
});

test.each<[string, FaultKind]>([
  ['fails', { type: 'serverError' }],
  ['takes no entry', { type: 'entryFailure', entries: [0] }],
])(
  'an event bus that %s for a while: what must be told is told when it is back',
  async (_, kind) => {
    const ann = await saveDue('ann');
    store.zoho.revoke(ann.refreshToken);
    store.aws.faults.add({ action: 'PutEvents', times: 1_000, kind });
    await store.aws.advanceMinutes(10);
    expect((await stored.row(ann.id)).state).toBe('needs-reauthorization');
    expect(store.aws.events()).toEqual([]);
    store.aws.faults.clear();
    await store.aws.advanceMinutes(20);
    const told = store.aws
      .events()
      .map(({ detailType, detail }) => [detailType, detail['tokenId']]);
    expect(told).toEqual([['Token Needs Reauthorization', ann.id]]);
  },
);

test('poison neither blocks nor loops: nonsense, unknown tokens, and a token that is gone', async () => {
  const [ann, gone] = [await saveDue('ann'), await saveDue('gone')];
  await stored.dynamoDb.send(
    new DeleteItemCommand({ TableName: store.tableName, Key: keyOf(tokenPartition(gone.id)) }),
  );
  const poison = [
    'not json',
    '[]',
    '{"tokenId":7}',
    `{"tokenId":"../../${ann.id}"}`,
    JSON.stringify({ tokenId: 'f'.repeat(32) }),
    JSON.stringify({ tokenId: gone.id }),
    'x'.repeat(100_000),
  ];
  store.takeCalls();
  for (const body of poison) await stored.sendToWorkers(body);
  await store.aws.settled();
  expect(await stored.queued()).toEqual({ waiting: 0, inFlight: 0 });
  // Two of them name a token: it is looked for, and nothing is written.
  expect(store.takeCalls().map(({ action }) => action)).toEqual(['BatchGetItem', 'BatchGetItem']);
  await store.aws.advanceMinutes(10);
  expect(refreshesOf(ann)).toEqual(ONCE);
  expect(refreshesOf(gone)).toEqual({ asked: 0, told: 0 });
  expect(await stored.takeDeadLetters()).toEqual([]);
});

test('a token that fails again and again ends among the dead letters while the others go on', async () => {
  const due = await saveAllDue(['ann', 'bob', 'cid']);
  const broken = await saveDue('broken');
  // A row that nobody can read, as after a repair by hand.
  await stored.dynamoDb.send(
    new UpdateItemCommand({
      TableName: store.tableName,
      Key: keyOf(tokenPartition(broken.id)),
      UpdateExpression: 'REMOVE secretArn',
    }),
  );
  await store.aws.advanceMinutes(5);
  expect(due.map(refreshesOf)).toEqual(due.map(() => ONCE));
  expect(await stored.takeDeadLetters()).toEqual([]);
  await store.aws.advanceMinutes(7);
  expect(await stored.takeDeadLetters()).toEqual([JSON.stringify({ tokenId: broken.id })]);

  const late = await saveDue('late');
  await store.aws.advanceMinutes(60);
  expect(refreshesOf(late).asked).toBeGreaterThan(0);
  expect(store.zoho.refreshesOf(broken.refreshToken)).toBe(0);
  // It is given to the workers ever less often: after 5 minutes, 10, 20, 40.
  const letters = await stored.takeDeadLetters();
  expect(new Set(letters)).toEqual(new Set([JSON.stringify({ tokenId: broken.id })]));
  expect(letters.length).toBeLessThanOrEqual(4);
});
