/**
 * Strongly consistent reads of items by their keys, however many. BatchGetItem takes 100 and may
 * leave some of them for later; the first batch holds what is named first.
 */
import { BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
import { callAws } from '../aws-failure.ts';
import { backoffMs } from '../backoff.ts';
import type { Deadline } from '../deadline.ts';
import { type Item, keyOf } from './dynamodb-items.ts';
import type { IndexTable } from './dynamodb-row-update.ts';

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const MAX_BATCH_ITEMS = 100;

/** @param partitions - each once; those that are not there are absent from the answer */
export async function readItems(
  table: IndexTable,
  partitions: readonly string[],
  random: () => number,
  deadline: Deadline,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let from = 0; from < partitions.length; from += MAX_BATCH_ITEMS) {
    const batch = partitions.slice(from, from + MAX_BATCH_ITEMS);
    items.push(...(await readBatch(table, batch, random, deadline)));
  }
  return items;
}

async function readBatch(
  { client, tableName }: IndexTable,
  partitions: readonly string[],
  random: () => number,
  deadline: Deadline,
): Promise<Item[]> {
  const items: Item[] = [];
  let wanted: Item[] = partitions.map(keyOf);
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    if (attempt > 0) await deadline.wait(backoffMs(attempt, random()));
    const command = new BatchGetItemCommand({
      RequestItems: { [tableName]: { Keys: wanted, ConsistentRead: true } },
    });
    const { Responses, UnprocessedKeys } = await callAws(
      (options) => client.send(command, options),
      deadline,
    );
    items.push(...(Responses?.[tableName] ?? []));
    wanted = UnprocessedKeys?.[tableName]?.Keys ?? [];
  }
  return items;
}
