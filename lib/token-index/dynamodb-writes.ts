/**
 * The writes of a commit as the items of a DynamoDB transaction: each conditional, and each
 * condition says which race it closes. Pure: no I/O, no clock, no environment.
 */
import type { AttributeValue, TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  entriesAttribute,
  keyOf,
  keyPartition,
  PARTITION_KEY,
  tokenAttributes,
  tokenPartition,
} from './dynamodb-items.ts';
import type { KeyRowWrite, RowCheck, RowWrite } from './token-index.ts';
import { UpdateExpression } from './update-expression.ts';

/** Two first saves at once: only one of them creates the row. */
const ROW_IS_NEW = `attribute_not_exists(${PARTITION_KEY})`;
/** Two writers of one token: the later one must first see what the earlier one did. */
export const ROW_UNCHANGED = '#revision = :expectedRevision';
/** A worker that was frozen past its lease must not overwrite its successor. */
export const LEASE_STILL_MINE = '#leaseOwner = :leaseOwner AND #fence = :fence';
/** An operator asked for something, or noted it, since the row was read: it must not get lost. */
const MARKS = ['refreshRequestedAtMs', 'checkedAtMs'] as const;
/** Who holds a lease, and how long. */
export const HOLDER_ATTRIBUTES = ['leaseOwner', 'leaseUntilMs'];
/** What there is of a lease that has not been closed; the fence outlives it. */
export const LEASE_ATTRIBUTES = [...HOLDER_ATTRIBUTES, 'openFence'];
/** Two tokens that take one key at once: neither may drop the other's entry. */
const KEY_IS_NEW = ROW_IS_NEW;
const KEY_UNCHANGED = '#tokens = :expectedTokens';

export function rowWrite(TableName: string, { row, expected }: RowWrite): TransactWriteItem {
  const update = new UpdateExpression();
  for (const [name, value] of Object.entries(tokenAttributes(row))) update.set(name, value);
  const Key = keyOf(tokenPartition(row.id));
  if (expected === 'absent') {
    return { Update: { TableName, Key, ...update.build(ROW_IS_NEW) } };
  }
  const { revision, lease, fence, marks } = expected;
  const values: Record<string, AttributeValue> = { ':expectedRevision': { N: String(revision) } };
  const conditions = [ROW_UNCHANGED];
  // A refresh that begins while its token is deleted: the deletion must know of it.
  if (fence !== undefined) conditions.push(asRead('fence', fence || undefined, values));
  if (marks !== undefined) {
    for (const name of MARKS) conditions.push(asRead(name, marks[name], values));
  }
  if (lease !== undefined) {
    for (const name of LEASE_ATTRIBUTES) update.remove(name);
    conditions.push(LEASE_STILL_MINE);
    values[':leaseOwner'] = { S: lease.owner };
    values[':fence'] = { N: String(lease.fence) };
  }
  return { Update: { TableName, Key, ...update.build(conditions.join(' AND '), values) } };
}

/** The condition that a number is still the one that was read, or still absent. */
export function asRead(
  name: string,
  value: number | undefined,
  values: Record<string, AttributeValue>,
): string {
  if (value === undefined) return `attribute_not_exists(#${name})`;
  values[`:read_${name}`] = { N: String(value) };
  return `#${name} = :read_${name}`;
}

/** A key row that is mended for a token must not meet a save or a deletion of that token. */
export function rowCheck(TableName: string, { id, expected }: RowCheck): TransactWriteItem {
  const Key = keyOf(tokenPartition(id));
  if (expected === 'absent') {
    return { ConditionCheck: { TableName, Key, ConditionExpression: ROW_IS_NEW } };
  }
  return {
    ConditionCheck: {
      TableName,
      Key,
      ConditionExpression: ROW_UNCHANGED,
      ExpressionAttributeNames: { '#revision': 'revision' },
      ExpressionAttributeValues: { ':expectedRevision': { N: String(expected.revision) } },
    },
  };
}

export function keyRowWrite(
  TableName: string,
  { key, entries, expected }: KeyRowWrite,
): TransactWriteItem {
  const Key = keyOf(keyPartition(key));
  const condition =
    expected.length === 0
      ? { ConditionExpression: KEY_IS_NEW }
      : {
          ConditionExpression: KEY_UNCHANGED,
          ExpressionAttributeNames: { '#tokens': 'tokens' },
          ExpressionAttributeValues: { ':expectedTokens': entriesAttribute(expected) },
        };
  if (entries.length === 0) return { Delete: { TableName, Key, ...condition } };
  const Item = { ...Key, tokens: entriesAttribute(entries) };
  return { Put: { TableName, Item, ...condition } };
}
