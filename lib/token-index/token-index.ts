/**
 * The port to what is known about tokens: a row per token, a row per lookup key, and the store's
 * generation. The token row is the commit: what it names is so, whatever the vault holds beside.
 * Secrets never come here. Adapters: `dynamodb-token-index.ts`, `memory-token-index.ts`.
 */
import type { Deadline } from '../deadline.ts';
import type { LookupKey } from './lookup-key.ts';

export type TokenState =
  | 'active'
  /** The provider refused its refresh token: kept, found, not refreshed until saved anew. */
  | 'needs-reauthorization'
  /** A tombstone: restorable until the recovery window ends. */
  | 'deleted'
  /** Another token took its user and client over; its id leads there. */
  | 'superseded';

/** The right of one worker to refresh a token until a moment; `TokenRow.fence` outlives it. */
export interface Lease {
  readonly owner: string;
  readonly untilMs: number;
}

/** The last refresh that failed, and when another may be tried. */
export interface RefreshFailure {
  readonly verdict: string;
  readonly atMs: number;
  readonly count: number;
  readonly retryAtMs: number;
}

export interface TokenRow {
  readonly id: string;
  readonly secretArn: string;
  /** The pinned version: readers read this one, never "whatever is AWSCURRENT". */
  readonly versionId: string;
  /** Rises with every commit to this row, except for leases. */
  readonly revision: number;
  /** The store's generation the token belongs to; an earlier one means logged out. */
  readonly generation: number;
  readonly state: TokenState;
  readonly supersededBy?: string;
  readonly userName?: string;
  readonly clientId?: string;
  readonly redirectUrl?: string;
  readonly apiDomain?: string;
  readonly expiresAtMs?: number;
  /** The lookup keys that lead here. */
  readonly keys: readonly LookupKey[];
  /** Grant and refresh keys it had before, newest last: a caller that shows one is behind. */
  readonly formerKeys: readonly LookupKey[];
  readonly createdAtMs: number;
  /** When the pinned version was written. */
  readonly writtenAtMs: number;
  /** When the present access token was first stored. */
  readonly accessTokenSinceMs?: number;
  readonly deletedAtMs?: number;
  /** When a tombstone's row may go: its secret cannot be restored any more. */
  readonly purgeAtMs?: number;
  readonly failure?: RefreshFailure;
  /** Rises with every lease; a commit under a lower one is refused. */
  readonly fence: number;
  readonly lease?: Lease;
}

/** A token that a lookup key leads to. */
export interface KeyEntry {
  readonly id: string;
  readonly clientId?: string;
}

export interface KeyRow {
  readonly key: LookupKey;
  /** The most recently saved token stands last. */
  readonly entries: readonly KeyEntry[];
}

/** What one read saw. Absent rows are absent from the maps. */
export interface IndexSnapshot {
  readonly generation: number;
  readonly rows: ReadonlyMap<string, TokenRow>;
  readonly keyRows: ReadonlyMap<LookupKey, KeyRow>;
}

/** Whether the row's token is in the store: not deleted, not superseded, not logged out. */
export function isAlive(row: TokenRow, generation: number): boolean {
  return (
    row.generation === generation &&
    (row.state === 'active' || row.state === 'needs-reauthorization')
  );
}

/** A token row as it shall stand; its lease and fence are not written by a commit. */
export interface RowWrite {
  readonly row: TokenRow;
  readonly expected:
    | 'absent'
    | { readonly revision: number; readonly lease?: { readonly owner: string; fence: number } };
}

export interface KeyRowWrite {
  readonly key: LookupKey;
  /** Empty: the key row goes. */
  readonly entries: readonly KeyEntry[];
  /** The entries that were read; empty where there was no row. */
  readonly expected: readonly KeyEntry[];
}

/** At most 90 ids and keys in all are read in one go (BatchGetItem takes 100 items). */
export const MAX_READ_ITEMS = 90;

export type LeaseOutcome =
  /** `abandoned`: an earlier lease had run out without an end; its holder may have got a token. */
  | { readonly outcome: 'acquired'; readonly row: TokenRow; readonly abandoned: boolean }
  /** Someone else is refreshing it. */
  | { readonly outcome: 'held' }
  /** The row is no longer the one that was read. */
  | { readonly outcome: 'changed' };

export interface TokenIndex {
  /** One strongly consistent read of the generation and of the rows named. */
  read(
    request: { readonly ids?: readonly string[]; readonly keys?: readonly LookupKey[] },
    deadline: Deadline,
  ): Promise<IndexSnapshot>;

  /** Writes all or nothing; `conflict` when an expectation does not hold (any more). */
  commit(
    writes: { readonly rows: readonly RowWrite[]; readonly keyRows: readonly KeyRowWrite[] },
    deadline: Deadline,
  ): Promise<'committed' | 'conflict'>;

  /** Takes the lease of a living row that still has the revision that was read. */
  acquireLease(
    request: {
      readonly row: TokenRow;
      readonly owner: string;
      readonly nowMs: number;
      readonly untilMs: number;
    },
    deadline: Deadline,
  ): Promise<LeaseOutcome>;

  /** Gives the lease back without a new version, noting why; nothing happens if it was lost. */
  endLease(
    request: {
      readonly id: string;
      readonly owner: string;
      readonly fence: number;
      readonly revision: number;
      readonly failure?: RefreshFailure;
      readonly state?: TokenState;
    },
    deadline: Deadline,
  ): Promise<void>;

  /**
   * Ends the present generation: every token of it is logged out at once, however many there are.
   * @param requestId - the same id within ten minutes is the same request
   */
  startNextGeneration(requestId: string, deadline: Deadline): Promise<void>;

  /** A page of token rows of every state and generation, strongly consistent, in no order. */
  page(
    request: { readonly cursor?: string; readonly limit: number },
    deadline: Deadline,
  ): Promise<{ generation: number; rows: readonly TokenRow[]; cursor?: string }>;

  /** The cursor of a page that starts behind this token. */
  cursorAfter(id: string): string;
}
