/**
 * The port to what is known about tokens: a row per token, a row per lookup key, and the store's
 * generation. The token row is the commit: what it names is so, whatever the vault holds beside.
 * Secrets never come here. Adapters: `dynamodb-token-index.ts`, `memory-token-index.ts`.
 */
import type { Deadline } from '../deadline.ts';
import type { WriteHistory } from '../write-budget.ts';
import type { LookupKey } from './lookup-key.ts';

export type TokenState =
  | 'active'
  /** Nobody has used it for long: refreshed again when somebody does. */
  | 'idle'
  /** The provider refused its refresh token: kept, found, probed rarely, healed by a save. */
  | 'needs-reauthorization'
  /** A tombstone: restorable until the recovery window ends. */
  | 'deleted'
  /** Another token took its user and client over; its id leads there. */
  | 'superseded'
  /** A tombstone that the housekeeper made of a token that deleteTokens had logged out. */
  | 'logged-out';

/** The right of one worker to refresh a token until a moment; `TokenRow.fence` outlives it. */
export interface Lease {
  readonly owner: string;
  readonly untilMs: number;
}

/** The last refresh that failed, and when another may be tried. */
export interface RefreshFailure {
  /** The verdict and its reason, for example `outage: http-503`. */
  readonly verdict: string;
  readonly atMs: number;
  /** Failures in a row, of whatever kind. */
  readonly count: number;
  readonly retryAtMs: number;
  /** How often in a row the provider refused the grant itself, and since when. */
  readonly refusals?: { readonly count: number; readonly sinceMs: number };
}

/** What applications are told of a token once it is so: see `lib/events/`. */
export type Announcement =
  | 'refreshed'
  | 'needs-reauthorization'
  | 'client-fault'
  | 'healed'
  | 'deleted';

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
  /** Who mints it, by name; absent: Zoho. */
  readonly provider?: string;
  readonly expiresAtMs?: number;
  /** Whether it has all that a refresh takes. */
  readonly refreshable: boolean;
  /** The lookup keys that lead here. */
  readonly keys: readonly LookupKey[];
  /** Grant and refresh keys it had before, newest last: a caller that shows one is behind. */
  readonly formerKeys: readonly LookupKey[];
  readonly createdAtMs: number;
  /** When the pinned version was written. */
  readonly writtenAtMs: number;
  /** When the present access token was first stored. */
  readonly accessTokenSinceMs?: number;
  /** When the provider last minted for it. */
  readonly refreshedAtMs?: number;
  /** Whether its access token was minted late, as those of many others after an outage. */
  readonly caughtUp?: boolean;
  /** When somebody last found or saved it, to the day. */
  readonly usedAtMs: number;
  /** How often its secret was written lately. */
  readonly writes: WriteHistory;
  /** When the scheduled refresh looks at it next; absent: never. */
  readonly dueAtMs?: number;
  /** How often it was given to a worker since anything came of it. */
  readonly dispatches?: number;
  /** What is still to be announced; the worker does, and then takes it off. */
  readonly announce?: Announcement;
  readonly deletedAtMs?: number;
  /** When a tombstone's row may go: its secret cannot be restored any more. */
  readonly purgeAtMs?: number;
  readonly failure?: RefreshFailure;
  /** An operator asked for a refresh; gone with whatever comes of it. */
  readonly refreshRequestedAtMs?: number;
  /** An operator has looked at the failure; gone with it. */
  readonly checkedAtMs?: number;
  /** Rises with every lease; a commit under a lower one is refused. */
  readonly fence: number;
  readonly lease?: Lease;
  /** The first fence since a lease was last closed: versions from there on may be left behind. */
  readonly openFence?: number;
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
    (row.state === 'active' || row.state === 'idle' || row.state === 'needs-reauthorization')
  );
}

/** Whether a row is what is left of a token: only a restore brings it back, within its window. */
export function isTombstone({ state }: TokenRow): boolean {
  return state === 'deleted' || state === 'superseded' || state === 'logged-out';
}

/** What an operator asked of a token and noted about it. */
export type OperatorMarks = Pick<TokenRow, 'refreshRequestedAtMs' | 'checkedAtMs'>;

export function marksOf({ refreshRequestedAtMs, checkedAtMs }: TokenRow): OperatorMarks {
  return {
    ...(refreshRequestedAtMs !== undefined && { refreshRequestedAtMs }),
    ...(checkedAtMs !== undefined && { checkedAtMs }),
  };
}

/** The row without what an operator asked and noted: it is answered, or past. */
export function withoutMarks({
  refreshRequestedAtMs: _answered,
  checkedAtMs: _past,
  ...row
}: TokenRow): TokenRow {
  return row;
}

/** A token row as it shall stand; its lease and fence are not written by a commit. */
export interface RowWrite {
  readonly row: TokenRow;
  readonly expected:
    | 'absent'
    | {
        readonly revision: number;
        readonly lease?: { readonly owner: string; fence: number };
        /** No lease was taken since: a deletion waits for who holds one. */
        readonly fence?: number;
        /** An operator's marks as they were read; left out by who answers them all. */
        readonly marks?: OperatorMarks;
      };
}

export interface KeyRowWrite {
  readonly key: LookupKey;
  /** Empty: the key row goes. */
  readonly entries: readonly KeyEntry[];
  /** The entries that were read; empty where there was no row. */
  readonly expected: readonly KeyEntry[];
}

/** A token row that a commit relies on and does not write; never one that it writes. */
export interface RowCheck {
  readonly id: string;
  readonly expected: 'absent' | { readonly revision: number };
}

/** Rows, key rows and checks in one commit (TransactWriteItems takes 100 items). */
export const MAX_COMMIT_ITEMS = 100;

export type LeaseOutcome =
  /** `abandoned`: an earlier lease had run out without an end; its holder may have got a token. */
  | { readonly outcome: 'acquired'; readonly row: TokenRow; readonly abandoned: boolean }
  /** Someone else is refreshing it. */
  | { readonly outcome: 'held' }
  /** The row is no longer the one that was read. */
  | { readonly outcome: 'changed' };

/**
 * What a refresh that failed leaves on its token's row. It answers an operator's request, and
 * where the token is condemned now, nobody has looked at that yet.
 */
export interface Judgement {
  readonly failure: RefreshFailure;
  readonly state: TokenState;
  readonly dueAtMs: number;
  readonly announce?: Announcement;
}

/** Whether the token needs re-authorization from now on. */
export function condemns({ announce }: Judgement): boolean {
  return announce === 'needs-reauthorization';
}

/** The row once it is judged, apart from its lease. */
export function judgedRow(row: TokenRow, judged: Judgement): TokenRow {
  const { dispatches: _came, ...rest } = withoutMarks(row);
  const { checkedAtMs } = row;
  const checked = checkedAtMs !== undefined && !condemns(judged) && { checkedAtMs };
  return { ...rest, ...checked, ...judged };
}

export interface TokenIndex {
  /**
   * A strongly consistent read of the generation and of the rows named: one call where they are
   * fewer than 100. Items are read one by one, not at one instant.
   */
  read(
    request: { readonly ids?: readonly string[]; readonly keys?: readonly LookupKey[] },
    deadline: Deadline,
  ): Promise<IndexSnapshot>;

  /**
   * Writes all or nothing; `conflict` when an expectation does not hold (any more). At most
   * `MAX_COMMIT_ITEMS` in all.
   */
  commit(
    writes: {
      readonly rows: readonly RowWrite[];
      readonly keyRows: readonly KeyRowWrite[];
      readonly checks?: readonly RowCheck[];
    },
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

  /**
   * Gives the lease back without a new version, noting why; nothing happens if it was lost.
   * @returns whether the judgement stands: not after a commit, nor under a lost lease
   */
  endLease(
    request: {
      readonly id: string;
      readonly owner: string;
      readonly fence: number;
      readonly revision: number;
      /** What the refresh came to, where it judges the token. */
      readonly judged?: Judgement;
      /** Whether versions from `openFence` on are still to be looked for. Default: no. */
      readonly leavesOpen?: boolean;
    },
    deadline: Deadline,
  ): Promise<boolean>;

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

  /** A page of everything, key rows too, strongly consistent, in no order. It may be empty. */
  scan(
    request: { readonly cursor?: string; readonly limit: number },
    deadline: Deadline,
  ): Promise<{
    generation: number;
    rows: readonly TokenRow[];
    keyRows: readonly KeyRow[];
    cursor?: string;
  }>;

  /** The cursor of a page that starts behind this token. */
  cursorAfter(id: string): string;
}
