/**
 * How long DynamoDB remembers a request token, on a clock of ours; and what it keeps on disk.
 * Embedded AWS only.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateTableCommand,
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import {
  type EmbeddedAws,
  type EmbeddedAwsOptions,
  startEmbeddedAws,
} from '../../../../local/aws/embedded-aws.ts';
import { oneTryAt } from '../endpoint.ts';

const TableName = 'tokens';
const Key = { pk: { S: 'a' } };

/** Runs against an embedded AWS that is closed afterwards. */
async function using<T>(
  options: EmbeddedAwsOptions,
  run: (client: DynamoDBClient, aws: EmbeddedAws) => Promise<T>,
): Promise<T> {
  const aws = await startEmbeddedAws(options);
  const client = new DynamoDBClient(oneTryAt(aws));
  try {
    return await run(client, aws);
  } finally {
    client.destroy();
    await aws.close();
  }
}

const createTable = (client: DynamoDBClient) =>
  client.send(
    new CreateTableCommand({
      TableName,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    }),
  );

const increment = (client: DynamoDBClient, ClientRequestToken: string) =>
  client.send(
    new TransactWriteItemsCommand({
      ClientRequestToken,
      TransactItems: [
        {
          Update: {
            TableName,
            Key,
            UpdateExpression: 'ADD n :one',
            ExpressionAttributeValues: { ':one': { N: '1' } },
          },
        },
      ],
    }),
  );

const count = async (client: DynamoDBClient) =>
  (await client.send(new GetItemCommand({ TableName, Key }))).Item?.['n']?.N;

test('a request token counts for ten minutes', async () => {
  let nowMs = Date.UTC(2026, 0, 1);
  await using({ nowMs: () => nowMs }, async (client) => {
    const token = randomUUID();
    await createTable(client);
    await increment(client, token);
    nowMs += 10 * 60_000 - 1;
    await increment(client, token);
    expect(await count(client)).toBe('1');
    nowMs += 1;
    await increment(client, token);
    expect(await count(client)).toBe('2');
  });
});

test('with a data directory, tables and items survive a restart', async () => {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'embedded-aws-'));
  try {
    await using({ dataDirectory }, async (client) => {
      await createTable(client);
      await increment(client, randomUUID());
    });
    await using({ dataDirectory }, async (client) => {
      expect(await count(client)).toBe('1');
    });
  } finally {
    await rm(dataDirectory, { recursive: true });
  }
});
