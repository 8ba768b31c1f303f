/**
 * How many AWS calls each operation makes, counted by middleware on the SDK clients themselves, in
 * a container that has served before (warm) and in one that has not (cold).
 */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { InitializeMiddleware } from '@smithy/types';
import { DynamoDbClientHealth } from '../../../lib/client-health/dynamodb-client-health.ts';
import { type Clock, systemClock } from '../../../lib/clock.ts';
import { deadlineIn } from '../../../lib/deadline.ts';
import { SILENT_OBSERVER } from '../../../lib/observer.ts';
import { trustedApiHosts } from '../../../lib/provider/api-hosts.ts';
import { ZohoProvider } from '../../../lib/provider/zoho-provider.ts';
import { DEFAULT_REFRESH_POLICY } from '../../../lib/refresh-policy.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import { DynamoDbDueIndex } from '../../../lib/token-index/dynamodb-due-index.ts';
import { DynamoDbTokenIndex } from '../../../lib/token-index/dynamodb-token-index.ts';
import { TokenLookup } from '../../../lib/token-lookup.ts';
import { TokenReader } from '../../../lib/token-reader.ts';
import { DEFAULT_REFRESH_TIMINGS, TokenRefresher } from '../../../lib/token-refresher.ts';
import { TokenStore } from '../../../lib/token-store.ts';
import { SecretsManagerVault } from '../../../lib/vault/secrets-manager-vault.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { startTestStore, type TestStore, zohoToken } from '../../support/test-store.ts';
import { tabled } from './call-table.ts';

let deployed: TestStore;
let dynamoDb: DynamoDBClient;
let secretsManager: SecretsManagerClient;
let calls: string[] = [];

beforeAll(async () => {
  deployed = await startTestStore();
  dynamoDb = new DynamoDBClient(clientSettings(deployed.aws));
  secretsManager = new SecretsManagerClient(clientSettings(deployed.aws));
  dynamoDb.middlewareStack.add(counting(), { step: 'initialize' });
  secretsManager.middlewareStack.add(counting(), { step: 'initialize' });
});

afterAll(async () => {
  dynamoDb.destroy();
  secretsManager.destroy();
  await deployed.close();
});

function counting<Input extends object, Output extends object>(): InitializeMiddleware<
  Input,
  Output
> {
  return (next, context) => (args) => {
    calls.push(String(context['commandName']).replace('Command', ''));
    return next(args);
  };
}

/** A new container: nothing cached, nothing remembered. */
function coldStore(clock: Clock = systemClock): TokenStore {
  const table = { client: dynamoDb, tableName: deployed.tableName };
  const index = new DynamoDbTokenIndex(table);
  const vault = new SecretsManagerVault({
    client: secretsManager,
    namePrefix: `latchkey/${deployed.settings.store}/`,
    recoveryWindowDays: 7,
  });
  const local = { accountsUrl: deployed.zoho.base, apiDomain: deployed.zoho.base };
  const surroundings = {
    clock,
    newId: () => randomBytes(16).toString('hex'),
    random: Math.random,
  };
  const reader = new TokenReader({ index, vault, random: Math.random });
  const parts = {
    ...surroundings,
    index,
    vault,
    reader,
    lookup: new TokenLookup(index),
    provider: new ZohoProvider({ dataCentres: { local }, defaultDataCentre: local }),
    trustsApiHost: trustedApiHosts({ local }),
    due: new DynamoDbDueIndex(table),
    health: new DynamoDbClientHealth(table),
    observer: SILENT_OBSERVER,
    policies: { standard: DEFAULT_REFRESH_POLICY, ofProvider: {} },
    recoveryWindowMs: 604_800_000,
  };
  const refresher = new TokenRefresher({ ...parts, timings: DEFAULT_REFRESH_TIMINGS });
  return new TokenStore({ ...parts, refresher });
}

const DAY_MS = 86_400_000;
const soon = () => deadlineIn(10_000, systemClock);

async function callsOf(
  operation: string,
  container: 'warm' | 'cold',
  run: () => Promise<unknown>,
): Promise<Record<string, number>> {
  calls = [];
  await run();
  return tabled(operation, container, calls);
}

test('findToken by user and getAccessToken: 1 DynamoDB call warm; 2 and a secret read cold', async () => {
  await deployed.client.saveToken({ token: await zohoToken(deployed, 'finder') });
  const store = coldStore();
  const find = () => store.findToken({ token: tokenFromJson({ userName: 'finder' }) }, soon());
  expect(await callsOf('findToken by user', 'cold', find)).toEqual({
    BatchGetItem: 2,
    GetSecretValue: 1,
  });
  expect(await callsOf('findToken by user', 'warm', find)).toEqual({ BatchGetItem: 1 });

  const other = coldStore();
  const get = () => other.getAccessToken({ userName: 'finder' }, soon());
  expect(await callsOf('getAccessToken', 'cold', get)).toEqual({
    BatchGetItem: 2,
    GetSecretValue: 1,
  });
  expect(await callsOf('getAccessToken', 'warm', get)).toEqual({ BatchGetItem: 1 });
});

test('findTokenById: 1 DynamoDB call, and a secret read cold', async () => {
  const { id } = await deployed.client.saveToken({ token: await zohoToken(deployed, 'by-id') });
  const store = coldStore();
  const find = () => store.findTokenById({ id }, soon());
  expect(await callsOf('findTokenById', 'cold', find)).toEqual({
    BatchGetItem: 1,
    GetSecretValue: 1,
  });
  expect(await callsOf('findTokenById', 'warm', find)).toEqual({ BatchGetItem: 1 });
});

test('a find notes once a day that the token is used: 1 DynamoDB call more', async () => {
  const expiresAt = Date.now() + 7 * DAY_MS;
  const token = await zohoToken(deployed, 'daily', { expiresAt });
  const { id } = await deployed.client.saveToken({ token });
  const store = coldStore({ ...systemClock, nowMs: () => systemClock.nowMs() + DAY_MS });
  const find = () => store.findTokenById({ id }, soon());
  expect(await callsOf('findTokenById, first of a day', 'cold', find)).toEqual({
    BatchGetItem: 1,
    GetSecretValue: 1,
    UpdateItem: 1,
  });
  expect(await callsOf('findTokenById, later that day', 'warm', find)).toEqual({
    BatchGetItem: 1,
  });
});

test('saveToken: reads, one secret write and one transaction; nothing written when unchanged', async () => {
  const json = await zohoToken(deployed, 'saver');
  const token = tokenFromJson(json);
  const store = coldStore();
  const created = await callsOf('saveToken, new', 'warm', () => store.saveToken({ token }, soon()));
  expect(created).toEqual({ BatchGetItem: 1, CreateSecret: 1, TransactWriteItems: 1 });

  const unchanged = { BatchGetItem: 1 };
  expect(
    await callsOf('saveToken, unchanged', 'warm', async () => {
      await store.saveToken({ token }, soon());
    }),
  ).toEqual({ ...unchanged, BatchGetItem: 2 });
  expect(
    await callsOf('saveToken, unchanged again', 'warm', () => store.saveToken({ token }, soon())),
  ).toEqual(unchanged);

  const next = tokenFromJson({ ...json, accessToken: 'next', expiresAt: Date.now() + 3_600_000 });
  const changed = { BatchGetItem: 1, PutSecretValue: 1, TransactWriteItems: 1 };
  expect(
    await callsOf('saveToken, changed', 'warm', () => store.saveToken({ token: next }, soon())),
  ).toEqual(changed);

  const last = tokenFromJson({ ...json, accessToken: 'last', expiresAt: Date.now() + 3_600_000 });
  const cold = coldStore();
  expect(
    await callsOf('saveToken, changed', 'cold', () => cold.saveToken({ token: last }, soon())),
  ).toEqual({ ...changed, BatchGetItem: 2, GetSecretValue: 1 });
});

test('a refresh: a lease, one provider call, one secret write, one commit', async () => {
  const token = await zohoToken(deployed, 'refresher', { expiresAt: Date.now() - 1000 });
  const { id } = await deployed.client.saveToken({ token });
  const store = coldStore();
  const refresh = await callsOf('findTokenById with a refresh', 'cold', () =>
    store.findTokenById({ id }, soon()),
  );
  expect(refresh).toEqual({
    BatchGetItem: 1,
    GetSecretValue: 1,
    UpdateItem: 1,
    PutSecretValue: 1,
    TransactWriteItems: 1,
  });
  expect(deployed.zoho.refreshesOf(token.refreshToken ?? '')).toBe(1);
});

test('getTokens, a page of 100: 2 DynamoDB calls and 5 batches of secrets', async () => {
  const users = Array.from({ length: 100 }, (_, index) => `page-${index}`);
  const filler = coldStore();
  for (const userName of users) {
    const token = tokenFromJson({ userName, clientId: 'C', accessToken: `AT-${userName}` });
    await filler.saveToken({ token }, soon());
  }
  const store = coldStore();
  let tokens = 0;
  const counted = await callsOf('getTokens, page of 100', 'cold', async () => {
    const page = await store.getTokens({ limit: 100, includeSecrets: true }, soon());
    tokens = page.tokens.length;
  });
  expect(tokens).toBe(100);
  expect(counted).toEqual({ BatchGetItem: 1, Scan: 1, BatchGetSecretValue: 5 });
});

test('deleteToken: two reads, one transaction, one secret, and a last look', async () => {
  const { id } = await deployed.client.saveToken({ token: await zohoToken(deployed, 'leaver') });
  const store = coldStore();
  const counted = await callsOf('deleteToken', 'cold', () =>
    store.deleteToken({ id, revoke: false }, soon()),
  );
  expect(counted).toEqual({ BatchGetItem: 3, TransactWriteItems: 1, DeleteSecret: 1 });
});

test('deleteTokens, at any size: 1 transaction', async () => {
  const store = coldStore();
  const counted = await callsOf('deleteTokens', 'cold', () => store.deleteTokens({}, soon()));
  expect(counted).toEqual({ TransactWriteItems: 1 });
});
