/**
 * The due index in DynamoDB: a sparse, sharded, time-ordered secondary index over the token rows.
 * A row that is not due at any time has no due attributes, and so costs nothing here.
 */
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { callAws } from '../aws-failure.ts';
import type { Deadline } from '../deadline.ts';
import type { DueIndex, DueToken } from './due-index.ts';
import {
  DUE_INDEX,
  dueAttributes,
  type Item,
  PARTITION_KEY,
  tokenPartition,
} from './dynamodb-items.ts';
import { updateRow } from './dynamodb-row-update.ts';
import { asRead, ROW_UNCHANGED } from './dynamodb-writes.ts';
import type { TokenRow } from './token-index.ts';
import { type BuiltUpdate, UpdateExpression } from './update-expression.ts';

/** Two dispatchers at once: only one of them gets the token. */
const STILL_DUE_THEN = '#dueAtMs = :expectedDueAtMs';
/** A save, a verdict, a use, a request or another announcement since the row was read: look again. */
const ROW_AS_READ = `${ROW_UNCHANGED} AND #state = :expectedState AND #usedAtMs = :expectedUse`;
const NOTHING_TO_ANNOUNCE = 'attribute_not_exists(#announce)';
const SAME_ANNOUNCEMENT = '#announce = :expectedAnnounce';
/** A save or a deletion since the row was read says more than the use that is noted. */
const STILL_THAT_TOKEN = `${ROW_UNCHANGED} AND #state = :expectedState`;

export interface DynamoDbDueIndexOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}

export class DynamoDbDueIndex implements DueIndex {
  readonly #client: DynamoDBClient;
  readonly #table: string;

  constructor({ client, tableName }: DynamoDbDueIndexOptions) {
    this.#client = client;
    this.#table = tableName;
  }

  due: DueIndex['due'] = async ({ shard, untilMs, limit }, deadline) => {
    const found: DueToken[] = [];
    let start: Item | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.#table,
        IndexName: DUE_INDEX.name,
        KeyConditionExpression: '#shard = :shard AND #dueAtMs <= :untilMs',
        ExpressionAttributeNames: { '#shard': DUE_INDEX.shard, '#dueAtMs': DUE_INDEX.dueAtMs },
        ExpressionAttributeValues: { ':shard': { S: shard }, ':untilMs': { N: String(untilMs) } },
        Limit: limit - found.length,
        ...(start && { ExclusiveStartKey: start }),
      });
      const page = await callAws((options) => this.#client.send(command, options), deadline);
      found.push(...(page.Items ?? []).map(dueToken));
      start = page.LastEvaluatedKey;
    } while (start !== undefined && found.length < limit);
    return found;
  };

  claim: DueIndex['claim'] = ({ id, dueAtMs }, untilMs, deadline) => {
    const update = new UpdateExpression()
      .set('dueAtMs', { N: String(untilMs) })
      .increment('dispatches')
      .build(STILL_DUE_THEN, { ':expectedDueAtMs': { N: String(dueAtMs) } });
    return this.#update(id, update, deadline);
  };

  settle: DueIndex['settle'] = ({ row, dueAtMs, state }, deadline) => {
    const update = new UpdateExpression().remove('dispatches').remove('announce');
    for (const [name, value] of Object.entries(dueAttributes(row.id, dueAtMs))) {
      update.set(name, value);
    }
    if (state !== undefined) update.set('state', { S: state });
    const announcement = row.announce === undefined ? NOTHING_TO_ANNOUNCE : SAME_ANNOUNCEMENT;
    const values: Item = {
      ...revisionAndState(row),
      ':expectedUse': { N: String(row.usedAtMs) },
      ...(row.announce && { ':expectedAnnounce': { S: row.announce } }),
    };
    const sameRequest = asRead('refreshRequestedAtMs', row.refreshRequestedAtMs, values);
    const built = update.build(`${ROW_AS_READ} AND ${announcement} AND ${sameRequest}`, values);
    return this.#update(row.id, built, deadline);
  };

  noteUse: DueIndex['noteUse'] = async (row, usedAtMs, deadline) => {
    const update = new UpdateExpression().set('usedAtMs', { N: String(usedAtMs) });
    if (row.state === 'idle') {
      update.set('state', { S: 'active' });
      for (const [name, value] of Object.entries(dueAttributes(row.id, usedAtMs))) {
        update.set(name, value);
      }
    }
    await this.#update(row.id, update.build(STILL_THAT_TOKEN, revisionAndState(row)), deadline);
  };

  #update(id: string, update: BuiltUpdate, deadline: Deadline): Promise<boolean> {
    return updateRow({ client: this.#client, tableName: this.#table }, id, update, deadline);
  }
}

function revisionAndState({ revision, state }: TokenRow): Item {
  return { ':expectedRevision': { N: String(revision) }, ':expectedState': { S: state } };
}

function dueToken(item: Item): DueToken {
  return {
    id: (item[PARTITION_KEY]?.S ?? '').slice(tokenPartition('').length),
    dueAtMs: Number(item[DUE_INDEX.dueAtMs]?.N),
    dispatches: Number(item['dispatches']?.N ?? 0),
  };
}
