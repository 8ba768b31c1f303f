/**
 * One conditional update of a token's row in DynamoDB: it takes effect, or the condition says that
 * somebody was first. What is set and on which condition is its caller's.
 */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { callAws, withoutPayload } from '../aws-failure.ts';
import type { Deadline } from '../deadline.ts';
import { keyOf, tokenPartition } from './dynamodb-items.ts';
import type { BuiltUpdate } from './update-expression.ts';

export interface IndexTable {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

/** False, and nothing changed, where the condition does not hold. */
export async function updateRow(
  { client, tableName }: IndexTable,
  id: string,
  update: BuiltUpdate,
  deadline: Deadline,
): Promise<boolean> {
  const command = new UpdateItemCommand({
    TableName: tableName,
    Key: keyOf(tokenPartition(id)),
    ...update,
  });
  try {
    await callAws((options) => client.send(command, options), deadline, [
      ConditionalCheckFailedException,
    ]);
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw withoutPayload(error);
  }
}
