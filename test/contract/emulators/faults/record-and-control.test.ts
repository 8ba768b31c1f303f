/** The embedded AWS's record of calls, faults in front of an upstream, and its control surface. */
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { startEmbeddedAws } from '../../../../local/aws/embedded-aws.ts';
import { failureOf, oneTryAt } from '../endpoint.ts';
import { aws, keyOf, put, putSecret, TableName, V2 } from './aws-under-test.ts';

test('faults and the record work in front of an upstream', async () => {
  const fronted = await startEmbeddedAws({
    upstream: { dynamodb: aws.url, secretsManager: aws.url },
  });
  const client = new DynamoDBClient(oneTryAt(fronted));
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
