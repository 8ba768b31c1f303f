/** What a struck call suffers, as the SDK and the services see it. */
import {
  DynamoDBClient,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { startEmbeddedAws } from '../../../../local/aws/embedded-aws.ts';
import { atTheDoor } from '../at-the-door.ts';
import { CREDENTIALS, failureOf, oneTryAt } from '../endpoint.ts';
import {
  aws,
  dynamodb,
  invoke,
  keyOf,
  put,
  putSecret,
  read,
  readSecret,
  TableName,
} from './aws-under-test.ts';

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

test('closing with a request on hold leaves nothing behind', async () => {
  const held = await startEmbeddedAws();
  const client = new SecretsManagerClient(oneTryAt(held));
  const arrived = atTheDoor(held, 'GetSecretValue');
  held.faults.add({ kind: { type: 'pause', until: new Promise(() => {}) } });
  const failure = failureOf(client.send(new GetSecretValueCommand({ SecretId: 'secret' })));
  await arrived;
  await held.close();
  await failure;
  client.destroy();
});
