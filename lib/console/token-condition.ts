/**
 * In what condition a token is, as an operator asks it: does it work, and if not, who must do
 * something? Pure: no I/O, no clock, no environment.
 */
import { expiryMs, type RefreshPolicy } from '../refresh-policy.ts';
import { isAlive, type TokenRow } from '../token-index/token-index.ts';

export type Condition =
  | 'active'
  | 'idle'
  /** Its last refresh failed, and is tried again. */
  | 'failing'
  /** It has expired and was not refreshed, though it could be. */
  | 'overdue'
  /** It has expired and cannot be refreshed. */
  | 'expired'
  | 'needs-reauthorization'
  | 'deleted'
  | 'replaced'
  | 'logged-out';

/** What a list can be narrowed to. */
export const FILTERS = [
  'all',
  'failing',
  'needs-reauthorization',
  'unchecked',
  'active',
  'idle',
  'deleted',
] as const;
export type Filter = (typeof FILTERS)[number];

/** A token with all that its condition follows from. */
export interface SeenToken {
  readonly row: TokenRow;
  /** The store's generation when the row was read. */
  readonly generation: number;
  readonly policy: RefreshPolicy;
}

export function conditionOf({ row, generation, policy }: SeenToken, nowMs: number): Condition {
  if (row.state === 'superseded') return 'replaced';
  if (row.state === 'deleted') return 'deleted';
  if (!isAlive(row, generation)) return 'logged-out';
  if (row.state === 'needs-reauthorization' || row.state === 'idle') return row.state;
  if (row.failure !== undefined) return 'failing';
  const isExpired = (expiryMs(row, policy) ?? nowMs) <= nowMs;
  if (!isExpired) return 'active';
  return row.refreshable ? 'overdue' : 'expired';
}

/** Whether a failure is there that no operator has looked at. */
export function isUnchecked({ row }: SeenToken, condition: Condition): boolean {
  const isTrouble = condition === 'failing' || condition === 'needs-reauthorization';
  return isTrouble && row.failure !== undefined && row.checkedAtMs === undefined;
}

/** The filter, besides `all` and `unchecked`, that shows a condition. */
export function groupOf(condition: Condition): Exclude<Filter, 'all' | 'unchecked'> {
  switch (condition) {
    case 'failing':
    case 'overdue':
    case 'expired':
      return 'failing';
    case 'deleted':
    case 'replaced':
    case 'logged-out':
      return 'deleted';
    case 'active':
    case 'idle':
    case 'needs-reauthorization':
      return condition;
  }
}

export function passes(filter: Filter, token: SeenToken, condition: Condition): boolean {
  if (filter === 'all') return true;
  if (filter === 'unchecked') return isUnchecked(token, condition);
  return groupOf(condition) === filter;
}

/** What needs somebody first; what somebody has looked at comes after what nobody has. */
const RANK = {
  'needs-reauthorization': 0,
  failing: 1,
  overdue: 2,
  expired: 5,
  active: 6,
  idle: 7,
  'logged-out': 8,
  replaced: 9,
  deleted: 10,
} as const satisfies Record<Condition, number>;
const RANK_WHEN_CHECKED = { 'needs-reauthorization': 3, failing: 4 } as const;

/** The lower, the sooner. */
export function urgencyOf({ row }: SeenToken, condition: Condition): number {
  const isTrouble = condition === 'needs-reauthorization' || condition === 'failing';
  if (isTrouble && row.checkedAtMs !== undefined) return RANK_WHEN_CHECKED[condition];
  return RANK[condition];
}
