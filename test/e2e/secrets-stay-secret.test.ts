/**
 * A canary for each kind of secret goes through every operation, where it succeeds and where it
 * fails, and appears in nothing but the answers that are asked for it: no log line, error, tag,
 * description or index item.
 */
import { randomBytes } from 'node:crypto';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListSecretsCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { OperationName } from '../../lib/contract.ts';
import { clientSettings } from '../../local/deployment.ts';
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';

const canary = (kind: string) => `canary-${kind}-${randomBytes(12).toString('hex')}`;

let store: TestStore;
const canaries: string[] = [];
/** What callers got that must hold no secret: error answers and thrown functions. */
const failures: string[] = [];

beforeAll(async () => {
  store = await startTestStore();
  await goThroughEverything();
});
afterAll(() => store.close());

async function invoke(operation: OperationName, event: unknown): Promise<Record<string, unknown>> {
  const lambda = new LambdaClient(clientSettings(store.aws));
  const answer = await lambda.send(
    new InvokeCommand({
      FunctionName: store.functionNames[operation],
      Payload: JSON.stringify(event),
    }),
  );
  lambda.destroy();
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined || text.includes('"error"')) failures.push(text);
  return JSON.parse(text) as Record<string, unknown>;
}

async function secretToken(user: string, more: object = {}) {
  const token = await zohoToken(store, user, more);
  const { clientSecret, grantToken, refreshToken, accessToken } = token;
  canaries.push(...[grantToken, refreshToken, accessToken].filter((value) => value !== undefined));
  return { ...token, clientSecret };
}

async function goThroughEverything(): Promise<void> {
  const clientSecret = canary('client-secret');
  const own = {
    clientId: 'C',
    clientSecret,
    grantToken: canary('grant'),
    refreshToken: canary('refresh'),
    accessToken: canary('access'),
  };
  canaries.push(clientSecret, own.grantToken, own.refreshToken, own.accessToken);

  const { id } = await invoke('saveToken', { token: { ...own, userName: 'canary' } });
  await invoke('saveToken', { token: { ...own, id, accessToken: `${own.accessToken}-2` } });
  await invoke('findToken', { token: { userName: 'canary' } });
  for (const field of ['grantToken', 'refreshToken'] as const) {
    await invoke('findToken', { token: { clientId: 'C', clientSecret, [field]: own[field] } });
  }
  await invoke('findToken', { token: { accessToken: own.accessToken } });
  await invoke('findTokenById', { id });
  await invoke('getAccessToken', { id });
  await invoke('getTokens', {});

  const badInput: [OperationName, unknown][] = [
    ['saveToken', { token: { ...own, expiresAt: own.accessToken } }],
    ['saveToken', { token: { ...own, [own.refreshToken]: 1 } }],
    ['saveToken', { token: own.accessToken }],
    [
      'saveToken',
      {
        token: {
          refreshToken: own.refreshToken.repeat(1000),
          grantToken: own.grantToken.repeat(1000),
        },
      },
    ],
    ['findToken', own],
    ['findTokenById', { id: own.accessToken }],
    ['findTokenById', { id: [own.accessToken] }],
    ['deleteToken', { id: own.refreshToken }],
    ['getTokens', { cursor: own.accessToken }],
    ['getAccessToken', { userName: own.accessToken }],
    ['restoreTokens', { id: own.accessToken }],
    ['deleteTokens', { requestId: own.accessToken }],
  ];
  for (const [operation, event] of badInput) await invoke(operation, event);

  const expired = { expiresAt: Date.now() - 1 };
  for (const body of ['not json', '{"error":"invalid_client"}', '{"error":"surprise"}']) {
    const { id: failing } = await invoke('saveToken', {
      token: await secretToken(`provider says ${body}`, expired),
    });
    store.zoho.failNext({ kind: 'reply', status: 200, body });
    await invoke('getAccessToken', { id: failing });
  }
  const refreshed = await secretToken('refreshed', expired);
  const answer = await invoke('saveToken', { token: refreshed });
  const found = await invoke('findTokenById', { id: answer['id'] });
  canaries.push((found['token'] as { accessToken: string }).accessToken);

  for (const action of ['BatchGetItem', 'TransactWriteItems', 'PutSecretValue'] as const) {
    store.aws.faults.add({ action, times: 50, kind: { type: 'serverError' } });
    await invoke('saveToken', {
      token: { ...own, id, redirectUrl: `https://app.example/${action}` },
    });
    store.aws.faults.clear();
  }
  await invoke('deleteToken', { id, revoke: true });
  await invoke('saveToken', { token: { ...own, id } });
  await invoke('restoreTokens', { id });
  await invoke('deleteTokens', {});
}

function expectNoCanary(where: string, text: string): void {
  const hits = canaries.filter((value) => text.includes(value));
  expect({ where, hits }).toEqual({ where, hits: [] });
}

test('the canaries went through: every kind of failure was met', () => {
  expect(canaries.length).toBeGreaterThan(12);
  const codes = failures.map((text) => JSON.parse(text).error?.code ?? 'thrown');
  expect(new Set(codes)).toEqual(
    new Set([
      'INVALID_REQUEST',
      'TOKEN_TOO_LARGE',
      'TOKEN_NOT_FOUND',
      'PROVIDER_UNAVAILABLE',
      'STORE_UNAVAILABLE',
    ]),
  );
});

test('no log line holds a secret', () => {
  expect(store.logs.length).toBeGreaterThan(20);
  expectNoCanary('logs', store.logs.join('\n'));
});

test('no error that a caller gets holds a secret', () => {
  expectNoCanary('errors', failures.join('\n'));
});

test('no index item holds a secret', async () => {
  const client = new DynamoDBClient(clientSettings(store.aws));
  const { Items } = await client.send(new ScanCommand({ TableName: store.tableName }));
  client.destroy();
  expect(Items?.length).toBeGreaterThan(5);
  expectNoCanary('index items', JSON.stringify(Items));
});

test('no name, tag or description of a secret holds one', async () => {
  const client = new SecretsManagerClient(clientSettings(store.aws));
  const { SecretList } = await client.send(
    new ListSecretsCommand({
      IncludePlannedDeletion: true,
      MaxResults: 100,
      Filters: [{ Key: 'name', Values: [`latchkey/${store.settings.store}/`] }],
    }),
  );
  client.destroy();
  expect(SecretList?.length).toBeGreaterThan(4);
  expectNoCanary('secret metadata', JSON.stringify(SecretList));
});

test('no call to AWS carries one outside the secret value itself', () => {
  expect(store.aws.calls.length).toBeGreaterThan(50);
  const requests = store.aws.calls.filter(({ service }) => service !== 'lambda');
  expectNoCanary('AWS requests', JSON.stringify(requests));
});
