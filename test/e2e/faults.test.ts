/** AWS throttled, slow, stale or down: what callers are told, and that nothing acknowledged is lost. */

import { LambdaClient } from '@aws-sdk/client-lambda';
import { LatchkeyClient } from '../../lib/client/latchkey-client.ts';
import { clientSettings } from '../../local/deployment.ts';
import {
  CONFIRMED_AFTER_MS,
  errorCode,
  ON_EMULATORS,
  startTestStore,
  type TestStore,
  zohoToken,
} from '../support/test-store.ts';

let store: TestStore;
/** A client that passes the first answer on as it is. */
let once: LatchkeyClient;
let lambda: LambdaClient;

beforeAll(async () => {
  store = await startTestStore();
  lambda = new LambdaClient(clientSettings(store.aws));
  once = new LatchkeyClient({ functionNames: store.functionNames, lambda, maxAttempts: 1 });
});
afterEach(() => store.aws.faults.clear());
afterAll(async () => {
  lambda.destroy();
  await store.close();
});

const token = (userName: string, accessToken = `${userName}-AT`) => ({
  token: { userName, clientId: 'C', accessToken },
});
const accessTokenOf = async (userName: string) =>
  (await once.findToken({ token: { userName } })).token?.accessToken;

describe.each([
  ['dynamodb', 'BatchGetItem'],
  ['dynamodb', 'TransactWriteItems'],
  ['secretsmanager', 'CreateSecret'],
] as const)('%s %s', (service, action) => {
  test.each(['throttle', 'serverError', 'lostRequest', 'lostResponse'] as const)(
    'one %s is retried and the save succeeds once',
    async (type) => {
      const userName = `${action} ${type}`;
      store.aws.faults.add({ service, action, kind: { type } });
      expect(await once.saveToken(token(userName))).toMatchObject({ created: true });
      expect(store.aws.faults.pending).toBe(0);
      const { tokens } = await once.getTokens();
      expect(tokens.filter((found) => found.userName === userName)).toHaveLength(1);
    },
  );

  test.each(['throttle', 'serverError', 'lostRequest'] as const)(
    'a lasting %s is STORE_UNAVAILABLE, retryable, and leaves nothing half-saved',
    async (type) => {
      const userName = `${action} lasting ${type}`;
      store.aws.faults.add({ service, action, times: 100, kind: { type } });
      const failure = await once.saveToken(token(userName)).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
      store.aws.faults.clear();
      expect((await once.findToken({ token: { userName } })).token).toBeNull();
      expect(await once.saveToken(token(userName))).toMatchObject({ created: true });
    },
  );
});

test('a save whose every answer is lost is not acknowledged, and repeating it makes no second token', async () => {
  const action = 'TransactWriteItems';
  store.aws.faults.add({ action, times: 100, kind: { type: 'lostResponse' } });
  expect(await errorCode(once.saveToken(token('ambiguous')))).toBe('STORE_UNAVAILABLE');
  store.aws.faults.clear();
  await once.saveToken(token('ambiguous', 'second'));
  const { tokens } = await once.getTokens();
  expect(tokens.filter(({ userName }) => userName === 'ambiguous')).toHaveLength(1);
  expect(await accessTokenOf('ambiguous')).toBe('second');
});

test('a lease that meets a transaction is taken after it', async () => {
  const expired = { expiresAt: store.aws.clock.nowMs() - 1000 };
  const { id } = await once.saveToken({ token: await zohoToken(store, 'leased', expired) });
  const action = 'UpdateItem';
  store.aws.faults.add({ action, times: 2, kind: { type: 'transactionConflict' } });
  const { accessToken } = await once.getAccessToken({ id });
  expect(accessToken).toBe(await accessTokenOf('leased'));
  expect(store.aws.faults.pending).toBe(0);
});

test('a transaction that meets another is repeated', async () => {
  store.aws.faults.add({ times: 3, kind: { type: 'transactionConflict' } });
  await once.saveToken(token('conflict'));
  expect(await accessTokenOf('conflict')).toBe('conflict-AT');
});

test('an acknowledged save is found whatever failed on the way', async () => {
  const acknowledged: string[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    store.aws.faults.add({ skip: turn, kind: { type: turn % 2 ? 'throttle' : 'lostResponse' } });
    const userName = `turn ${turn}`;
    await once.saveToken(token(userName)).then(() => acknowledged.push(userName));
  }
  store.aws.faults.clear();
  for (const userName of acknowledged) expect(await accessTokenOf(userName)).toBe(`${userName}-AT`);
  expect(acknowledged.length).toBeGreaterThan(0);
});

(ON_EMULATORS ? test.skip : test)('a stale Secrets Manager read is never handed out', async () => {
  const { id } = await once.saveToken(token('stale', 'old'));
  await once.saveToken({ token: { id, accessToken: 'new' } });
  await store.aws.coldStart();
  store.aws.faults.add({ times: 2, kind: { type: 'staleRead' } });
  expect((await once.findTokenById({ id })).token?.accessToken).toBe('new');
});

test('a provider that is down: a token that is still valid is handed out, an expired one is not', async () => {
  const valid = await zohoToken(store, 'still valid', {
    expiresAt: store.aws.clock.nowMs() + 30_000,
  });
  const expired = await zohoToken(store, 'expired', { expiresAt: store.aws.clock.nowMs() - 1 });
  await once.saveToken({ token: valid });
  await once.saveToken({ token: expired });
  store.zoho.failNext({ kind: 'reply', times: 2, status: 503, body: 'down' });
  const handedOut = await once.getAccessToken({ userName: 'still valid' });
  expect(handedOut.accessToken).toBe(valid.accessToken);
  const failure = await once
    .getAccessToken({ userName: 'expired' })
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true });
});

test('a revoked user must authorize again once a second refusal confirms it, and heals with the next save', async () => {
  const token = await zohoToken(store, 'revoked', { expiresAt: store.aws.clock.nowMs() - 1 });
  await once.saveToken({ token });
  store.zoho.revoke(token.refreshToken ?? '');
  const userName = 'revoked';
  const first = await once.getAccessToken({ userName }).catch((error: unknown) => error);
  expect(first).toMatchObject({ code: 'PROVIDER_UNAVAILABLE', retryable: true });
  store.aws.clock.advance(CONFIRMED_AFTER_MS);
  const second = await once.getAccessToken({ userName }).catch((error: unknown) => error);
  expect(second).toMatchObject({ code: 'REAUTHORIZATION_REQUIRED', retryable: false });
  expect((await once.findToken({ token: { userName } })).token?.userName).toBe(userName);
  await once.saveToken({ token: await zohoToken(store, 'revoked') });
  expect((await once.getAccessToken({ userName })).accessToken).not.toBe(token.accessToken);
});
