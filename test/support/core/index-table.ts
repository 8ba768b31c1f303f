/** The table of an index and its due index, as small as they need it. */
import {
  CreateTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import {
  DUE_INDEX,
  DUE_INDEX_PROJECTION,
  PARTITION_KEY,
} from '../../../lib/token-index/dynamodb-items.ts';

export async function createIndexTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: PARTITION_KEY, AttributeType: 'S' },
        { AttributeName: DUE_INDEX.shard, AttributeType: 'S' },
        { AttributeName: DUE_INDEX.dueAtMs, AttributeType: 'N' },
      ],
      KeySchema: [{ AttributeName: PARTITION_KEY, KeyType: 'HASH' }],
      GlobalSecondaryIndexes: [
        {
          IndexName: DUE_INDEX.name,
          KeySchema: [
            { AttributeName: DUE_INDEX.shard, KeyType: 'HASH' },
            { AttributeName: DUE_INDEX.dueAtMs, KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: DUE_INDEX_PROJECTION },
        },
      ],
    }),
  );
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 },
    { TableName: name },
  );
}
