/**
 * The table that the suites of this folder look at: on the embedded AWS, or on what
 * AWS_ENDPOINT_URL_DYNAMODB names. Each file that imports this has one of its own.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import {
  type AttributeValue,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  caseOf,
  type Endpoint,
  endpointOf,
  failureOf,
  type KnownDifferences,
  oneTryAt,
} from '../endpoint.ts';
import { createDueTable } from './due-table.ts';

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

export const TableName = `latchkey-contract-${randomBytes(6).toString('hex')}`;
let endpoint: Endpoint;
export let client: DynamoDBClient;
export const check = caseOf(() => endpoint, KNOWN_DIFFERENCES);

beforeAll(async () => {
  endpoint = await endpointOf('AWS_ENDPOINT_URL_DYNAMODB');
  client = new DynamoDBClient(oneTryAt(endpoint));
  await createDueTable(client, TableName, { ProjectionType: 'KEYS_ONLY' });
});

afterAll(async () => {
  await client.send(new DeleteTableCommand({ TableName }));
  client.destroy();
  await endpoint.close();
});

export const uniqueKey = () => randomUUID();
export const keyOf = (pk: string) => ({ pk: { S: pk } });

export function put(pk: string, attributes: Record<string, AttributeValue> = {}) {
  return client.send(new PutItemCommand({ TableName, Item: { ...keyOf(pk), ...attributes } }));
}

export async function get(pk: string) {
  const command = new GetItemCommand({ TableName, Key: keyOf(pk), ConsistentRead: true });
  return (await client.send(command)).Item;
}

export function transact(TransactItems: TransactWriteItem[], ClientRequestToken?: string) {
  return client.send(
    new TransactWriteItemsCommand({
      TransactItems,
      ...(ClientRequestToken === undefined ? {} : { ClientRequestToken }),
    }),
  );
}

export const putAction = (pk: string, n: number, condition?: string): TransactWriteItem => ({
  Put: {
    TableName,
    Item: { ...keyOf(pk), n: { N: String(n) } },
    ...(condition === undefined ? {} : { ConditionExpression: condition }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

export const addAction = (pk: string): TransactWriteItem => ({
  Update: {
    TableName,
    Key: keyOf(pk),
    UpdateExpression: 'ADD n :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  },
});

export async function reasonsOf(call: Promise<unknown>) {
  const error = (await failureOf(call)) as TransactionCanceledException;
  expect(error.name).toBe('TransactionCanceledException');
  return { message: error.message, reasons: error.CancellationReasons ?? [] };
}

export async function due(shard: string, untilMs: number, Limit?: number) {
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
