/**
 * How index rows stand in DynamoDB: partition keys, attribute names and values. STORAGE.md shows
 * the same to people. Pure: no I/O, no clock, no environment.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { NO_WRITES, type WriteHistory } from '../write-budget.ts';
import { dueShardOf } from './due-index.ts';
import { kindOf, type LookupKey } from './lookup-key.ts';
import {
  type Announcement,
  condemns,
  type Judgement,
  type KeyEntry,
  type KeyRow,
  type RefreshFailure,
  type TokenRow,
  type TokenState,
} from './token-index.ts';

export type Item = Record<string, AttributeValue>;

/** The name of the table's only key attribute. */
export const PARTITION_KEY = 'pk';
/** The sparse index of what is due; it holds the ids and the two attributes after the key. */
export const DUE_INDEX = { name: 'due', shard: 'dueShard', dueAtMs: 'dueAtMs' } as const;
export const DUE_INDEX_PROJECTION = ['dispatches'];
/** What of a row an operator's notes read and write: the role that writes them may do no more. */
export const OPERATOR_NOTE_ATTRIBUTES = [
  PARTITION_KEY,
  ...['revision', 'state', 'failure', 'refreshRequestedAtMs', 'checkedAtMs'],
  ...[DUE_INDEX.shard, DUE_INDEX.dueAtMs],
];
/** Epoch seconds after which DynamoDB may drop a tombstone (time to live). */
export const TTL_ATTRIBUTE = 'purgeAtSeconds';
/**
 * The generation is read with every operation: in one item it would be a hot key at 3,000 strong
 * reads a second. All copies are written in one transaction, so any one of them is the generation.
 */
export const GENERATION_COPIES = 16;

export const tokenPartition = (id: string): string => `token#${id}`;
export const keyPartition = (key: LookupKey): string => `key#${key}`;
export const generationPartition = (copy: number): string => `generation#${copy}`;

export const keyOf = (partition: string): Item => ({ [PARTITION_KEY]: { S: partition } });

/** The attributes of a token row that a commit writes; the lease and the fence have their own. */
export function tokenAttributes(row: TokenRow): Record<string, AttributeValue | undefined> {
  return {
    id: text(row.id),
    secretArn: text(row.secretArn),
    versionId: text(row.versionId),
    revision: number(row.revision),
    generation: number(row.generation),
    state: text(row.state),
    supersededBy: text(row.supersededBy),
    userName: text(row.userName),
    clientId: text(row.clientId),
    redirectUrl: text(row.redirectUrl),
    apiDomain: text(row.apiDomain),
    provider: text(row.provider),
    expiresAtMs: number(row.expiresAtMs),
    refreshable: { BOOL: row.refreshable },
    keys: texts(row.keys),
    formerKeys: texts(row.formerKeys),
    createdAtMs: number(row.createdAtMs),
    writtenAtMs: number(row.writtenAtMs),
    accessTokenSinceMs: number(row.accessTokenSinceMs),
    refreshedAtMs: number(row.refreshedAtMs),
    caughtUp: row.caughtUp ? { BOOL: true } : undefined,
    usedAtMs: number(row.usedAtMs),
    writes: text(JSON.stringify(row.writes)),
    ...dueAttributes(row.id, row.dueAtMs),
    dispatches: number(row.dispatches),
    announce: text(row.announce),
    deletedAtMs: number(row.deletedAtMs),
    [TTL_ATTRIBUTE]: number(row.purgeAtMs && Math.ceil(row.purgeAtMs / 1000)),
    failure: failureAttribute(row.failure),
    refreshRequestedAtMs: number(row.refreshRequestedAtMs),
    checkedAtMs: number(row.checkedAtMs),
  };
}

/** What a refresh that failed writes on its token's row. */
export function judgementAttributes(
  id: string,
  judged: Judgement,
): [string, AttributeValue | undefined][] {
  const { failure, state, dueAtMs, announce } = judged;
  return Object.entries({
    failure: failureAttribute(failure),
    state: text(state),
    ...dueAttributes(id, dueAtMs),
    dispatches: undefined,
    refreshRequestedAtMs: undefined,
    ...(announce && { announce: text(announce) }),
    ...(condemns(judged) && { checkedAtMs: undefined }),
  });
}

/** A row without a due time is not in the due index at all. */
export function dueAttributes(
  id: string,
  dueAtMs: number | undefined,
): Record<'dueShard' | 'dueAtMs', AttributeValue | undefined> {
  return {
    dueShard: dueAtMs === undefined ? undefined : { S: dueShardOf(id) },
    dueAtMs: number(dueAtMs),
  };
}

function failureAttribute(failure: RefreshFailure | undefined): AttributeValue | undefined {
  if (failure === undefined) return undefined;
  const { verdict, atMs, count, retryAtMs, refusals } = failure;
  return {
    M: {
      verdict: { S: verdict },
      atMs: { N: String(atMs) },
      count: { N: String(count) },
      retryAtMs: { N: String(retryAtMs) },
      ...(refusals && {
        refusals: {
          M: { count: { N: String(refusals.count) }, sinceMs: { N: String(refusals.sinceMs) } },
        },
      }),
    },
  };
}

/** Rows that were written before there was a scheduled refresh lack what it keeps; it is taken to be so. */
export function tokenRow(item: Item): TokenRow {
  const keys = textsOf(item['keys']) as LookupKey[];
  const owner = item['leaseOwner']?.S;
  const purgeAtSeconds = numberOf(item[TTL_ATTRIBUTE]);
  const optional = {
    supersededBy: item['supersededBy']?.S,
    userName: item['userName']?.S,
    clientId: item['clientId']?.S,
    redirectUrl: item['redirectUrl']?.S,
    apiDomain: item['apiDomain']?.S,
    provider: item['provider']?.S,
    expiresAtMs: numberOf(item['expiresAtMs']),
    accessTokenSinceMs: numberOf(item['accessTokenSinceMs']),
    refreshedAtMs: numberOf(item['refreshedAtMs']),
    caughtUp: item['caughtUp']?.BOOL,
    dueAtMs: numberOf(item['dueAtMs']),
    dispatches: numberOf(item['dispatches']),
    announce: item['announce']?.S as Announcement | undefined,
    deletedAtMs: numberOf(item['deletedAtMs']),
    purgeAtMs: purgeAtSeconds === undefined ? undefined : purgeAtSeconds * 1000,
    failure: failureOf(item['failure']),
    refreshRequestedAtMs: numberOf(item['refreshRequestedAtMs']),
    checkedAtMs: numberOf(item['checkedAtMs']),
    openFence: numberOf(item['openFence']),
    lease: owner === undefined ? undefined : { owner, untilMs: required(item, 'leaseUntilMs') },
  };
  return {
    id: requiredText(item, 'id'),
    secretArn: requiredText(item, 'secretArn'),
    versionId: requiredText(item, 'versionId'),
    revision: required(item, 'revision'),
    generation: required(item, 'generation'),
    state: requiredText(item, 'state') as TokenState,
    keys,
    formerKeys: textsOf(item['formerKeys']) as LookupKey[],
    refreshable: item['refreshable']?.BOOL ?? keys.some((key) => kindOf(key) === 'refresh'),
    createdAtMs: required(item, 'createdAtMs'),
    writtenAtMs: required(item, 'writtenAtMs'),
    usedAtMs: numberOf(item['usedAtMs']) ?? required(item, 'writtenAtMs'),
    writes: writesOf(item['writes']),
    fence: numberOf(item['fence']) ?? 0,
    ...present(optional),
  };
}

/** Entries stand as one JSON string, so that a condition can compare the whole row at once. */
export const entriesAttribute = (entries: readonly KeyEntry[]): AttributeValue => ({
  S: JSON.stringify(entries),
});

export function keyRow(item: Item): KeyRow {
  const partition = requiredText(item, PARTITION_KEY);
  return {
    key: partition.slice('key#'.length) as LookupKey,
    entries: JSON.parse(requiredText(item, 'tokens')) as KeyEntry[],
  };
}

export function generationOf(item: Item | undefined): number {
  return numberOf(item?.['generation']) ?? 0;
}

const text = (value: string | undefined) => (value === undefined ? undefined : { S: value });
const number = (value: number | undefined) =>
  value === undefined ? undefined : { N: String(value) };
const texts = (values: readonly string[]) => ({ L: values.map((value) => ({ S: value })) });

const writesOf = (value: AttributeValue | undefined): WriteHistory =>
  value?.S === undefined ? NO_WRITES : JSON.parse(value.S);
const numberOf = (value: AttributeValue | undefined) =>
  value?.N === undefined ? undefined : Number(value.N);
const textsOf = (value: AttributeValue | undefined) =>
  (value?.L ?? []).flatMap(({ S }) => (S === undefined ? [] : [S]));

function requiredText(item: Item, name: string): string {
  const value = item[name]?.S;
  if (value === undefined) throw new Error(`An index item lacks its ${name}.`);
  return value;
}

function required(item: Item, name: string): number {
  const value = numberOf(item[name]);
  if (value === undefined) throw new Error(`An index item lacks its ${name}.`);
  return value;
}

function failureOf(value: AttributeValue | undefined): RefreshFailure | undefined {
  if (value?.M === undefined) return undefined;
  const refusals = value.M['refusals']?.M;
  return {
    verdict: requiredText(value.M, 'verdict'),
    atMs: required(value.M, 'atMs'),
    count: required(value.M, 'count'),
    retryAtMs: required(value.M, 'retryAtMs'),
    ...(refusals && {
      refusals: { count: required(refusals, 'count'), sinceMs: required(refusals, 'sinceMs') },
    }),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(fields: T): Present<T> {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) given[name] = value;
  return given as Present<T>;
}
