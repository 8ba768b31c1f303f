/** Secrets and failures: where a token's values are, and what an exception tells of them. */
import { inspect } from 'node:util';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import {
  GetSecretValueCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { SDKException } from '@zohocrm/typescript-sdk-8.0';
import { LatchkeyClient } from '../../../lib/client/latchkey-client.ts';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { initializeSdk } from '../../unit/zoho/zoho-sdk.ts';
import {
  clientToken,
  idOf,
  ofId,
  ofUser,
  rejection,
  type SdkOnStore,
  sdkToken,
  startSdkOnStore,
} from './sdk-on-store.ts';

const lambdas: LambdaClient[] = [];
let store: SdkOnStore;
beforeAll(async () => {
  store = await startSdkOnStore();
});
afterAll(async () => {
  for (const lambda of lambdas) lambda.destroy();
  await store.close();
});

const SECRETS = {
  clientSecret: 'canary-client-secret',
  grantToken: 'canary-grant',
  refreshToken: 'canary-refresh',
  accessToken: 'canary-access',
};

const secretToken = (more = {}) => sdkToken({ clientId: 'C', ...SECRETS, ...more });

/** The store at an endpoint of Lambda, without the client's own retries. */
function storeOf(endpoint: string): ZohoTokenStore {
  const lambda = new LambdaClient({ ...clientSettings(store.aws), endpoint, maxAttempts: 1 });
  lambdas.push(lambda);
  const { functionNames } = store;
  return new ZohoTokenStore(new LatchkeyClient({ functionNames, lambda, maxAttempts: 1 }));
}

/** Nobody listens there. */
const storeThatIsDown = () => storeOf('http://127.0.0.1:9');

test('#46 who reads the table reads no secret; they are in Secrets Manager alone', async () => {
  const token = secretToken({ userName: 'canary-46' });
  await store.tokens.saveToken(token);
  const dynamodb = new DynamoDBClient(clientSettings(store.aws));
  const vault = new SecretsManagerClient(clientSettings(store.aws));
  const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: store.tableName }));
  const Filters = [{ Key: 'name' as const, Values: [`latchkey/${store.settings.store}/`] }];
  const { SecretList = [] } = await vault.send(
    new ListSecretsCommand({ MaxResults: 100, Filters }),
  );
  const secret = SecretList.find(({ Name }) => Name?.endsWith(idOf(token)));
  const { SecretString } = await vault.send(new GetSecretValueCommand({ SecretId: secret?.ARN }));
  dynamodb.destroy();
  vault.destroy();

  expect(Items.length).toBeGreaterThan(0);
  for (const value of Object.values(SECRETS)) {
    for (const secrets of [Items, SecretList, store.logs]) {
      expect(JSON.stringify(secrets)).not.toContain(value);
    }
    expect(SecretString).toContain(value);
  }
});

test('#46 a save that breaks off leaves the old token whole', async () => {
  const token = secretToken({ userName: 'atomic-46' });
  await store.tokens.saveToken(token);
  const before = await store.stored(token);
  store.aws.faults.add({
    service: 'dynamodb',
    action: 'TransactWriteItems',
    kind: { type: 'lostRequest' },
    times: 50,
  });

  const save = storeOf(store.aws.url).saveToken(secretToken({ id: idOf(token), accessToken: 'B' }));
  await expect(save).rejects.toThrow(/^STORE_UNAVAILABLE: /);

  store.aws.faults.clear();
  expect(await store.stored(token)).toEqual(before);
});

const FAILURES: Record<string, () => Promise<unknown>> = {
  'an id that is gone': () => store.start(ofId('f'.repeat(32))),
  'nothing to store': () => store.tokens.saveToken(ofUser('nothing-18')),
  'a token too large': () =>
    store.tokens.saveToken(secretToken({ redirectUrl: 'https://a.example', accessToken: LARGE })),
  'a field too long': () => store.tokens.saveToken(secretToken({ clientId: 'c'.repeat(3_000) })),
  'an expired token': async () => {
    const token = secretToken({ userName: 'expired-18', expiresAt: 1 });
    token.setRefreshToken('');
    token.setGrantToken('');
    await store.tokens.saveToken(token);
    await store.start(ofUser('expired-18'));
  },
  'a store that is down': () => storeThatIsDown().findToken(secretToken()),
};
/** Fits into a field, but not with the rest of its token into a secret. */
const LARGE = 'canary-access'.repeat(5_040);
const TOO_LONG = 'canary-access'.repeat(6_000);

test.each(Object.keys(FAILURES))(
  '#18 the exception for %s reads the same every time, without null, undefined or a secret',
  async (failure) => {
    const error = (await rejection(FAILURES[failure]?.() ?? Promise.resolve())) as Error;

    const printed = String(error);
    expect(String(error)).toBe(printed);
    expect(printed).toMatch(/^Caused By : TOKEN_STORE - \w+: \w/);
    for (const text of [printed, error.message, inspect(error, { depth: 9, showHidden: true })]) {
      expect(text).not.toMatch(/canary-(?!46)/);
    }
    expect(printed).not.toMatch(/null|undefined/);
  },
);

test("#18 what the SDK wraps around the store's exception holds no secret either", async () => {
  store.zoho.failNext({
    kind: 'reply',
    status: 200,
    body: { access_token: TOO_LONG, refresh_token: 'canary-refresh', expires_in: 3600 },
  });
  const token = clientToken().grantToken('canary-grant').findUser(false).build();

  const failure = (await rejection(store.start(token))) as Error;

  expect(String(failure)).toContain('INVALID_REQUEST');
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('canary');
  expect(JSON.stringify(store.logs)).not.toContain('canary-refresh');
});

test.each([
  ['findToken', (down: ZohoTokenStore) => down.findToken(ofUser('down-35'))],
  ['findTokenById', (down: ZohoTokenStore) => down.findTokenById('f'.repeat(32))],
  ['saveToken', (down: ZohoTokenStore) => down.saveToken(secretToken())],
  ['deleteToken', (down: ZohoTokenStore) => down.deleteToken('f'.repeat(32))],
  ['getTokens', (down: ZohoTokenStore) => down.getTokens()],
  ['deleteTokens', (down: ZohoTokenStore) => down.deleteTokens()],
  ['initialize', (down: ZohoTokenStore) => initializeSdk(store.zoho, ofId('f'.repeat(32)), down)],
] as const)('#35 %s of a store that is down rejects with an SDKException', async (_, act) => {
  const failure = await rejection(act(storeThatIsDown()));
  expect(failure).toBeInstanceOf(SDKException);
  expect(failure).toMatchObject({ code: 'TOKEN_STORE', details: { code: expect.any(String) } });
});
