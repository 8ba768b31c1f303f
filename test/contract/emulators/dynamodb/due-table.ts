/** A table with a sparse index by shard and time, as the store has one: what it projects is given. */
import {
  CreateTableCommand,
  type DynamoDBClient,
  type Projection,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';

/** Resolves when the table can be used. */
export async function createDueTable(
  client: DynamoDBClient,
  TableName: string,
  Projection: Projection,
): Promise<void> {
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
          Projection,
        },
      ],
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 60 }, { TableName });
}
