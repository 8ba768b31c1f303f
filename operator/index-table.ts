/** Whether the table of a store is there: what tells a store that is deployed from one that was. */
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { callAws, withoutPayload } from '../lib/aws-failure.ts';
import { systemClock } from '../lib/clock.ts';
import { deadlineIn } from '../lib/deadline.ts';

const CALL_MS = 30_000;

export async function isTableThere(client: DynamoDBClient, TableName: string): Promise<boolean> {
  const command = new DescribeTableCommand({ TableName });
  try {
    const { Table } = await callAws(
      (options) => client.send(command, options),
      deadlineIn(CALL_MS, systemClock),
      [ResourceNotFoundException],
    );
    return Table?.TableStatus !== 'DELETING';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw withoutPayload(error);
  }
}
