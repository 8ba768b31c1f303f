/**
 * A canary for each kind of secret goes through every operation and the background, where they
 * succeed and where they fail, and appears in nothing but the answers that are asked for it: no log
 * line, metric, error, message, event, tag, description or index item.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DeleteItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListSecretsCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { functionName } from '../../infra/resource-names.ts';
import { FILTERS } from '../../lib/console/token-condition.ts';
import type { OperationName, TokenJson } from '../../lib/contract.ts';
import { keyOf, tokenPartition } from '../../lib/token-index/dynamodb-items.ts';
import { clientSettings } from '../../local/deployment.ts';
import type { Fault } from '../../local/zoho/zoho-faults.ts';
import { StoredState } from '../support/stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';
import { WidgetCaller } from '../support/widget-caller.ts';

const canary = (kind: string) => `canary-${kind}-${randomBytes(12).toString('hex')}`;

let store: TestStore;
let stored: StoredState;
let echo: Server;
let deadLetters: readonly string[];
const canaries: string[] = [];
/** What callers got that must hold no secret: error answers and thrown functions. */
const failures: string[] = [];
/** What operators were shown. */
const pages: string[] = [];

beforeAll(async () => {
  echo = await startEcho();
  const { port } = echo.address() as AddressInfo;
  const tokenUrl = `http://127.0.0.1:${port}/token`;
  store = await startTestStore({ providers: { echo: { tokenUrl } } });
  stored = new StoredState(store);
  await goThroughTheBackground();
  await goThroughEverything();
});
afterAll(async () => {
  stored.close();
  await store.close();
  echo.close();
});

/** A provider that says all it was told wherever an answer has room for text. */
async function startEcho(): Promise<Server> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const told = `${request.headers.authorization} ${Buffer.concat(chunks)}`;
    const secret = Buffer.from(told.split(' ')[1] ?? '', 'base64')
      .toString()
      .split(':')[1];
    const error = { error: told, error_description: secret, error_uri: secret };
    response.writeHead(400, { 'content-type': 'application/json', 'x-secret': secret ?? '' });
    response.end(JSON.stringify(error));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const invoke = (operation: OperationName, event: unknown) =>
  invokeFunction(store.functionNames[operation], event);

async function invokeFunction(
  FunctionName: string,
  event: unknown,
): Promise<Record<string, unknown>> {
  const lambda = new LambdaClient(clientSettings(store.aws));
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(event) }),
  );
  lambda.destroy();
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined || text.includes('"error"')) failures.push(text);
  return JSON.parse(text) as Record<string, unknown>;
}

async function secretToken(user: string, more: object = {}): Promise<TokenJson> {
  const token = await zohoToken(store, user, more);
  expectAway(token);
  return token;
}

/** The tokens of a token: from now on they are to be found nowhere. */
function expectAway({ grantToken, refreshToken, accessToken }: TokenJson): void {
  for (const value of [grantToken, refreshToken, accessToken]) {
    if (value !== undefined) canaries.push(value);
  }
}

/** What a provider may answer, the last one with all that it was asked with. */
const REPLIES: readonly (readonly [string, (token: TokenJson) => Fault])[] = [
  ['garbage', () => ({ kind: 'garbage' })],
  ['client fault', () => ({ kind: 'reply', status: 200, body: { error: 'invalid_client' } })],
  ['unknown error', () => ({ kind: 'reply', status: 200, body: { error: 'surprise' } })],
  [
    'echo',
    ({ refreshToken, clientSecret }) => ({
      kind: 'reply',
      status: 200,
      body: { error: refreshToken, error_description: clientSecret, message: refreshToken },
    }),
  ],
];

/** Tokens that are due, each with a fate of its own; then what tidies up after them. */
async function goThroughTheBackground(): Promise<void> {
  const { aws, zoho } = store;
  const worker = functionName(store.settings, 'refresh-worker');
  const due = { expiresAt: aws.clock.nowMs() + 60_000 };
  const save = async (user: string, more: object = {}) => {
    const token = await secretToken(user, { ...due, ...more });
    return { token, id: String((await invoke('saveToken', { token }))['id']) };
  };
  const minutes = async (count: number) => {
    await aws.advanceMinutes(count);
    for (const { pk } of await stored.items()) {
      const id = /^token#(.*)$/.exec(pk?.S ?? '')?.[1];
      const token = id && (await stored.current(id).catch(() => undefined));
      if (token) expectAway(token);
    }
  };

  await save('refreshed');
  zoho.configure({ rotateRefreshTokens: true });
  await save('rotated');
  await minutes(1);
  zoho.configure({ rotateRefreshTokens: false });

  const revoked = await save('revoked');
  zoho.revoke(revoked.token.refreshToken ?? '');
  await minutes(3);

  for (const [user, reply] of REPLIES) {
    const { token } = await save(`background: ${user}`);
    zoho.failNext(reply(token));
    await minutes(1);
  }
  const echoed = canary('echoed-client-secret');
  canaries.push(echoed);
  await save('echo', { provider: 'echo', clientId: 'E', clientSecret: echoed });
  await minutes(2);

  for (const action of ['BatchGetItem', 'GetSecretValue', 'PutSecretValue', 'PutEvents'] as const) {
    await save(`worker fails at ${action}`);
    await aws.coldStart(worker);
    aws.faults.add({ action, caller: worker, times: 50, kind: { type: 'serverError' } });
    await minutes(1);
    aws.faults.clear();
  }
  await pinNonsense((await save('not what the store writes')).id);
  const broken = await save('a row that nobody can read');
  await breakRow(broken.id);
  await minutes(20);
  deadLetters = await stored.takeDeadLetters();
  await deleteRow(broken.id);

  const housekeeper = functionName(store.settings, 'housekeeper');
  await invoke('deleteTokens', {});
  await invokeFunction(housekeeper, { mode: canaries[0] });
  await minutes(60);
}

/** The pinned version of a secret is no JSON: somebody else wrote it. */
async function pinNonsense(id: string): Promise<void> {
  const nonsense = canary('not-json');
  canaries.push(nonsense);
  const { secretArn } = await stored.row(id);
  const { VersionId = '' } = await stored.secretsManager.send(
    new PutSecretValueCommand({ SecretId: secretArn, SecretString: nonsense }),
  );
  await stored.dynamoDb.send(
    new UpdateItemCommand({
      TableName: store.tableName,
      Key: keyOf(tokenPartition(id)),
      UpdateExpression: 'SET versionId = :version',
      ExpressionAttributeValues: { ':version': { S: VersionId } },
    }),
  );
}

async function breakRow(id: string): Promise<void> {
  await stored.dynamoDb.send(
    new UpdateItemCommand({
      TableName: store.tableName,
      Key: keyOf(tokenPartition(id)),
      UpdateExpression: 'REMOVE secretArn',
    }),
  );
}

async function deleteRow(id: string): Promise<void> {
  const Key = keyOf(tokenPartition(id));
  await stored.dynamoDb.send(new DeleteItemCommand({ TableName: store.tableName, Key }));
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

  const expired = { expiresAt: store.aws.clock.nowMs() - 1 };
  for (const [user, reply] of REPLIES) {
    const token = await secretToken(`on demand: ${user}`, expired);
    const { id: failing } = await invoke('saveToken', { token });
    store.zoho.failNext(reply(token));
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
  await lookAtEverything([own.accessToken, own.refreshToken, 'canary']);
  await invoke('deleteToken', { id, revoke: true });
  await invoke('saveToken', { token: { ...own, id } });
  await invoke('restoreTokens', { id });
  await invoke('deleteTokens', {});
}

/** The operator's list; and what somebody types there who has taken a token for a user name. */
async function lookAtEverything(typed: readonly string[]): Promise<void> {
  const widget = new WidgetCaller(store);
  for (const state of FILTERS) pages.push(await widget.open({ params: { state } }));
  for (const find of typed) {
    const html = await widget.open({ forms: { find } });
    // What was typed stands in the field again, and in what a button looks for again.
    pages.push(html.replaceAll(find, 'typed'));
  }
  widget.close();
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
      'thrown',
    ]),
  );
});

test('no log line holds a secret', () => {
  expect(store.logs.length).toBeGreaterThan(20);
  expectNoCanary('logs', store.logs.join('\n'));
});

test('nothing that an operator is shown holds a secret', () => {
  expect(pages.length).toBeGreaterThan(FILTERS.length);
  expect(pages.join('')).toContain('canary');
  expectNoCanary('pages', pages.join('\n'));
});

test('no error that a caller gets holds a secret', () => {
  expectNoCanary('errors', failures.join('\n'));
});

test('no index item holds a secret', async () => {
  const items = await stored.items();
  expect(items.length).toBeGreaterThan(5);
  const partitions = new Set(items.map(({ pk }) => pk?.S?.split('#')[0]));
  expect([...partitions].sort()).toEqual(['client', 'generation', 'job', 'key', 'token']);
  expectNoCanary('index items', JSON.stringify(items));
});

test('no name, tag or description of a secret holds one', async () => {
  const { SecretList } = await stored.secretsManager.send(
    new ListSecretsCommand({
      IncludePlannedDeletion: true,
      MaxResults: 100,
      Filters: [{ Key: 'name', Values: [`latchkey/${store.settings.store}/`] }],
    }),
  );
  expect(SecretList?.length).toBeGreaterThan(4);
  expectNoCanary('secret metadata', JSON.stringify(SecretList));
});

test('no metric holds a secret, nor does an event or a message to the workers', () => {
  const metrics = store.logs.filter((line) => line.startsWith('{"_aws"'));
  expect(metrics.length).toBeGreaterThan(10);
  expectNoCanary('metrics', metrics.join('\n'));
  const told = new Set(store.aws.events().map(({ detailType }) => detailType));
  expect([...told].sort()).toEqual([
    'OAuth Client Fault',
    'Token Deleted',
    'Token Needs Reauthorization',
    'Token Refreshed',
  ]);
  expectNoCanary('events', JSON.stringify(store.aws.events()));
  const messages = store.aws.calls.filter(({ action }) => action === 'SendMessageBatch');
  expect(messages.length).toBeGreaterThan(5);
  expectNoCanary('messages', JSON.stringify(messages));
});

test('no dead letter holds a secret', () => {
  expect(deadLetters.length).toBeGreaterThan(0);
  expectNoCanary('dead letters', deadLetters.join('\n'));
});

test('no call to AWS carries one outside the secret value itself', () => {
  expect(store.aws.calls.length).toBeGreaterThan(50);
  const services = new Set(store.aws.calls.map(({ service }) => service));
  expect([...services].sort()).toEqual(['dynamodb', 'events', 'lambda', 'secretsmanager', 'sqs']);
  const requests = store.aws.calls.filter(({ service, caller }) => {
    return service !== 'lambda' && caller !== 'local';
  });
  expectNoCanary('AWS requests', JSON.stringify(requests));
});
