/** No alarm goes off in health: what users, operators and schedules do every day is no trouble. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { functionName } from '../../../infra/resource-names.ts';
import { METRIC_UNITS } from '../../../lambdas/runtime/metrics.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { errorCode, startTestStore, type TestStore, zohoToken } from '../../support/test-store.ts';
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

const measured = () =>
  Object.keys(METRIC_UNITS).filter((name) =>
    watch.data.has({
      namespace: 'Latchkey',
      name,
      dimensions: { service: store.settings.store },
    }),
  );

async function lookWithoutTouching(): Promise<void> {
  const lambda = new LambdaClient(clientSettings(store.aws));
  const FunctionName = functionName(store.settings, 'housekeeper');
  await lambda.send(new InvokeCommand({ FunctionName, Payload: '{"mode": "report"}' }));
  lambda.destroy();
}

test('ten users over two hours, and all that an ordinary day brings', async () => {
  const { client } = store;
  const users = Array.from({ length: 10 }, (_, index) => `user-${index}`);
  const loggedIn: string[] = [];
  for (const user of users) {
    await client.saveToken({ token: await zohoToken(store, user) });
    loggedIn.push(user);
    await watch.pass(3, (minute) => askForTwo(loggedIn, minute));
  }
  // An access token without a refresh token lives its hour; whoever asks later gets it as it is.
  const { refreshToken: _none, grantToken: _no, ...guest } = await zohoToken(store, 'guest');
  await client.saveToken({ token: guest });
  const gone = await client.saveToken({ token: await zohoToken(store, 'gone') });

  await watch.pass(90, async (minute) => {
    await askForTwo(loggedIn, minute);
    if (minute % 10 === 0) await client.findToken({ token: { userName: 'guest' } });
    if (minute === 5) await client.deleteToken({ id: gone.id });
    if (minute === 15) await client.findToken({ token: { userName: 'nobody' } });
    if (minute === 20) await lookWithoutTouching();
    // Refused: there is nothing to store in it.
    if (minute === 25) expect(await errorCode(client.saveToken({ token: {} }))).toBeDefined();
    if (minute === 40) {
      await client.deleteTokens();
      await client.restoreTokens({ lastLogout: true });
    }
    if (minute === 70) await store.aws.coldStart();
  });

  expect(store.zoho.counters.tokenPosts['refresh_token']).toBeGreaterThan(15);
  expect(watch.wentOff).toEqual([]);
  // What alarms look at was there to be seen.
  expect(measured()).toEqual(
    expect.arrayContaining([
      'OldestDue',
      'QuotaHeadroom',
      'RemainingLifetime',
      'RefreshRefreshed',
      'HousekeepingFailures',
      'HousekeepingUnmended',
    ]),
  );
});

test('a provider that stumbles once, a call that is throttled once, a worker that dies once', async () => {
  const { client, aws, zoho } = store;
  for (const user of ['ann', 'bob', 'cid']) {
    const expiresAt = aws.clock.nowMs() + 16 * 60_000;
    await client.saveToken({ token: await zohoToken(store, user, { expiresAt }) });
  }
  await watch.pass(1);
  zoho.failNext({ kind: 'garbage', status: 503 });
  aws.faults.add({ action: 'TransactWriteItems', kind: { type: 'throttle' } });
  const worker = functionName(store.settings, 'refresh-worker');
  aws.faults.add({ action: 'PutSecretValue', caller: worker, kind: { type: 'serverError' } });
  await watch.pass(40);
  expect(aws.faults.pending).toBe(0);
  expect(
    aws
      .events()
      .map(({ detail }) => detail['userName'])
      .sort(),
  ).toEqual(['ann', 'bob', 'cid']);
  expect(watch.wentOff).toEqual([]);
});

/** Both ways to ask, of users in turn. */
async function askForTwo(users: readonly string[], minute: number): Promise<void> {
  const userOf = (turn: number) => users[turn % users.length] ?? '';
  await store.client.findToken({ token: { userName: userOf(minute) } });
  await store.client.getAccessToken({ userName: userOf(3 * minute + 1) });
}
