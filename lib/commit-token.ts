/**
 * Puts the next version of a living token into the index: its row and the key rows that change
 * with it, all or nothing. Shared by a save and a refresh.
 */
import type { Deadline } from './deadline.ts';
import { entryOf, keyRowWrites } from './token-index/key-row-writes.ts';
import type { LookupKey } from './token-index/lookup-key.ts';
import {
  type KeyRow,
  type KeyRowWrite,
  marksOf,
  type RowCheck,
  type RowWrite,
  type TokenIndex,
  type TokenRow,
} from './token-index/token-index.ts';

export interface TokenCommit {
  readonly before: TokenRow;
  readonly after: TokenRow;
  /** The lease under which it is written, for a refresh. */
  readonly lease?: { readonly owner: string; readonly fence: number };
  /** Key rows that were read; of the others the token is taken to be the only one. */
  readonly keyRows: ReadonlyMap<LookupKey, KeyRow>;
  /** The keys whose rows were asked for, there or not. */
  readonly keysRead: readonly LookupKey[];
  /** A token that gives its user and client to this one; all of its key rows were read. */
  readonly superseded?: { readonly before: TokenRow; readonly after: TokenRow };
  readonly isGone?: (id: string) => boolean;
  /** Rows that must stand as they were read, though they are not written; and so key rows. */
  readonly checks?: readonly RowCheck[];
  readonly keyChecks?: readonly LookupKey[];
}

/** `conflict`: another writer came first, or a key was not the token's alone. Read and repeat. */
export function commitToken(
  index: TokenIndex,
  commit: TokenCommit,
  deadline: Deadline,
): Promise<'committed' | 'conflict'> {
  const { before, after, lease, superseded, checks = [], keyChecks = [] } = commit;
  // A refresh answers what an operator asked for meanwhile; a save must not undo it unseen.
  const unseen = lease === undefined ? { marks: marksOf(before) } : { lease };
  const rows: RowWrite[] = [{ row: after, expected: { revision: before.revision, ...unseen } }];
  if (superseded !== undefined) {
    const expected = { revision: superseded.before.revision };
    rows.push({ row: superseded.after, expected });
  }
  const isGone = (id: string) => id === superseded?.before.id || (commit.isGone?.(id) ?? false);
  const own = keyRowWrites(before, after, withSoleKeys(commit), isGone);
  const left = keyRowWrites(superseded?.before, undefined, commit.keyRows, isGone);
  const same = keyChecks.map((key): KeyRowWrite => {
    const entries = commit.keyRows.get(key)?.entries ?? [];
    return { key, entries, expected: entries };
  });
  const keyRows = onePerKey([...own, ...left, ...same]);
  return index.commit({ rows, keyRows, checks }, deadline);
}

/** A transaction writes an item once: the first says how. */
function onePerKey(writes: readonly KeyRowWrite[]): KeyRowWrite[] {
  return [...new Map(writes.toReversed().map((write) => [write.key, write])).values()];
}

/**
 * An access or refresh token is one token's alone, as good as always: its old key row is taken
 * to hold just that entry, which saves a read. Where it does not, the commit's condition fails.
 */
function withSoleKeys({ before, keyRows, keysRead }: TokenCommit): ReadonlyMap<LookupKey, KeyRow> {
  const unread = before.keys.filter((key) => !keysRead.includes(key));
  const assumed = unread.map((key): [LookupKey, KeyRow] => [
    key,
    { key, entries: [entryOf(before)] },
  ]);
  return new Map([...assumed, ...keyRows]);
}
