/**
 * The item `job#recovery`: the table was put back to an earlier time, and its tokens are behind
 * their secrets until `recover` has been run. It keeps the store from being resumed before.
 */
import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { callAws } from '../lib/aws-failure.ts';
import { systemClock } from '../lib/clock.ts';
import { deadlineIn } from '../lib/deadline.ts';
import { keyOf } from '../lib/token-index/dynamodb-items.ts';

export const RECOVERY_PARTITION = 'job#recovery';

const CALL_MS = 30_000;

export class RecoveryMark {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor(client: DynamoDBClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** @param from - the table that this one was made like */
  async set(from: string, nowMs: number): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: { ...keyOf(RECOVERY_PARTITION), from: { S: from }, sinceMs: { N: String(nowMs) } },
    });
    await callAws((options) => this.#client.send(command, options), this.#deadline());
  }

  async isSet(): Promise<boolean> {
    const command = new GetItemCommand({
      TableName: this.#table,
      Key: keyOf(RECOVERY_PARTITION),
      ConsistentRead: true,
    });
    const { Item } = await callAws(
      (options) => this.#client.send(command, options),
      this.#deadline(),
    );
    return Item !== undefined;
  }

  async clear(): Promise<void> {
    const command = new DeleteItemCommand({
      TableName: this.#table,
      Key: keyOf(RECOVERY_PARTITION),
    });
    await callAws((options) => this.#client.send(command, options), this.#deadline());
  }

  #deadline() {
    return deadlineIn(CALL_MS, systemClock);
  }
}
