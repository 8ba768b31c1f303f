/** An index made like another table: on the embedded DynamoDB, or what the environment names. */
import { randomBytes } from 'node:crypto';
import {
  BatchWriteItemCommand,
  DeleteTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { type Item, keyOf } from '../../../lib/token-index/dynamodb-items.ts';
import { TableCopy } from '../../../operator/table-copy.ts';
import { createIndexTable } from '../../support/core/index-table.ts';
import { CREDENTIALS, endpointOf } from '../emulators/endpoint.ts';

let client: DynamoDBClient;
let close: () => Promise<void>;
let from: string;
let to: string;

beforeAll(async () => {
  const endpoint = await endpointOf('AWS_ENDPOINT_URL_DYNAMODB');
  client = new DynamoDBClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
  });
  close = async () => {
    client.destroy();
    await endpoint.close();
  };
});
afterAll(() => close());

beforeEach(async () => {
  to = `latchkey-copy-${randomBytes(6).toString('hex')}`;
  from = `${to}-restored`;
  await createIndexTable(client, from);
  await createIndexTable(client, to);
});
afterEach(async () => {
  for (const TableName of [from, to]) await client.send(new DeleteTableCommand({ TableName }));
});

const item = (pk: string, revision = 1): Item => ({
  ...keyOf(pk),
  revision: { N: String(revision) },
  keys: { L: [{ S: 'user#a' }] },
});
const generation = (copy: number, value: number): Item => ({
  ...keyOf(`generation#${copy}`),
  generation: { N: String(value) },
});

async function put(TableName: string, ...items: readonly Item[]): Promise<void> {
  for (const each of items) await client.send(new PutItemCommand({ TableName, Item: each }));
}

async function itemsOf(TableName: string): Promise<Map<string, Item>> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ConsistentRead: true }));
  return new Map(Items.map((each) => [each['pk']?.S ?? '', each]));
}

const copy = (write = true) => new TableCopy({ client, from, to, onProgress: () => {} }).run(write);

test('what differs is put back, brought back or taken off, and then nothing does', async () => {
  await put(from, item('token#a'), item('token#b'), item('key#user#b'));
  await put(to, item('token#a'), item('token#b', 2), item('token#c'), item('key#user#c'));
  const difference = { same: 1, changed: 1, missing: 1, surplus: 2 };
  const before = await itemsOf(to);
  expect(await copy(false)).toEqual(difference);
  expect(await itemsOf(to)).toEqual(before);
  expect(await copy()).toEqual(difference);
  expect(await itemsOf(to)).toEqual(await itemsOf(from));
  expect(await copy()).toEqual({ same: 3, changed: 0, missing: 0, surplus: 0 });
});

test('a logout since then stays one, and one that is lost comes back', async () => {
  await put(from, generation(0, 1), generation(1, 3), generation(2, 1));
  await put(to, generation(0, 2), generation(1, 2), generation(3, 2));
  await copy();
  const stored = await itemsOf(to);
  const generations = [0, 1, 2, 3].map((n) => stored.get(`generation#${n}`)?.['generation']?.N);
  expect(generations).toEqual(['2', '3', '1', '2']);
});

test('what jobs and clients note is nobody else’s', async () => {
  await put(from, item('job#housekeeper'), item('client#h#1'));
  await put(to, item('job#recovery'), item('client#h#2'));
  await copy();
  expect([...(await itemsOf(to)).keys()].sort()).toEqual(['client#h#2', 'job#recovery']);
});

test('more than pages and batches hold', async () => {
  const all = Array.from({ length: 230 }, (_, n) => item(`token#${n}`));
  for (const table of [from, to]) {
    const mine = table === from ? all : all.map((_, n) => item(`token#x${n}`));
    for (let at = 0; at < mine.length; at += 25) {
      const puts = mine.slice(at, at + 25).map((Item) => ({ PutRequest: { Item } }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: puts } }));
    }
  }
  expect(await copy()).toEqual({ same: 0, changed: 0, missing: 230, surplus: 230 });
  expect((await itemsOf(to)).size).toBe(230);
});
