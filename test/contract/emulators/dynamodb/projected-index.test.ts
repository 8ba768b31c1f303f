/**
 * What Latchkey relies on in a sparse DynamoDB index with a projection: every kind of write moves
 * an item in, along and out of it. Runs on the embedded AWS, or on what AWS_ENDPOINT_URL_DYNAMODB
 * names.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { caseOf, type Endpoint, endpointOf, failureOf, oneTryAt } from '../endpoint.ts';
import { createDueTable } from './due-table.ts';

const TableName = `latchkey-index-${randomBytes(6).toString('hex')}`;
const IndexName = 'due';
let endpoint: Endpoint;
let client: DynamoDBClient;
/** Seen with moto 5.2.5. */
const check = caseOf(() => endpoint, {
  moto: { 'a key attribute of another type is refused': 'moto checks no types of index keys' },
});

/** Every test has its own, so that none sees another's items. */
let pk: string;
let shard: string;

beforeAll(async () => {
  endpoint = await endpointOf('AWS_ENDPOINT_URL_DYNAMODB');
  client = new DynamoDBClient(oneTryAt(endpoint));
  const projected = ['tokenId', 'dueWork'];
  await createDueTable(client, TableName, {
    ProjectionType: 'INCLUDE',
    NonKeyAttributes: projected,
  });
});

afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
  await endpoint.close();
});

beforeEach(() => {
  pk = randomUUID();
  shard = randomUUID();
});

type Attributes = Record<string, AttributeValue>;

const n = (value: number) => ({ N: String(value) });
const dueAt = (dueAtMs: number, more: Attributes = {}): Attributes => ({
  pk: { S: pk },
  dueShard: { S: shard },
  dueAtMs: n(dueAtMs),
  tokenId: { S: 't1' },
  ...more,
});
const put = (Item: Attributes) => client.send(new PutItemCommand({ TableName, Item }));
const transact = (...TransactItems: TransactWriteItem[]) =>
  client.send(new TransactWriteItemsCommand({ TransactItems }));
const update = (UpdateExpression: string, values?: Attributes, ConditionExpression?: string) => ({
  TableName,
  Key: { pk: { S: pk } },
  UpdateExpression,
  ...(ConditionExpression === undefined ? {} : { ConditionExpression }),
  ...(values === undefined ? {} : { ExpressionAttributeValues: values }),
});

async function due(untilMs: number, more: Partial<QueryCommandInput> = {}): Promise<Attributes[]> {
  const { Items = [] } = await client.send(
    new QueryCommand({
      TableName,
      IndexName,
      KeyConditionExpression: '#s = :s AND #d <= :n',
      ExpressionAttributeNames: { '#s': 'dueShard', '#d': 'dueAtMs' },
      ExpressionAttributeValues: { ':s': { S: shard }, ':n': n(untilMs) },
      ...more,
    }),
  );
  return Items;
}

check('the table says what its index is', async () => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.GlobalSecondaryIndexes).toMatchObject([
    {
      IndexName,
      IndexStatus: 'ACTIVE',
      KeySchema: [
        { AttributeName: 'dueShard', KeyType: 'HASH' },
        { AttributeName: 'dueAtMs', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['tokenId', 'dueWork'] },
    },
  ]);
});

check('a query gives keys and projected attributes, and those that an item has', async () => {
  await put(dueAt(1, { dueWork: { S: 'refresh' }, secretArn: { S: 'arn' } }));
  expect(await due(1)).toEqual([dueAt(1, { dueWork: { S: 'refresh' } })]);
  await put(dueAt(1, { secretArn: { S: 'arn' } }));
  expect(await due(1)).toEqual([dueAt(1)]);
});

check('a query is by time as a number, in order, in pages', async () => {
  for (const [index, time] of [10, 9, 100].entries()) {
    await put(dueAt(time, { pk: { S: `${pk}-${index}` } }));
  }
  expect((await due(10)).map((item) => item['dueAtMs']?.N)).toEqual(['9', '10']);
  const page = await client.send(
    new QueryCommand({
      TableName,
      IndexName,
      Limit: 2,
      KeyConditionExpression: 'dueShard = :s',
      ExpressionAttributeValues: { ':s': { S: shard } },
    }),
  );
  expect(page.LastEvaluatedKey).toEqual({
    pk: { S: `${pk}-0` },
    dueShard: { S: shard },
    dueAtMs: n(10),
  });
  const rest = await due(1000, { ExclusiveStartKey: page.LastEvaluatedKey });
  expect(rest.map((item) => item['dueAtMs']?.N)).toEqual(['100']);
});

check('items at the same time are all there', async () => {
  for (const index of [0, 1, 2]) await put(dueAt(5, { pk: { S: `${pk}-${index}` } }));
  expect(await due(5)).toHaveLength(3);
});

check('an item with one of the two attributes is not in it', async () => {
  await put({ pk: { S: pk }, dueShard: { S: shard } });
  expect(await due(Number.MAX_SAFE_INTEGER)).toEqual([]);
  await put({ pk: { S: pk }, dueAtMs: n(1) });
  expect(await due(Number.MAX_SAFE_INTEGER)).toEqual([]);
});

check('a key attribute of another type is refused', async () => {
  const call = put({ pk: { S: pk }, dueShard: { S: shard }, dueAtMs: { S: 'soon' } });
  expect(await failureOf(call)).toMatchObject({ name: 'ValidationException' });
});

check('a strong read of it is refused', async () => {
  expect(await failureOf(due(1, { ConsistentRead: true }))).toMatchObject({
    name: 'ValidationException',
  });
});

/** The same changes, written by themselves and in a transaction. */
const WAYS: readonly [string, (input: ReturnType<typeof update>) => Promise<unknown>][] = [
  ['UpdateItem', (input) => client.send(new UpdateItemCommand(input))],
  ['TransactWriteItems', (input) => transact({ Update: input })],
];

for (const [way, write] of WAYS) {
  check(`${way} puts an item in, moves it, changes what is projected, takes it out`, async () => {
    await put({ pk: { S: pk }, tokenId: { S: 't1' } });
    expect(await due(100)).toEqual([]);

    await write(update('SET dueShard = :s, dueAtMs = :n', { ':s': { S: shard }, ':n': n(50) }));
    expect(await due(100)).toEqual([dueAt(50)]);

    await write(update('SET dueAtMs = :n', { ':n': n(150) }));
    expect(await due(100)).toEqual([]);
    expect(await due(150)).toEqual([dueAt(150)]);

    const had = shard;
    shard = randomUUID();
    await write(update('SET dueShard = :s', { ':s': { S: shard } }));
    expect(await due(150)).toEqual([dueAt(150)]);
    const moved = shard;
    shard = had;
    expect(await due(150)).toEqual([]);
    shard = moved;

    await write(update('SET tokenId = :t, dueWork = :w', { ':t': { S: 't2' }, ':w': { S: 'x' } }));
    expect(await due(150)).toEqual([dueAt(150, { tokenId: { S: 't2' }, dueWork: { S: 'x' } })]);

    await write(update('REMOVE dueShard, dueAtMs'));
    expect(await due(1000)).toEqual([]);
  });

  check(`${way} whose condition fails changes nothing in it`, async () => {
    await put(dueAt(50));
    const late = update('SET dueAtMs = :n', { ':n': n(60), ':old': n(1) }, 'dueAtMs = :old');
    await failureOf(write(late));
    expect(await due(100)).toEqual([dueAt(50)]);
  });
}

check('a put and a delete in a transaction move in and out', async () => {
  await transact({ Put: { TableName, Item: dueAt(1) } });
  expect(await due(1)).toEqual([dueAt(1)]);
  await transact({ Put: { TableName, Item: dueAt(2) } });
  expect(await due(2)).toEqual([dueAt(2)]);
  await transact({ Delete: { TableName, Key: { pk: { S: pk } } } });
  expect(await due(2)).toEqual([]);
});

check('a plain delete takes an item out', async () => {
  await put(dueAt(1));
  await client.send(new DeleteItemCommand({ TableName, Key: { pk: { S: pk } } }));
  expect(await due(1)).toEqual([]);
});

describe('a condition check in a transaction', () => {
  const guarded = (condition: string) =>
    transact(
      {
        ConditionCheck: {
          TableName,
          Key: { pk: { S: `${pk}-guard` } },
          ConditionExpression: condition,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      },
      { Update: update('SET dueShard = :s, dueAtMs = :n', { ':s': { S: shard }, ':n': n(1) }) },
    );

  check('that holds lets the rest through and leaves its item and index entry alone', async () => {
    const guard = dueAt(7, { pk: { S: `${pk}-guard` } });
    await put(guard);
    await guarded('attribute_exists(pk)');
    expect((await due(7)).map((item) => item['pk']?.S)).toEqual([pk, `${pk}-guard`]);
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: { pk: { S: `${pk}-guard` } }, ConsistentRead: true }),
    );
    expect(Item).toEqual(guard);
  });

  check('that fails cancels the rest, and tells the item', async () => {
    const guard = dueAt(7, { pk: { S: `${pk}-guard` } });
    await put(guard);
    expect(await failureOf(guarded('attribute_not_exists(pk)'))).toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: guard }, { Code: 'None' }],
    });
    expect((await due(7)).map((item) => item['pk']?.S)).toEqual([`${pk}-guard`]);
  });
});
