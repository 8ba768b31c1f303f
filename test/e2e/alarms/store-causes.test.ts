/** What can be wrong with the store and the AWS below it: each cause rings its own alarms. */
import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { FunctionName } from '../../../infra/bundling/bundles.ts';
import { functionName, secretPrefix } from '../../../infra/resource-names.ts';
import type { StoreSettings } from '../../../infra/store-settings.ts';
import { keyOf, tokenPartition } from '../../../lib/token-index/dynamodb-items.ts';
import type { EmbeddedAwsOptions } from '../../../local/aws/embedded-aws.ts';
import type { Fault } from '../../../local/aws/faults.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { StoredState } from '../../support/stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../../support/test-store.ts';
import { AlarmWatch } from './alarm-watch.ts';

// Hours of simulated minutes, on a machine that may be busy.
jest.setTimeout(180_000);

let store: TestStore;
let stored: StoredState;
let watch: AlarmWatch;
beforeEach(() => open());
afterEach(() => shut());

async function open(
  settings: Partial<StoreSettings> = {},
  options: EmbeddedAwsOptions = {},
): Promise<void> {
  store = await startTestStore(settings, {}, options);
  stored = new StoredState(store);
  watch = new AlarmWatch(store);
}

async function shut(): Promise<void> {
  watch.close();
  stored.close();
  await store.close();
}

const named = (name: FunctionName) => functionName(store.settings, name);

/** Strikes every such call from now on, until faults are cleared. */
const failAll = (fault: Omit<Fault, 'times'>) => store.aws.faults.add({ ...fault, times: 1e6 });

/** Due within minutes, and valid for some more. */
async function saveDue(userName: string, minutesLeft = 12): Promise<string> {
  const expiresAt = store.aws.clock.nowMs() + minutesLeft * 60_000;
  const token = await zohoToken(store, userName, { expiresAt });
  return (await store.client.saveToken({ token })).id;
}

/** Expired, and due at once; for tests in which nobody comes to be refreshed. */
async function saveExpired(count: number): Promise<void> {
  const expiresAt = store.aws.clock.nowMs();
  for (let start = 0; start < count; start += 10) {
    await Promise.all(
      Array.from({ length: 10 }, (_, index) => {
        const userName = `user-${start + index}`;
        const token = { userName, clientId: 'C', clientSecret: 'S', expiresAt };
        return store.client.saveToken({
          token: { ...token, refreshToken: `${userName}-r`, accessToken: `${userName}-a` },
        });
      }),
    );
  }
}

async function housekeep(event: object): Promise<void> {
  const lambda = new LambdaClient(clientSettings(store.aws));
  const Payload = JSON.stringify(event);
  await lambda.send(new InvokeCommand({ FunctionName: named('housekeeper'), Payload }));
  lambda.destroy();
}

test('no sweep: the alarm is on within minutes, and off with the first sweep', async () => {
  await watch.pass(6);
  failAll({ action: 'Invoke', caller: 'scheduler', kind: { type: 'serverError' } });
  expect(await watch.passUntil(['sweep-stopped'], 10)).toBeGreaterThan(3);
  await watch.pass(20);
  store.aws.faults.clear();
  await watch.passUntil([], 5);
  expect(watch.wentOff).toEqual(['sweep-stopped']);
});

test('a store that is new rings nothing before its first sweep, and does if there is none', async () => {
  failAll({ action: 'Invoke', caller: 'scheduler', kind: { type: 'serverError' } });
  await watch.pass(13);
  expect(watch.wentOff).toEqual([]);
  await watch.passUntil(['sweep-stopped'], 5);
});

test('a sweep that fails at the index: bugs and AWS are told apart from a schedule that stands still', async () => {
  await watch.pass(3);
  failAll({ action: 'Query', caller: named('refresh-dispatcher'), kind: { type: 'serverError' } });
  const expected = ['background-errors', 'store-unavailable', 'sweep-stopped'] as const;
  await watch.passUntil(expected, 20);
  expect(watch.wentOff).toEqual(expected);
  store.aws.faults.clear();
  await watch.passUntil([], 30);
  expect(watch.wentOff).toEqual(expected);
});

test('workers that nothing invokes', async () => {
  await shut();
  await open({}, { eventSources: [] });
  await saveDue('ann');
  await watch.passUntil(['workers-stuck'], 30);
  expect(watch.wentOff).toEqual(['workers-stuck']);
  await stored.drainQueue(10);
  await watch.passUntil([], 10);
});

test('more that is due than the pace allows, after a pause: late, but not for long', async () => {
  await shut();
  await open({ refreshesPerSecond: 1, refreshWorkers: 2 }, { eventSources: [] });
  await watch.pass(6);
  await saveExpired(360);
  failAll({ action: 'Invoke', caller: 'scheduler', kind: { type: 'serverError' } });
  await watch.pass(3);
  store.aws.faults.clear();
  const work = () => stored.drainQueue(60);
  await watch.passUntil(['tokens-overdue'], 10, work);
  await watch.passUntil([], 20, work);
  expect(watch.wentOff).toEqual(['tokens-overdue']);
});

test('more that is due than the pace allows, for good', async () => {
  await shut();
  await open({ refreshesPerSecond: 1, refreshWorkers: 2 }, { eventSources: [] });
  await saveExpired(600);
  const work = () => stored.drainQueue(60);
  await watch.passUntil(['quota-headroom'], 30, work);
  expect(watch.wentOff).toEqual(['quota-headroom', 'tokens-overdue']);
  await watch.passUntil([], 60, work);
});

test('a token that no worker can read: put aside, until the row is mended and the letters are gone', async () => {
  await saveDue('ann');
  const id = await saveDue('broken');
  const { secretArn } = await stored.row(id);
  const change = (UpdateExpression: string, value?: string) =>
    stored.dynamoDb.send(
      new UpdateItemCommand({
        TableName: store.tableName,
        Key: keyOf(tokenPartition(id)),
        UpdateExpression,
        ...(value !== undefined && { ExpressionAttributeValues: { ':value': { S: value } } }),
      }),
    );
  await change('REMOVE secretArn');
  await watch.passUntil(['dead-letters'], 30);
  await change('SET secretArn = :value', secretArn);
  await stored.takeDeadLetters();
  await watch.passUntil([], 5);
  expect(watch.wentOff).toEqual(['dead-letters']);
  await watch.pass(30);
  // What was late may have been refreshed once more: it is early the next time.
  const users = store.aws.events().map(({ detail }) => detail['userName']);
  expect([...new Set(users)].sort()).toEqual(['ann', 'broken']);
  expect(watch.wentOff).toEqual(['dead-letters']);
});

test('a function that dies under a caller', async () => {
  const id = await saveDue('ann', 55);
  await watch.pass(1);
  const before = () => store.aws.crash(named('find-token'));
  const caller = named('find-token');
  store.aws.faults.add({ action: 'BatchGetItem', caller, kind: { type: 'hook', before } });
  await expect(store.client.findToken({ token: { userName: 'ann' } })).rejects.toThrow();
  await watch.passUntil(['operation-errors'], 3);
  expect((await store.client.findToken({ token: { userName: 'ann' } })).token?.id).toBe(id);
  await watch.passUntil([], 20);
  expect(watch.wentOff).toEqual(['operation-errors']);
});

test('an index that fails under callers', async () => {
  await saveDue('ann', 55);
  const ask = () => store.client.findToken({ token: { userName: 'ann' } }).catch(() => undefined);
  failAll({ action: 'BatchGetItem', caller: named('find-token'), kind: { type: 'serverError' } });
  await watch.passUntil(['store-unavailable'], 15, ask);
  store.aws.faults.clear();
  await watch.passUntil([], 30, ask);
  expect(watch.wentOff).toEqual(['store-unavailable']);
});

test('an index that throttles, where every call succeeds in the end', async () => {
  const throttleOnce = async () => {
    const caller = named('refresh-dispatcher');
    store.aws.faults.add({ action: 'Query', caller, kind: { type: 'throttle' } });
  };
  await watch.passUntil(['table-throttled'], 15, throttleOnce);
  await watch.passUntil([], 30);
  expect(watch.wentOff).toEqual(['table-throttled']);
});

test('Lambda that refuses callers', async () => {
  await saveDue('ann', 55);
  const ask = () => store.client.findToken({ token: { userName: 'ann' } }).catch(() => undefined);
  failAll({ action: 'Invoke', caller: 'local', kind: { type: 'throttle' } });
  await watch.passUntil(['lambda-throttled'], 15, ask);
  store.aws.faults.clear();
  await watch.passUntil([], 30, ask);
  expect(watch.wentOff).toEqual(['lambda-throttled']);
});

test('an event bus that takes nothing', async () => {
  await saveDue('ann');
  failAll({ action: 'PutEvents', kind: { type: 'serverError' } });
  await watch.passUntil(['lost-events'], 15);
  store.aws.faults.clear();
  await watch.passUntil([], 20);
  expect(watch.wentOff).toEqual(['lost-events']);
});

test('a table that looks restored to an earlier time: until a person decides', async () => {
  await saveDue('ann', 55);
  for (let n = 0; n < 11; n += 1) {
    const Name = `${secretPrefix(store.settings)}${String(n).padStart(32, '0')}`;
    await stored.secretsManager.send(new CreateSecretCommand({ Name, SecretString: '{}' }));
  }
  // They are an hour old when the housekeeper comes for the second time; the first was too early.
  await watch.pass(61);
  await housekeep({ mode: 'repair' });
  await watch.passUntil(['housekeeper'], 62);
  await housekeep({ mode: 'report' });
  await watch.pass(1);
  expect(watch.ringing).toEqual(['housekeeper']);
  await housekeep({ mode: 'repair', force: true });
  await watch.passUntil([], 130);
  expect(watch.wentOff).toEqual(['housekeeper']);
});
