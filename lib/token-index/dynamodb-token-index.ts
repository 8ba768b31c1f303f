/**
 * The index in DynamoDB. Owns the calls; the writes of a commit are in `dynamodb-writes.ts`. Every
 * write is conditional, and each condition says which race it closes. Commits are transactions even
 * where one item changes, because a transaction's request token makes the client's own retry of a
 * lost answer harmless.
 */
import { createHash } from 'node:crypto';
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandInput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { callAws, withoutPayload } from '../aws-failure.ts';
import { backoffMs } from '../backoff.ts';
import type { Deadline } from '../deadline.ts';
import { readItems } from './dynamodb-item-read.ts';
import {
  GENERATION_COPIES,
  generationOf,
  generationPartition,
  type Item,
  judgementAttributes,
  keyOf,
  keyPartition,
  keyRow,
  PARTITION_KEY,
  tokenPartition,
  tokenRow,
} from './dynamodb-items.ts';
import {
  HOLDER_ATTRIBUTES,
  keyRowWrite,
  LEASE_ATTRIBUTES,
  LEASE_STILL_MINE,
  ROW_UNCHANGED,
  rowCheck,
  rowWrite,
} from './dynamodb-writes.ts';
import type { LookupKey } from './lookup-key.ts';
import { pageCursor, pageStart } from './page-cursor.ts';
import { isAlive, type KeyRow, type TokenIndex, type TokenRow } from './token-index.ts';
import { UpdateExpression } from './update-expression.ts';

/** One refresh of a token at a time; a lease that ran out may be taken over. */
const LEASE_IS_FREE =
  '(attribute_not_exists(#leaseOwner) OR #leaseOwner = :leaseOwner OR #leaseUntilMs <= :nowMs)';
/** No lease on a token that was saved, deleted or judged since it was read. */
const ROW_AS_READ =
  '#revision = :expectedRevision AND #generation = :generation AND #state = :state';

const TOKEN_PARTITIONS = tokenPartition('');
const KEY_PARTITIONS = 'key#';

/** Items evaluated for each token row wanted: a token has about four key rows beside its own. */
const SCANNED_PER_ROW = 5;

export interface DynamoDbTokenIndexOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  /** In [0, 1); spreads reads over the copies of the generation, and retries in time. */
  readonly random?: () => number;
}

export class DynamoDbTokenIndex implements TokenIndex {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #random: () => number;

  constructor({ client, tableName, random = Math.random }: DynamoDbTokenIndexOptions) {
    this.#client = client;
    this.#table = tableName;
    this.#random = random;
  }

  read: TokenIndex['read'] = async ({ ids = [], keys = [] }, deadline) => {
    const copy = generationPartition(Math.floor(this.#random() * GENERATION_COPIES));
    const partitions = new Set([copy, ...ids.map(tokenPartition), ...keys.map(keyPartition)]);
    const rows = new Map<string, TokenRow>();
    const keyRows = new Map<LookupKey, KeyRow>();
    let generation = generationOf(undefined);
    const table = { client: this.#client, tableName: this.#table };
    for (const item of await readItems(table, [...partitions], this.#random, deadline)) {
      const partition = item[PARTITION_KEY]?.S ?? '';
      if (partition === copy) {
        generation = generationOf(item);
      } else if (partition.startsWith(tokenPartition(''))) {
        const row = tokenRow(item);
        rows.set(row.id, row);
      } else {
        const row = keyRow(item);
        keyRows.set(row.key, row);
      }
    }
    return { generation, rows, keyRows };
  };

  commit: TokenIndex['commit'] = async ({ rows, keyRows, checks = [] }, deadline) => {
    const command = new TransactWriteItemsCommand({
      TransactItems: [
        ...rows.map((write) => rowWrite(this.#table, write)),
        ...keyRows.map((write) => keyRowWrite(this.#table, write)),
        ...checks.map((check) => rowCheck(this.#table, check)),
      ],
    });
    try {
      await callAws((options) => this.#client.send(command, options), deadline, [
        TransactionCanceledException,
      ]);
      return 'committed';
    } catch (error) {
      if (isLostRace(error)) return 'conflict';
      throw withoutPayload(error);
    }
  };

  acquireLease: TokenIndex['acquireLease'] = async ({ row, owner, nowMs, untilMs }, deadline) => {
    if (!isAlive(row, row.generation)) return { outcome: 'changed' };
    const update = new UpdateExpression()
      .set('leaseOwner', { S: owner })
      .set('leaseUntilMs', { N: String(untilMs) })
      .setOnce('openFence', { N: String(row.fence + 1) })
      .increment('fence');
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: keyOf(tokenPartition(row.id)),
      ...update.build(`${ROW_AS_READ} AND ${LEASE_IS_FREE}`, {
        ':expectedRevision': { N: String(row.revision) },
        ':generation': { N: String(row.generation) },
        ':state': { S: row.state },
        ':leaseOwner': { S: owner },
        ':nowMs': { N: String(nowMs) },
      }),
      ReturnValues: 'ALL_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    try {
      const { Attributes = {} } = await callAws(
        (options) => this.#client.send(command, options),
        deadline,
        [ConditionalCheckFailedException],
      );
      const before = tokenRow(Attributes);
      const openFence = before.openFence ?? row.fence + 1;
      const leased = { ...before, fence: before.fence + 1, openFence, lease: { owner, untilMs } };
      return { outcome: 'acquired', row: leased, abandoned: before.lease !== undefined };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw withoutPayload(error);
      const standing = error.Item && tokenRow(error.Item);
      const asRead =
        standing?.revision === row.revision &&
        standing.generation === row.generation &&
        standing.state === row.state;
      return { outcome: asRead ? 'held' : 'changed' };
    }
  };

  endLease: TokenIndex['endLease'] = async (request, deadline) => {
    const { id, owner, fence, revision, judged, leavesOpen = false } = request;
    const update = new UpdateExpression();
    for (const name of leavesOpen ? HOLDER_ATTRIBUTES : LEASE_ATTRIBUTES) update.remove(name);
    if (judged)
      for (const [name, value] of judgementAttributes(id, judged)) update.set(name, value);
    const command = new UpdateItemCommand({
      TableName: this.#table,
      Key: keyOf(tokenPartition(id)),
      ...update.build(judged ? `${LEASE_STILL_MINE} AND ${ROW_UNCHANGED}` : LEASE_STILL_MINE, {
        ':leaseOwner': { S: owner },
        ':fence': { N: String(fence) },
        ...(judged && { ':expectedRevision': { N: String(revision) } }),
      }),
    });
    try {
      await callAws((options) => this.#client.send(command, options), deadline, [
        ConditionalCheckFailedException,
      ]);
      return judged !== undefined;
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw withoutPayload(error);
      if (judged === undefined) return false;
      return this.endLease({ id, owner, fence, revision, leavesOpen }, deadline);
    }
  };

  startNextGeneration: TokenIndex['startNextGeneration'] = async (requestId, deadline) => {
    const copies = Array.from({ length: GENERATION_COPIES }, (_, copy) =>
      generationPartition(copy),
    );
    const command = new TransactWriteItemsCommand({
      ClientRequestToken: this.#requestToken(requestId),
      TransactItems: copies.map((copy) => ({
        Update: {
          TableName: this.#table,
          Key: keyOf(copy),
          ...new UpdateExpression().increment('generation').build(),
        },
      })),
    });
    for (let attempt = 0; ; attempt += 1) {
      try {
        await callAws((options) => this.#client.send(command, options), deadline, [
          TransactionCanceledException,
        ]);
        return;
      } catch (error) {
        if (!isLostRace(error)) throw withoutPayload(error);
      }
      await deadline.wait(backoffMs(attempt, this.#random()));
    }
  };

  page: TokenIndex['page'] = async ({ cursor, limit }, deadline) => {
    const { generation, items, end } = await this.#scan(cursor, deadline, {
      Limit: limit * SCANNED_PER_ROW,
      FilterExpression: `begins_with(${PARTITION_KEY}, :token)`,
      ExpressionAttributeValues: { ':token': { S: tokenPartition('') } },
    });
    const rows = items.map(tokenRow);
    const page = rows.slice(0, limit);
    const last = page.at(-1);
    const next = rows.length > limit && last ? tokenPartition(last.id) : end;
    return { generation, rows: page, ...(next !== undefined && { cursor: this.#cursor(next) }) };
  };

  scan: TokenIndex['scan'] = async ({ cursor, limit }, deadline) => {
    const { generation, items, end } = await this.#scan(cursor, deadline, { Limit: limit });
    const startingWith = (start: string) =>
      items.filter((item) => item[PARTITION_KEY]?.S?.startsWith(start));
    return {
      generation,
      rows: startingWith(TOKEN_PARTITIONS).map(tokenRow),
      keyRows: startingWith(KEY_PARTITIONS).map(keyRow),
      ...(end !== undefined && { cursor: this.#cursor(end) }),
    };
  };

  cursorAfter = (id: string): string => this.#cursor(tokenPartition(id));

  #cursor(partition: string): string {
    return pageCursor(this.#table, partition);
  }

  async #scan(
    cursor: string | undefined,
    deadline: Deadline,
    how: Pick<ScanCommandInput, 'Limit' | 'FilterExpression' | 'ExpressionAttributeValues'>,
  ): Promise<{ generation: number; items: readonly Item[]; end: string | undefined }> {
    const command = new ScanCommand({
      TableName: this.#table,
      ConsistentRead: true,
      ...how,
      ...(cursor !== undefined && { ExclusiveStartKey: keyOf(pageStart(this.#table, cursor)) }),
    });
    const [{ generation }, { Items = [], LastEvaluatedKey }] = await Promise.all([
      this.read({}, deadline),
      callAws((options) => this.#client.send(command, options), deadline),
    ]);
    return { generation, items: Items, end: LastEvaluatedKey?.[PARTITION_KEY]?.S };
  }

  /** Request tokens are the account's: two stores may be given the same id. */
  #requestToken(requestId: string): string {
    return createHash('sha256').update(`${this.#table}\0${requestId}`).digest('hex').slice(0, 36);
  }
}

/** Whether a transaction was refused because another writer came first, or is at it. */
function isLostRace(error: unknown): boolean {
  if (!(error instanceof TransactionCanceledException)) return false;
  const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code);
  return (
    !reasons.includes('ValidationError') && !reasons.includes('ItemCollectionSizeLimitExceeded')
  );
}
