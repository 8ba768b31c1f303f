/**
 * How index rows stand in DynamoDB: partition keys, attribute names and values. STORAGE.md shows
 * the same to people. Pure: no I/O, no clock, no environment.
 */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { LookupKey } from './lookup-key.ts';
import type { KeyEntry, KeyRow, RefreshFailure, TokenRow, TokenState } from './token-index.ts';

export type Item = Record<string, AttributeValue>;

/** The name of the table's only key attribute. */
export const PARTITION_KEY = 'pk';
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
    expiresAtMs: number(row.expiresAtMs),
    keys: texts(row.keys),
    formerKeys: texts(row.formerKeys),
    createdAtMs: number(row.createdAtMs),
    writtenAtMs: number(row.writtenAtMs),
    accessTokenSinceMs: number(row.accessTokenSinceMs),
    deletedAtMs: number(row.deletedAtMs),
    [TTL_ATTRIBUTE]: number(row.purgeAtMs && Math.ceil(row.purgeAtMs / 1000)),
    failure: failureAttribute(row.failure),
  };
}

export function failureAttribute(failure: RefreshFailure | undefined): AttributeValue | undefined {
  if (failure === undefined) return undefined;
  const { verdict, atMs, count, retryAtMs } = failure;
  return {
    M: {
      verdict: { S: verdict },
      atMs: { N: String(atMs) },
      count: { N: String(count) },
      retryAtMs: { N: String(retryAtMs) },
    },
  };
}

export function tokenRow(item: Item): TokenRow {
  const owner = item['leaseOwner']?.S;
  const purgeAtSeconds = numberOf(item[TTL_ATTRIBUTE]);
  const optional = {
    supersededBy: item['supersededBy']?.S,
    userName: item['userName']?.S,
    clientId: item['clientId']?.S,
    redirectUrl: item['redirectUrl']?.S,
    apiDomain: item['apiDomain']?.S,
    expiresAtMs: numberOf(item['expiresAtMs']),
    accessTokenSinceMs: numberOf(item['accessTokenSinceMs']),
    deletedAtMs: numberOf(item['deletedAtMs']),
    purgeAtMs: purgeAtSeconds === undefined ? undefined : purgeAtSeconds * 1000,
    failure: failureOf(item['failure']),
    lease: owner === undefined ? undefined : { owner, untilMs: required(item, 'leaseUntilMs') },
  };
  return {
    id: requiredText(item, 'id'),
    secretArn: requiredText(item, 'secretArn'),
    versionId: requiredText(item, 'versionId'),
    revision: required(item, 'revision'),
    generation: required(item, 'generation'),
    state: requiredText(item, 'state') as TokenState,
    keys: textsOf(item['keys']) as LookupKey[],
    formerKeys: textsOf(item['formerKeys']) as LookupKey[],
    createdAtMs: required(item, 'createdAtMs'),
    writtenAtMs: required(item, 'writtenAtMs'),
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
  return {
    verdict: requiredText(value.M, 'verdict'),
    atMs: required(value.M, 'atMs'),
    count: required(value.M, 'count'),
    retryAtMs: required(value.M, 'retryAtMs'),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

function present<T extends object>(fields: T): Present<T> {
  const given: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) given[name] = value;
  return given as Present<T>;
}
