/**
 * What one user's token went through, minute by minute, read off its row in the index: what
 * changed from one look to the next, and what state it was in. Pure; times are arguments.
 */
import type { TokenRow } from '../../../lib/token-index/token-index.ts';

export type State = 'fresh' | 'expired' | 'needs-login';

export type Change =
  | 'refreshed'
  /** Refreshed, after attempts that failed. */
  | 'healed'
  | 'failed'
  /** The provider refused the grant, and the token is not given up yet. */
  | 'refused'
  /** The provider refused it again: the user has to log in. */
  | 'given-up'
  | 'logged-in'
  /** The user withdrew consent at the provider. No row knows. */
  | 'withdrawn';

export interface Moment {
  readonly minute: number;
  readonly change: Change;
  /** What the replaced access token had left to live. Milliseconds. */
  readonly lifeLeftMs: number;
}

/** What is looked at of a token's row. */
export type Seen = Pick<TokenRow, 'state' | 'expiresAtMs' | 'refreshedAtMs' | 'failure'>;

export class Track {
  readonly name: string;
  readonly moments: Moment[] = [];
  /** By minute, from 1. */
  readonly states: State[] = [];
  /** When the access tokens that were replaced would have expired, or did. */
  readonly expiriesMs: number[] = [];
  #row: Seen;

  constructor(name: string, row: Seen) {
    this.name = name;
    this.#row = row;
  }

  look(row: Seen, minute: number, nowMs: number): void {
    const before = this.#row;
    this.#row = row;
    const change = changeOf(before, row);
    if (change !== undefined) this.note(change, minute, nowMs, before);
    if (change === 'refreshed' || change === 'healed' || change === 'logged-in') {
      this.expiriesMs.push(before.expiresAtMs ?? 0);
    }
    this.states[minute] = stateOf(row, nowMs);
  }

  note(change: Change, minute: number, nowMs: number, { expiresAtMs = 0 } = this.#row): void {
    this.moments.push({ change, minute, lifeLeftMs: expiresAtMs - nowMs });
  }

  having(...changes: readonly Change[]): Moment[] {
    return this.moments.filter(({ change }) => changes.includes(change));
  }
}

function changeOf(before: Seen, after: Seen): Change | undefined {
  const needsLogin = (row: Seen) => row.state === 'needs-reauthorization';
  if (needsLogin(before) !== needsLogin(after)) return needsLogin(after) ? 'given-up' : 'logged-in';
  if (after.refreshedAtMs !== before.refreshedAtMs) {
    return before.failure === undefined ? 'refreshed' : 'healed';
  }
  if (after.failure === undefined || after.failure.count === before.failure?.count)
    return undefined;
  return after.failure.verdict.startsWith('revoked') ? 'refused' : 'failed';
}

function stateOf({ state, expiresAtMs = 0 }: Seen, nowMs: number): State {
  if (state === 'needs-reauthorization') return 'needs-login';
  return expiresAtMs > nowMs ? 'fresh' : 'expired';
}
