/**
 * Makes the index what another table holds: the one that AWS has restored beside it. Writes without
 * conditions, the only ones there are, so the store must be stopped. The generation is never put
 * back: a logout since then stays one.
 */

import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  type DynamoDBClient,
  ScanCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { callAws } from '../lib/aws-failure.ts';
import { backoffMs } from '../lib/backoff.ts';
import { systemClock } from '../lib/clock.ts';
import { deadlineIn } from '../lib/deadline.ts';
import { generationOf, type Item, PARTITION_KEY } from '../lib/token-index/dynamodb-items.ts';

const STEP_MS = 60_000;
const PAGE_SIZE = 100;
/** BatchWriteItem takes 25. */
const BATCH_SIZE = 25;

/** Tokens, what they are found by, and the generation; not what jobs and clients note for a day. */
const COPIED = /^(?:token|key|generation)#/;

export interface TableDifference {
  readonly same: number;
  /** In both, and not the same. */
  readonly changed: number;
  /** Only in the one that is copied. */
  readonly missing: number;
  /** Only in the index. */
  readonly surplus: number;
}

export interface TableCopyOptions {
  readonly client: DynamoDBClient;
  readonly from: string;
  readonly to: string;
  readonly onProgress: (items: number) => void;
}

export class TableCopy {
  readonly #o: TableCopyOptions;

  constructor(options: TableCopyOptions) {
    this.#o = options;
  }

  /** @param write - false: only says what differs */
  async run(write: boolean): Promise<TableDifference> {
    const { from, to, onProgress } = this.#o;
    let same = 0;
    let changed = 0;
    let missing = 0;
    let surplus = 0;
    let seen = 0;
    for await (const items of this.#pages(from)) {
      const standing = await this.#read(to, items);
      const wanted = items.filter((item) => !isAsItShallBe(item, standing.get(nameOf(item))));
      const absent = wanted.filter((item) => !standing.has(nameOf(item))).length;
      same += items.length - wanted.length;
      missing += absent;
      changed += wanted.length - absent;
      if (write) await this.#write(wanted.map((Item) => ({ PutRequest: { Item } })));
      seen += items.length;
      onProgress(seen);
    }
    for await (const items of this.#pages(to)) {
      const copied = await this.#read(from, items);
      const strays = items.filter((item) => !copied.has(nameOf(item)) && !isGeneration(item));
      surplus += strays.length;
      if (write) await this.#write(strays.map((item) => ({ DeleteRequest: { Key: keyIn(item) } })));
      seen += items.length;
      onProgress(seen);
    }
    return { same, changed, missing, surplus };
  }

  async *#pages(TableName: string): AsyncGenerator<Item[], void, void> {
    let start: Item | undefined;
    do {
      const command = new ScanCommand({
        TableName,
        ConsistentRead: true,
        Limit: PAGE_SIZE,
        ...(start !== undefined && { ExclusiveStartKey: start }),
      });
      const page = await callAws((options) => this.#o.client.send(command, options), deadline());
      yield (page.Items ?? []).filter((item) => COPIED.test(nameOf(item)));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }

  async #read(table: string, items: readonly Item[]): Promise<ReadonlyMap<string, Item>> {
    const found = new Map<string, Item>();
    const until = deadline();
    let wanted = items.map(keyIn);
    for (let attempt = 0; wanted.length > 0; attempt += 1) {
      if (attempt > 0) await until.wait(backoffMs(attempt, Math.random()));
      const command = new BatchGetItemCommand({
        RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } },
      });
      const answer = await callAws((options) => this.#o.client.send(command, options), until);
      for (const item of answer.Responses?.[table] ?? []) found.set(nameOf(item), item);
      wanted = answer.UnprocessedKeys?.[table]?.Keys ?? [];
    }
    return found;
  }

  async #write(requests: readonly WriteRequest[]): Promise<void> {
    const { client, to } = this.#o;
    for (let at = 0; at < requests.length; at += BATCH_SIZE) {
      const until = deadline();
      let left: WriteRequest[] = requests.slice(at, at + BATCH_SIZE);
      for (let attempt = 0; left.length > 0; attempt += 1) {
        if (attempt > 0) await until.wait(backoffMs(attempt, Math.random()));
        const command = new BatchWriteItemCommand({ RequestItems: { [to]: left } });
        const answer = await callAws((options) => client.send(command, options), until);
        left = answer.UnprocessedItems?.[to] ?? [];
      }
    }
  }
}

function isAsItShallBe(item: Item, standing: Item | undefined): boolean {
  if (standing === undefined) return false;
  if (isGeneration(item)) return generationOf(standing) >= generationOf(item);
  return isDeepStrictEqual(item, standing);
}

function isGeneration(item: Item): boolean {
  return nameOf(item).startsWith('generation#');
}

function nameOf(item: Item): string {
  return item[PARTITION_KEY]?.S ?? '';
}

function keyIn(item: Item): Record<string, AttributeValue> {
  return { [PARTITION_KEY]: { S: nameOf(item) } };
}

function deadline() {
  return deadlineIn(STEP_MS, systemClock);
}
