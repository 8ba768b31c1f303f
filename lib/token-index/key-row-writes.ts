/**
 * Which key rows change when a token's keys, client or recency change: what the index must write
 * so that every key leads to the token and the most recently saved token stands last.
 * Pure: no I/O, no clock, no environment.
 */
import type { LookupKey } from './lookup-key.ts';
import type { KeyEntry, KeyRow, KeyRowWrite } from './token-index.ts';

/** The part of a token that key rows know. */
export interface Keyed {
  readonly id: string;
  readonly clientId?: string;
  readonly keys: readonly LookupKey[];
}

/**
 * @param before - undefined for a token that is new or comes back
 * @param after - undefined for a token that goes
 * @param keyRows - every key row of `before` and `after` that there is, as it was read
 * @param isGone - tells entries whose token is dead; they are dropped from rows that change
 */
export function keyRowWrites(
  before: Keyed | undefined,
  after: Keyed | undefined,
  keyRows: ReadonlyMap<LookupKey, KeyRow>,
  isGone: (id: string) => boolean,
): KeyRowWrite[] {
  const keys = new Set([...(before?.keys ?? []), ...(after?.keys ?? [])]);
  return [...keys].flatMap((key) => {
    return writeOf(key, keyRows.get(key)?.entries ?? [], before, after, isGone);
  });
}

function writeOf(
  key: LookupKey,
  expected: readonly KeyEntry[],
  before: Keyed | undefined,
  after: Keyed | undefined,
  isGone: (id: string) => boolean,
): KeyRowWrite[] {
  const id = after?.id ?? before?.id;
  const others = expected.filter((entry) => entry.id !== id);
  if (after === undefined || !after.keys.includes(key)) {
    if (others.length === expected.length) return [];
    return [{ key, entries: others.filter((entry) => !isGone(entry.id)), expected }];
  }
  const mine = entryOf(after);
  const last = expected.at(-1);
  if (last?.id === mine.id && last.clientId === mine.clientId) return [];
  const entries = [...others.filter((entry) => !isGone(entry.id)), mine];
  return [{ key, entries, expected }];
}

/**
 * The entries with a token at the place that its time gives it, where the order of saves is not
 * known: when it was written is the best that is.
 */
export function insertedByTime(
  entries: readonly KeyEntry[],
  token: Keyed & { readonly writtenAtMs: number },
  writtenAtMs: (id: string) => number,
): KeyEntry[] {
  const at = entries.findIndex(({ id }) => writtenAtMs(id) > token.writtenAtMs);
  return entries.toSpliced(at < 0 ? entries.length : at, 0, entryOf(token));
}

export function entryOf(token: Keyed): KeyEntry {
  return { id: token.id, ...(token.clientId !== undefined && { clientId: token.clientId }) };
}
