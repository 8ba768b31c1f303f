/** A table for one suite's index and due index. */
import {
  CreateTableCommand,
  type DynamoDBClient,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { indexTable } from '../../../local/index-table.ts';

export async function createIndexTable(client: DynamoDBClient, name: string): Promise<void> {
  await client.send(new CreateTableCommand(indexTable(name)));
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 2 },
    { TableName: name },
  );
}
