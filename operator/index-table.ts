/** The table of a store: whether it is there, and every token row in it. */
import {
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { callAws, withoutPayload } from '../lib/aws-failure.ts';
import { systemClock } from '../lib/clock.ts';
import { deadlineIn } from '../lib/deadline.ts';
import type { TokenIndex, TokenRow } from '../lib/token-index/token-index.ts';

const CALL_MS = 30_000;
const PAGE_SIZE = 90;

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

/** Living ones and tombstones, each with the store's generation when its page was read. */
export async function* tokenRows(
  index: TokenIndex,
): AsyncGenerator<{ readonly row: TokenRow; readonly generation: number }, void, void> {
  let cursor: string | undefined;
  do {
    const page = await index.page(
      { limit: PAGE_SIZE, ...(cursor !== undefined && { cursor }) },
      deadlineIn(CALL_MS, systemClock),
    );
    for (const row of page.rows) yield { row, generation: page.generation };
    cursor = page.cursor;
  } while (cursor !== undefined);
}
