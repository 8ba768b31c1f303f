/**
 * What Latchkey relies on in DynamoDB: conditions, transactions, idempotency, key-only indexes.
 * Runs on the embedded AWS, or on what AWS_ENDPOINT_URL_DYNAMODB names.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  TransactGetItemsCommand,
  type TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  CREDENTIALS,
  caseOf,
  type Endpoint,
  endpointOf,
  failureOf,
  type KnownDifferences,
} from './endpoint.ts';

const IGNORES_TOKENS = 'moto applies a transaction again whatever its ClientRequestToken';

/** Seen with moto 5.2.5 and DynamoDB Local 1.25.1; MiniStack 1.5.33 shows none. */
const KNOWN_DIFFERENCES: KnownDifferences = {
  'dynamodb-local': {
    'a check and a write of one item are refused, whatever the check finds':
      'DynamoDB Local answers with the failed check first',
  },
  moto: {
    'the same request again is not applied again': IGNORES_TOKENS,
    'the same request again succeeds although its condition no longer holds': IGNORES_TOKENS,
    'another request under the same token': IGNORES_TOKENS,
  },
};

const TableName = `latchkey-contract-${randomBytes(6).toString('hex')}`;
let endpoint: Endpoint;
let client: DynamoDBClient;
const check = caseOf(() => endpoint, KNOWN_DIFFERENCES);

beforeAll(async () => {
  endpoint = await endpointOf('AWS_ENDPOINT_URL_DYNAMODB');
  client = new DynamoDBClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  await client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'dueShard', AttributeType: 'S' },
        { AttributeName: 'dueAtMs', AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'due',
          KeySchema: [
            { AttributeName: 'dueShard', KeyType: 'HASH' },
            { AttributeName: 'dueAtMs', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName });
});

afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
  await endpoint.close();
});

const uniqueKey = () => randomUUID();
const keyOf = (pk: string) => ({ pk: { S: pk } });

function put(pk: string, attributes: Record<string, AttributeValue> = {}) {
  return client.send(new PutItemCommand({ TableName, Item: { ...keyOf(pk), ...attributes } }));
}

async function get(pk: string) {
  const command = new GetItemCommand({ TableName, Key: keyOf(pk), ConsistentRead: true });
  return (await client.send(command)).Item;
}

function transact(TransactItems: TransactWriteItem[], ClientRequestToken?: string) {
  return client.send(
    new TransactWriteItemsCommand({
      TransactItems,
      ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
    }),
  );
}

const putAction = (pk: string, n: number, condition?: string): TransactWriteItem => ({
  Put: {
    TableName,
    Item: { ...keyOf(pk), n: { N: String(n) } },
    ...(condition === undefined ? {} : { ConditionExpression: condition }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

const addAction = (pk: string): TransactWriteItem => ({
  Update: {
    TableName,
    Key: keyOf(pk),
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  },
});

async function reasonsOf(call: Promise<unknown>) {
  const error = (await failureOf(call)) as TransactionCanceledException;
  expect(error.name).toBe('TransactionCanceledException');
  return { message: error.message, reasons: error.CancellationReasons ?? [] };
}

describe('single writes', () => {
  check('an update returns the whole new item', async () => {
    const pk = uniqueKey();
    await put(pk, { fence: { N: '1' } });
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(pk),
        UpdateExpression: 'SET #o = :me, fence = fence + :one REMOVE gone',
        ConditionExpression: 'attribute_not_exists(#o) OR leaseUntil < :now',
        ExpressionAttributeNames: { '#o': 'leaseOwner' },
        ExpressionAttributeValues: {
          ':me': { S: 'me' },
          ':one': { N: '1' },
          ':now': { N: '5' },
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    expect(Attributes).toEqual({ ...keyOf(pk), leaseOwner: { S: 'me' }, fence: { N: '2' } });
  });

  const failing = {
    put: (pk: string, returns?: 'ALL_OLD') =>
      client.send(
        new PutItemCommand({
          TableName,
          Item: keyOf(pk),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: returns,
        }),
      ),
    update: (pk: string, returns?: 'ALL_OLD') =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(pk),
          UpdateExpression: 'SET n = :two',
          ConditionExpression: 'n = :two',
          ExpressionAttributeValues: { ':two': { N: '2' } },
          ReturnValuesOnConditionCheckFailure: returns,
        }),
      ),
    delete: (pk: string, returns?: 'ALL_OLD') =>
      client.send(
        new DeleteItemCommand({
          TableName,
          Key: keyOf(pk),
          ConditionExpression: 'n > :two',
          ExpressionAttributeValues: { ':two': { N: '2' } },
          ReturnValuesOnConditionCheckFailure: returns,
        }),
      ),
  };
  for (const [verb, call] of Object.entries(failing)) {
    check(`a ${verb} whose condition fails returns the blocking item when asked`, async () => {
      const pk = uniqueKey();
      await put(pk, { n: { N: '1' } });
      expect(await failureOf(call(pk, 'ALL_OLD'))).toMatchObject({
        name: 'ConditionalCheckFailedException',
        message: 'The conditional request failed',
        Item: { ...keyOf(pk), n: { N: '1' } },
      });
      expect(await get(pk)).toMatchObject({ n: { N: '1' } });
    });

    check(`a ${verb} whose condition fails returns no item when not asked`, async () => {
      const pk = uniqueKey();
      await put(pk, { n: { N: '1' } });
      expect(await failureOf(call(pk))).toMatchObject({
        name: 'ConditionalCheckFailedException',
        Item: undefined,
      });
    });
  }

  check('a condition that fails because nothing is there returns no item', async () => {
    expect(await failureOf(failing.update(uniqueKey(), 'ALL_OLD'))).toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: undefined,
    });
  });

  check('of many takers of one lease one gets it', async () => {
    const pk = uniqueKey();
    await put(pk);
    const take = (owner: number) =>
      client.send(
        new UpdateItemCommand({
          TableName,
          Key: keyOf(pk),
          UpdateExpression: 'SET leaseOwner = :o',
          ConditionExpression: 'attribute_not_exists(leaseOwner)',
          ExpressionAttributeValues: { ':o': { N: String(owner) } },
        }),
      );
    const results = await Promise.allSettled(Array.from({ length: 16 }, (_, owner) => take(owner)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  check('a table that is not there', async () => {
    const call = client.send(new GetItemCommand({ TableName: 'no-such-table', Key: keyOf('a') }));
    expect(await failureOf(call)).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  check('an unused expression value is refused', async () => {
    const call = client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf('a'),
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '1' }, ':unused': { N: '1' } },
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });

  check('a reserved word is refused as an attribute name', async () => {
    const call = client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf('a'),
        UpdateExpression: 'SET owner = :n',
        ExpressionAttributeValues: { ':n': { N: '1' } },
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });
});

describe('transactions', () => {
  check('put, update, delete and condition check together', async () => {
    const [made, changed, gone, checked] = [uniqueKey(), uniqueKey(), uniqueKey(), uniqueKey()];
    await put(changed, { n: { N: '1' } });
    await put(gone);
    await put(checked, { state: { S: 'active' } });
    await transact([
      putAction(made, 1, 'attribute_not_exists(pk)'),
      addAction(changed),
      { Delete: { TableName, Key: keyOf(gone) } },
      {
        ConditionCheck: {
          TableName,
          Key: keyOf(checked),
          ConditionExpression: '#s = :active',
          ExpressionAttributeNames: { '#s': 'state' },
          ExpressionAttributeValues: { ':active': { S: 'active' } },
        },
      },
    ]);
    expect(await get(made)).toMatchObject({ n: { N: '1' } });
    expect(await get(changed)).toMatchObject({ n: { N: '2' } });
    expect(await get(gone)).toBeUndefined();
    expect(await get(checked)).toEqual({ ...keyOf(checked), state: { S: 'active' } });
  });

  check('one condition fails: nothing is written, reasons come in order', async () => {
    const [fresh, taken] = [uniqueKey(), uniqueKey()];
    await put(taken, { n: { N: '7' } });
    const { message, reasons } = await reasonsOf(
      transact([putAction(fresh, 1), putAction(taken, 1, 'attribute_not_exists(pk)')]),
    );
    expect(message).toBe(
      'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]',
    );
    expect(reasons).toEqual([
      { Code: 'None' },
      {
        Code: 'ConditionalCheckFailed',
        Message: 'The conditional request failed',
        Item: { ...keyOf(taken), n: { N: '7' } },
      },
    ]);
    expect(await get(fresh)).toBeUndefined();
    expect(await get(taken)).toMatchObject({ n: { N: '7' } });
  });

  check('every failed condition has its reason', async () => {
    const [one, two] = [uniqueKey(), uniqueKey()];
    const { reasons } = await reasonsOf(
      transact([
        putAction(one, 1, 'attribute_exists(pk)'),
        putAction(two, 1, 'attribute_exists(pk)'),
      ]),
    );
    expect(reasons.map(({ Code }) => Code)).toEqual([
      'ConditionalCheckFailed',
      'ConditionalCheckFailed',
    ]);
  });

  check('a failed condition check cancels, and does not touch its item', async () => {
    const [checked, written] = [uniqueKey(), uniqueKey()];
    const { reasons } = await reasonsOf(
      transact([
        {
          ConditionCheck: {
            TableName,
            Key: keyOf(checked),
            ConditionExpression: 'attribute_exists(pk)',
          },
        },
        putAction(written, 1),
      ]),
    );
    expect(reasons.map(({ Code }) => Code)).toEqual(['ConditionalCheckFailed', 'None']);
    expect(await get(checked)).toBeUndefined();
    expect(await get(written)).toBeUndefined();
  });

  check('an index entry is not left behind by a cancelled transaction', async () => {
    const [entry, taken, shard] = [uniqueKey(), uniqueKey(), uniqueKey()];
    await put(taken);
    await reasonsOf(
      transact([
        {
          Put: {
            TableName,
            Item: { ...keyOf(entry), dueShard: { S: shard }, dueAtMs: { N: '1' } },
          },
        },
        putAction(taken, 1, 'attribute_not_exists(pk)'),
      ]),
    );
    expect(await due(shard, 10)).toEqual([]);
  });

  check('two actions on one item are refused', async () => {
    const pk = uniqueKey();
    expect(await failureOf(transact([putAction(pk, 1), addAction(pk)]))).toMatchObject({
      name: 'ValidationException',
      message: 'Transaction request cannot include multiple operations on one item',
    });
  });

  check('a check and a write of one item are refused, whatever the check finds', async () => {
    const pk = uniqueKey();
    const ConditionCheck = {
      TableName,
      Key: keyOf(pk),
      ConditionExpression: 'attribute_exists(pk)',
    };
    expect(await failureOf(transact([{ ConditionCheck }, addAction(pk)]))).toMatchObject({
      name: 'ValidationException',
    });
  });

  check('100 actions are taken, 101 are refused', async () => {
    const keys = Array.from({ length: 101 }, uniqueKey);
    await transact(keys.slice(0, 100).map((pk) => putAction(pk, 1)));
    const call = transact(keys.map((pk) => putAction(pk, 1)));
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });

  check('a table that is not there', async () => {
    const call = transact([
      { Put: { TableName: 'no-such-table', Item: keyOf('a') } },
      putAction(uniqueKey(), 1),
    ]);
    expect(await failureOf(call)).toMatchObject({ name: 'ResourceNotFoundException' });
  });

  check('of many transactions for one key one wins, whole', async () => {
    const shared = uniqueKey();
    const own = Array.from({ length: 12 }, uniqueKey);
    const results = await Promise.allSettled(
      own.map((pk, n) =>
        transact([putAction(pk, n), putAction(shared, n, 'attribute_not_exists(pk)')]),
      ),
    );
    const winners = own.filter((_, n) => results[n]?.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    const written = await Promise.all(own.map(get));
    expect(written.filter((item) => item !== undefined)).toHaveLength(1);
    expect((await get(shared))?.['n']).toEqual((await get(winners[0] ?? ''))?.['n']);
  });

  check('a transactional read never sees half a transaction', async () => {
    const [left, right] = [uniqueKey(), uniqueKey()];
    await transact([putAction(left, 0), putAction(right, 0)]);
    const pair = () =>
      client.send(
        new TransactGetItemsCommand({
          TransactItems: [left, right].map((pk) => ({ Get: { TableName, Key: keyOf(pk) } })),
        }),
      );
    await Promise.all([
      (async () => {
        for (let n = 1; n <= 20; n += 1) await transact([putAction(left, n), putAction(right, n)]);
      })(),
      (async () => {
        for (let reads = 0; reads < 20; reads += 1) {
          const { Responses = [] } = await pair().catch((error: Error) => {
            if (error.name === 'TransactionCanceledException') return { Responses: [] };
            throw error;
          });
          expect(Responses[0]?.Item?.['n']).toEqual(Responses[1]?.Item?.['n']);
        }
      })(),
    ]);
  });
});

describe('request tokens', () => {
  check('the same request again is not applied again', async () => {
    const pk = uniqueKey();
    const token = randomUUID();
    await transact([addAction(pk)], token);
    await transact([addAction(pk)], token);
    expect(await get(pk)).toMatchObject({ n: { N: '1' } });
  });

  check('the same request again succeeds although its condition no longer holds', async () => {
    const pk = uniqueKey();
    const token = randomUUID();
    await transact([putAction(pk, 1, 'attribute_not_exists(pk)')], token);
    await transact([putAction(pk, 1, 'attribute_not_exists(pk)')], token);
  });

  check('another request under the same token', async () => {
    const token = randomUUID();
    await transact([addAction(uniqueKey())], token);
    expect(await failureOf(transact([addAction(uniqueKey())], token))).toMatchObject({
      name: 'IdempotentParameterMismatchException',
    });
  });

  check('a cancelled transaction does not spend its token', async () => {
    const pk = uniqueKey();
    const token = randomUUID();
    await reasonsOf(transact([putAction(pk, 1, 'attribute_exists(pk)')], token));
    await put(pk);
    await transact([putAction(pk, 1, 'attribute_exists(pk)')], token);
    expect(await get(pk)).toMatchObject({ n: { N: '1' } });
  });
});

async function due(shard: string, untilMs: number, Limit?: number) {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName: 'due',
      KeyConditionExpression: 'dueShard = :shard AND dueAtMs <= :until',
      ExpressionAttributeValues: { ':shard': { S: shard }, ':until': { N: String(untilMs) } },
      ...(Limit === undefined ? {} : { Limit }),
    }),
  );
  return Items;
}

describe('the due index', () => {
  check('comes in the order of time, keys only, without what is not due', async () => {
    const shard = uniqueKey();
    const times = [1_790_000_000_000, 999, 1_800_000_000_000, 1_780_000_000_000];
    for (const time of times) {
      await put(uniqueKey(), {
        dueShard: { S: shard },
        dueAtMs: { N: String(time) },
        more: { S: 'x' },
      });
    }
    const items = await due(shard, 1_790_000_000_000);
    expect(items.map((item) => item['dueAtMs']?.N)).toEqual([
      '999',
      '1780000000000',
      '1790000000000',
    ]);
    expect(Object.keys(items[0] ?? {}).sort()).toEqual(['dueAtMs', 'dueShard', 'pk']);
    expect(await due(shard, 1_790_000_000_000, 2)).toHaveLength(2);
  });

  check('an item without the attributes is not in it, one that loses them leaves it', async () => {
    const [pk, shard] = [uniqueKey(), uniqueKey()];
    await put(pk, { dueShard: { S: shard }, dueAtMs: { N: '1' } });
    expect(await due(shard, 10)).toHaveLength(1);
    await client.send(
      new UpdateItemCommand({
        TableName,
        Key: keyOf(pk),
        UpdateExpression: 'REMOVE dueShard, dueAtMs',
      }),
    );
    expect(await due(shard, 10)).toEqual([]);
  });

  check('gives no strong reads', async () => {
    const call = client.send(
      new QueryCommand({
        TableName,
        IndexName: 'due',
        ConsistentRead: true,
        KeyConditionExpression: 'dueShard = :shard',
        ExpressionAttributeValues: { ':shard': { S: 'a' } },
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });
});

describe('batches, scans and settings', () => {
  check('a batch reads what is there', async () => {
    const [one, two] = [uniqueKey(), uniqueKey()];
    await client.send(
      new BatchWriteItemCommand({
        RequestItems: {
          [TableName]: [one, two].map((pk) => ({ PutRequest: { Item: keyOf(pk) } })),
        },
      }),
    );
    const { Responses = {}, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [TableName]: { ConsistentRead: true, Keys: [one, two, uniqueKey()].map(keyOf) },
        },
      }),
    );
    expect(Responses[TableName]).toEqual(expect.arrayContaining([keyOf(one), keyOf(two)]));
    expect(Responses[TableName]).toHaveLength(2);
    expect(UnprocessedKeys).toEqual({});
  });

  check('a batch with one key twice is refused', async () => {
    const call = client.send(
      new BatchGetItemCommand({
        RequestItems: { [TableName]: { Keys: [keyOf('a'), keyOf('a')] } },
      }),
    );
    expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
  });

  check('a scan goes through all items in pages', async () => {
    const mark = uniqueKey();
    const keys = Array.from({ length: 5 }, uniqueKey);
    for (const pk of keys) await put(pk, { mark: { S: mark } });
    const found: string[] = [];
    let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({
          TableName,
          Limit: 7,
          FilterExpression: 'mark = :mark',
          ExpressionAttributeValues: { ':mark': { S: mark } },
          ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
        }),
      );
      found.push(...(page.Items ?? []).map((item) => item['pk']?.S ?? ''));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey !== undefined);
    expect(found.sort()).toEqual(keys.sort());
  });

  check('the table describes itself as on demand and active', async () => {
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table).toMatchObject({
      TableStatus: 'ACTIVE',
      BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
    });
  });

  check('time to live is accepted and described', async () => {
    await client.send(
      new UpdateTimeToLiveCommand({
        TableName,
        TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
      }),
    );
    const { TimeToLiveDescription } = await client.send(
      new DescribeTimeToLiveCommand({ TableName }),
    );
    expect(TimeToLiveDescription).toMatchObject({ AttributeName: 'expiresAt' });
    expect(['ENABLING', 'ENABLED']).toContain(TimeToLiveDescription?.TimeToLiveStatus);
  });
});
