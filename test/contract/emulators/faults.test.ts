/**
 * Faults of the embedded AWS as the real SDK clients meet them, its record of calls, and its
 * control surface.
 */
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { type EmbeddedAws, startEmbeddedAws } from '../../../local/aws/embedded-aws.ts';
import { CREDENTIALS, failureOf } from './endpoint.ts';

const TableName = 'tokens';
const V1 = '1'.repeat(32);
const V2 = '2'.repeat(32);
/** Drives the probabilities: the next number is what a test says. */
let randomNumbers: number[] = [];
let aws: EmbeddedAws;
let dynamodb: DynamoDBClient;
let secrets: SecretsManagerClient;
let lambda: LambdaClient;

beforeEach(async () => {
  aws = await startEmbeddedAws({ random: () => randomNumbers.shift() ?? 1 });
  const options = {
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  };
  dynamodb = new DynamoDBClient(options);
  secrets = new SecretsManagerClient(options);
  lambda = new LambdaClient(options);
  await dynamodb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );
  await secrets.send(
    new CreateSecretCommand({ Name: 'secret', SecretString: 'v1', ClientRequestToken: V1 }),
  );
  aws.calls.length = 0;
});

afterEach(async () => {
  for (const client of [dynamodb, secrets, lambda]) client.destroy();
  await aws.close();
});

const keyOf = (pk: string) => ({ pk: { S: pk } });
const put = (pk = 'a') => dynamodb.send(new PutItemCommand({ TableName, Item: keyOf(pk) }));
const read = async (pk = 'a') =>
  (await dynamodb.send(new GetItemCommand({ TableName, Key: keyOf(pk) }))).Item;
const putSecret = () =>
  secrets.send(
    new PutSecretValueCommand({
      SecretId: 'secret',
      SecretString: 'v2',
      ClientRequestToken: V2,
    }),
  );
const readSecret = (more: { VersionId?: string } = {}) =>
  secrets.send(new GetSecretValueCommand({ SecretId: 'secret', ...more }));
const invoke = () => lambda.send(new InvokeCommand({ FunctionName: 'none' }));

describe('which calls are struck', () => {
  test('one, by default', async () => {
    aws.faults.add({ kind: { type: 'throttle' } });
    await failureOf(put());
    await put();
    expect(aws.faults.pending).toBe(0);
  });

  test('the n-th that matches service, action and caller', async () => {
    aws.faults.add({
      service: 'dynamodb',
      action: 'PutItem',
      caller: 'local',
      skip: 1,
      times: 2,
      kind: { type: 'serverError' },
    });
    await put();
    await read();
    await readSecret();
    await failureOf(put());
    await failureOf(put());
    await put();
    expect(aws.calls.map(({ action, statusCode }) => `${action} ${statusCode}`)).toEqual([
      'PutItem 200',
      'GetItem 200',
      'GetSecretValue 200',
      'PutItem 500',
      'PutItem 500',
      'PutItem 200',
    ]);
  });

  test('none of another caller', async () => {
    aws.faults.add({ caller: 'save-token', kind: { type: 'throttle' } });
    await put();
    expect(aws.faults.pending).toBe(1);
  });

  test('two faults added are two calls struck', async () => {
    aws.faults.add({ kind: { type: 'throttle' } });
    aws.faults.add({ kind: { type: 'serverError' } });
    expect(await failureOf(put())).toMatchObject({
      name: 'ProvisionedThroughputExceededException',
    });
    expect(await failureOf(put())).toMatchObject({ name: 'InternalServerError' });
    await put();
  });

  test('those that chance picks, without limit', async () => {
    randomNumbers = [0.4, 0.6, 0.2];
    aws.faults.add({ probability: 0.5, kind: { type: 'throttle' } });
    await failureOf(put());
    await put();
    await failureOf(put());
  });

  test('none once cleared', async () => {
    aws.faults.add({ kind: { type: 'throttle' } });
    aws.faults.clear();
    await put();
  });
});

describe('what they suffer', () => {
  test('throttling has the name that each service gives it', async () => {
    aws.faults.add({ times: 4, kind: { type: 'throttle' } });
    expect(await failureOf(put())).toMatchObject({
      name: 'ProvisionedThroughputExceededException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await failureOf(putSecret())).toMatchObject({
      name: 'ThrottlingException',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await failureOf(invoke())).toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    });
    expect(await readSecretAfterClear()).toBe('v1');
  });

  const readSecretAfterClear = async () => {
    aws.faults.clear();
    return (await readSecret()).SecretString;
  };

  test('a server error too', async () => {
    aws.faults.add({ times: 3, kind: { type: 'serverError' } });
    expect(await failureOf(put())).toMatchObject({ name: 'InternalServerError' });
    expect(await failureOf(putSecret())).toMatchObject({ name: 'InternalServiceError' });
    expect(await failureOf(invoke())).toMatchObject({ name: 'ServiceException' });
    expect(await read()).toBeUndefined();
  });

  test('a retrying client gets over them', async () => {
    const patient = new DynamoDBClient({
      endpoint: aws.url,
      region: 'us-east-1',
      credentials: CREDENTIALS,
      maxAttempts: 3,
    });
    aws.faults.add({ kind: { type: 'serverError' } });
    aws.faults.add({ kind: { type: 'lostResponse' } });
    await patient.send(new PutItemCommand({ TableName, Item: keyOf('a') }));
    expect(aws.calls).toHaveLength(3);
    patient.destroy();
  });

  test('a lost request was not executed', async () => {
    aws.faults.add({ kind: { type: 'lostRequest' } });
    await failureOf(put());
    expect(aws.calls).toMatchObject([
      { action: 'PutItem', statusCode: 0, errorName: 'LostRequest' },
    ]);
    expect(await read()).toBeUndefined();
  });

  test('a request whose response was lost was executed', async () => {
    aws.faults.add({ kind: { type: 'lostResponse' } });
    await failureOf(put());
    expect(aws.calls).toMatchObject([{ statusCode: 200, errorName: 'LostResponse' }]);
    expect(await read()).toEqual(keyOf('a'));
  });

  test('a slow request is executed all the same', async () => {
    aws.faults.add({ kind: { type: 'slow', delayMs: 1 } });
    await put();
    expect(await read()).toEqual(keyOf('a'));
  });

  test('a paused request is executed when it is let go', async () => {
    let letGo = () => {};
    const until = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    aws.faults.add({ action: 'PutItem', kind: { type: 'pause', until } });
    const paused = put();
    expect(await read()).toBeUndefined();
    letGo();
    await paused;
    expect(await read()).toEqual(keyOf('a'));
  });

  test('a hook runs around the execution', async () => {
    const seen: string[] = [];
    const look = (when: string) => async () => {
      seen.push(`${when}: ${(await read()) === undefined ? 'absent' : 'present'}`);
    };
    aws.faults.add({
      action: 'PutItem',
      kind: { type: 'hook', before: look('before'), after: look('after') },
    });
    await put();
    expect(seen).toEqual(['before: absent', 'after: present']);
  });

  test('a transaction conflicts', async () => {
    aws.faults.add({ action: 'TransactWriteItems', kind: { type: 'transactionConflict' } });
    await put('b');
    const call = dynamodb.send(
      new TransactWriteItemsCommand({
        TransactItems: [
          { Put: { TableName, Item: keyOf('a') } },
          { Delete: { TableName, Key: keyOf('b') } },
        ],
      }),
    );
    expect(await failureOf(call)).toMatchObject({
      name: 'TransactionCanceledException',
      message:
        'Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict, None]',
      CancellationReasons: [{ Code: 'TransactionConflict' }, { Code: 'None' }],
    });
    expect(await read('a')).toBeUndefined();
    expect(await read('b')).toBeDefined();
  });

  test('a write of one item meets a transaction', async () => {
    aws.faults.add({ kind: { type: 'transactionConflict' } });
    expect(await failureOf(put('c'))).toMatchObject({
      name: 'TransactionConflictException',
      message: 'Transaction is ongoing for the item',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
    expect(await read('c')).toBeUndefined();
  });
});

describe('stale reads', () => {
  beforeEach(() => {
    aws.faults.add({ kind: { type: 'staleRead' } });
  });

  test('a secret just created is not there', async () => {
    expect(await failureOf(readSecret())).toMatchObject({
      name: 'ResourceNotFoundException',
      message: "Secrets Manager can't find the specified secret.",
    });
    expect((await readSecret()).SecretString).toBe('v1');
  });

  test('AWSCURRENT is the version before', async () => {
    await putSecret();
    expect((await readSecret()).SecretString).toBe('v1');
    expect((await readSecret()).SecretString).toBe('v2');
  });

  test('the newest version is not there', async () => {
    await putSecret();
    expect(await failureOf(readSecret({ VersionId: V2 }))).toMatchObject({
      name: 'ResourceNotFoundException',
      message: `Secrets Manager can't find the specified secret value for VersionId: ${V2}`,
    });
    expect((await readSecret({ VersionId: V2 })).SecretString).toBe('v2');
  });

  test('writes and other services are not concerned', async () => {
    await put();
    await putSecret();
    expect(aws.faults.pending).toBe(1);
    const { VersionIdsToStages } = await secrets.send(
      new DescribeSecretCommand({ SecretId: 'secret' }),
    );
    expect(VersionIdsToStages).toEqual({ [V1]: ['AWSCURRENT'] });
  });

  test('an upstream cannot give them', async () => {
    const fronted = await startEmbeddedAws({ upstream: { secretsManager: aws.url } });
    expect(() => fronted.faults.add({ kind: { type: 'staleRead' } })).toThrow('upstream');
    await fronted.close();
  });
});

test('faults and the record work in front of an upstream', async () => {
  const fronted = await startEmbeddedAws({
    upstream: { dynamodb: aws.url, secretsManager: aws.url },
  });
  const client = new DynamoDBClient({
    endpoint: fronted.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  fronted.faults.add({ kind: { type: 'throttle' } });
  const get = () => client.send(new GetItemCommand({ TableName, Key: keyOf('a') }));
  await failureOf(get());
  expect(aws.calls).toEqual([]);
  await put();
  expect((await get()).Item).toEqual(keyOf('a'));
  const missing = client.send(new GetItemCommand({ TableName: 'none', Key: keyOf('a') }));
  await failureOf(missing);
  expect(fronted.calls.map(({ errorName }) => errorName)).toEqual([
    'ProvisionedThroughputExceededException',
    undefined,
    'ResourceNotFoundException',
  ]);
  client.destroy();
  await fronted.close();
});

test('the record keeps no secret value', async () => {
  await putSecret();
  expect(aws.calls).toEqual([
    {
      service: 'secretsmanager',
      action: 'PutSecretValue',
      caller: 'local',
      request: { SecretId: 'secret', ClientRequestToken: V2 },
      statusCode: 200,
    },
  ]);
});

describe('the control surface', () => {
  const control = (method: string, path: string, members?: unknown) =>
    fetch(`${aws.url}/_embedded/${path}`, {
      method,
      ...(members === undefined ? {} : { body: JSON.stringify(members) }),
    });

  test('adds and clears faults', async () => {
    await control('POST', 'faults', { action: 'PutItem', times: 9, kind: { type: 'throttle' } });
    await failureOf(put());
    await control('DELETE', 'faults');
    await put();
  });

  test('refuses kinds that are code', async () => {
    expect((await control('POST', 'faults', { kind: { type: 'hook' } })).status).toBe(400);
  });

  test('tells and forgets calls', async () => {
    await put();
    const { calls } = (await (await control('GET', 'calls')).json()) as { calls: unknown[] };
    expect(calls).toMatchObject([{ action: 'PutItem' }]);
    await control('DELETE', 'calls');
    expect(aws.calls).toEqual([]);
  });

  test('makes the next invocation cold', async () => {
    expect((await control('POST', 'cold-start')).status).toBe(200);
  });
});

test('closing with a request on hold leaves nothing behind', async () => {
  const held = await startEmbeddedAws();
  const client = new SecretsManagerClient({
    endpoint: held.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  let arrived = () => {};
  const arrival = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  held.faults.add({ kind: { type: 'hook', before: async () => arrived() } });
  held.faults.add({ kind: { type: 'pause', until: new Promise(() => {}) } });
  const failure = failureOf(client.send(new GetSecretValueCommand({ SecretId: 'secret' })));
  await arrival;
  await held.close();
  await failure;
  client.destroy();
});
