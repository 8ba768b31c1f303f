/**
 * What the background does about tokens that are deleted or logged out: applications are told, and
 * the secrets go, but not before their recovery window.
 */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { functionName } from '../../infra/resource-names.ts';
import { clientSettings } from '../../local/deployment.ts';
import { StoredState } from '../support/stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';

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

const HOUSEKEEPING_MINUTES = 60;

async function save(userName: string): Promise<string> {
  return (await store.client.saveToken({ token: await zohoToken(store, userName) })).id;
}

const deletionsTold = () =>
  store.aws
    .events()
    .filter(({ detailType }) => detailType === 'Token Deleted')
    .map(({ detail }) => [detail['userName'], detail['reason']])
    .sort();

const inDeletion = (ids: readonly string[]) =>
  Promise.all(ids.map((id) => stored.isSecretInDeletion(id)));

const statesOf = (ids: readonly string[]) =>
  Promise.all(ids.map(async (id) => (await stored.row(id)).state));

async function housekeeper(event: object): Promise<Record<string, unknown>> {
  const lambda = new LambdaClient(clientSettings(store.aws));
  const { Payload = [] } = await lambda.send(
    new InvokeCommand({
      FunctionName: functionName(store.settings, 'housekeeper'),
      Payload: JSON.stringify(event),
    }),
  );
  lambda.destroy();
  return JSON.parse(Buffer.from(Payload).toString('utf8')) as Record<string, unknown>;
}

test('deleteToken: the secret is on its way out at once, and an event follows within a minute', async () => {
  const { client, aws } = store;
  const [ann, bob] = [await save('ann'), await save('bob')];
  await client.deleteToken({ id: ann });
  expect(await inDeletion([ann, bob])).toEqual([true, false]);
  await aws.advanceMinutes(1);
  expect(deletionsTold()).toEqual([['ann', 'deleted']]);
  await aws.advanceMinutes(HOUSEKEEPING_MINUTES);
  expect(deletionsTold()).toEqual([['ann', 'deleted']]);
  expect(await statesOf([ann, bob])).toEqual(['deleted', 'active']);
  expect((await stored.row(ann)).dueAtMs).toBeUndefined();
});

test('a token that is restored right after its deletion is not announced as deleted, and lives on', async () => {
  const { client, aws, zoho } = store;
  const token = await zohoToken(store, 'ann');
  const { id } = await client.saveToken({ token });
  await client.deleteToken({ id });
  await client.restoreTokens({ id });
  await aws.advanceMinutes(60);
  expect(deletionsTold()).toEqual([]);
  expect(await inDeletion([id])).toEqual([false]);
  expect(zoho.refreshesOf(token.refreshToken ?? '')).toBe(1);
});

test('deleteTokens: nobody is found from then on; the housekeeper buries all, and events say so', async () => {
  const { client, aws, zoho } = store;
  const users = ['ann', 'bob', 'cid'];
  const ids = await Promise.all(users.map(save));
  await client.deleteTokens();
  const since = await save('dora');
  expect(await Promise.all(ids.map((id) => client.findTokenById({ id })))).toEqual(
    ids.map(() => ({ token: null })),
  );
  zoho.clearLog();
  await aws.advanceMinutes(HOUSEKEEPING_MINUTES - 1);
  // Until then everything is as it was, so that a logout can be undone; but nobody is refreshed.
  expect(await inDeletion(ids)).toEqual([false, false, false]);
  expect(deletionsTold()).toEqual([]);
  expect(zoho.counters.tokenPosts).toEqual({ refresh_token: 1 });

  await aws.advanceMinutes(2);
  expect(await statesOf([...ids, since])).toEqual([
    'logged-out',
    'logged-out',
    'logged-out',
    'active',
  ]);
  expect(await inDeletion([...ids, since])).toEqual([true, true, true, false]);
  expect(deletionsTold()).toEqual(users.map((user) => [user, 'logged-out']));
  const keys = (await stored.items()).filter(({ pk }) => pk?.S?.startsWith('key#'));
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.filter((item) => ids.some((id) => JSON.stringify(item).includes(id)))).toEqual([]);
  expect((await client.findToken({ token: { userName: 'dora' } })).token?.id).toBe(since);

  const restored = await client.restoreTokens({ lastLogout: true });
  expect(restored).toMatchObject({ restored: expect.arrayContaining(ids) });
  expect(await inDeletion(ids)).toEqual([false, false, false]);
  for (const userName of users) {
    expect((await client.findToken({ token: { userName } })).token?.userName).toBe(userName);
  }
});

test('a dry run says what is wrong and touches nothing', async () => {
  const { client } = store;
  const ids = await Promise.all(['ann', 'bob'].map(save));
  await client.deleteTokens();
  const report = await housekeeper({ mode: 'report' });
  expect(report).toMatchObject({
    mode: 'report',
    finishedAtMs: expect.any(Number),
    findings: { 'logged-out-token': 2 },
    repaired: { 'logged-out-token': 0 },
  });
  expect(await statesOf(ids)).toEqual(['active', 'active']);
  expect(await inDeletion(ids)).toEqual([false, false]);

  expect(await housekeeper({ mode: 'repair' })).toMatchObject({
    repaired: { 'logged-out-token': 2 },
  });
  expect(await statesOf(ids)).toEqual(['logged-out', 'logged-out']);
});
