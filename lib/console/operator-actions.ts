/**
 * What an operator may do to a token from the console: ask for a refresh, and note that somebody has
 * looked at its failure. Both stand in the row as it was shown, or not at all, and neither touches
 * a secret: the next sweep does the refresh.
 */
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import { policyOf, type RefreshPolicies, scheduledAtMs } from '../refresh-policy.ts';
import type { OperatorNotes } from '../token-index/operator-notes.ts';
import { isAlive, type TokenIndex, type TokenRow } from '../token-index/token-index.ts';

/** A token as it was shown to the operator. */
export interface ShownToken {
  readonly id: string;
  readonly revision: number;
  /** When the failure was that was shown with it. */
  readonly failedAtMs?: number;
}

/** Why nothing was done. */
export type Refusal =
  | 'unknown'
  /** Deleted, logged out or superseded. */
  | 'gone'
  /** It has no refresh token, or not all that a refresh takes. */
  | 'cannot-refresh'
  /** A refresh is asked for already, and is not done yet. */
  | 'already-requested'
  /** It has not failed, so there is nothing to look at. */
  | 'no-failure'
  /** Something became of it since it was shown. */
  | 'changed';

export type ActionOutcome =
  /** `refreshAtMs`: from when on the refresh can be had. */
  | { readonly done: 'requested'; readonly nowMs: number; readonly refreshAtMs: number }
  | { readonly done: 'checked' }
  | { readonly refused: Refusal };

export interface OperatorActionsOptions {
  readonly index: Pick<TokenIndex, 'read'>;
  readonly notes: OperatorNotes;
  readonly policies: RefreshPolicies;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export class OperatorActions {
  readonly #o: OperatorActionsOptions;

  constructor(options: OperatorActionsOptions) {
    this.#o = options;
  }

  /**
   * Asks for a refresh, due at once or when the budgets allow it: of a token that needs
   * re-authorization it is a probe.
   * @throws LatchkeyError STORE_UNAVAILABLE
   */
  async requestRefresh(shown: ShownToken, deadline: Deadline): Promise<ActionOutcome> {
    const { notes, policies, clock } = this.#o;
    const row = await this.#asShown(shown, deadline);
    if (typeof row === 'string') return { refused: row };
    if (row.refreshRequestedAtMs !== undefined) return { refused: 'already-requested' };
    const nowMs = clock.nowMs();
    const requested = { ...row, refreshRequestedAtMs: nowMs };
    const refreshAtMs = scheduledAtMs(requested, policyOf(policies, row.provider));
    if (refreshAtMs === undefined) return { refused: 'cannot-refresh' };
    // It may be due before that for another reason: an announcement is not to wait for a budget.
    const dueAtMs = Math.min(refreshAtMs, row.dueAtMs ?? refreshAtMs);
    const noted =
      (await notes.requestRefresh({ row, nowMs, dueAtMs }, deadline)) ||
      (await this.#isRequested(shown.id, nowMs, deadline));
    return noted ? { done: 'requested', nowMs, refreshAtMs } : { refused: 'changed' };
  }

  /** Whether it was asked for just then: the client repeats an update whose answer was lost. */
  async #isRequested(id: string, nowMs: number, deadline: Deadline): Promise<boolean> {
    const { rows } = await this.#o.index.read({ ids: [id] }, deadline);
    return rows.get(id)?.refreshRequestedAtMs === nowMs;
  }

  /** @throws LatchkeyError STORE_UNAVAILABLE */
  async noteChecked(shown: ShownToken, deadline: Deadline): Promise<ActionOutcome> {
    const { notes, clock } = this.#o;
    const row = await this.#asShown(shown, deadline);
    if (typeof row === 'string') return { refused: row };
    if (row.failure === undefined) return { refused: 'no-failure' };
    const noted = await notes.noteChecked({ row, nowMs: clock.nowMs() }, deadline);
    return noted ? { done: 'checked' } : { refused: 'changed' };
  }

  /**
   * A save, a refresh or a failure since it was shown: what was asked for may have happened, and an
   * answer that the dashboard repeats must not do it again.
   */
  async #asShown(shown: ShownToken, deadline: Deadline): Promise<TokenRow | Refusal> {
    const { rows, generation } = await this.#o.index.read({ ids: [shown.id] }, deadline);
    const row = rows.get(shown.id);
    if (row === undefined) return 'unknown';
    if (!isAlive(row, generation)) return 'gone';
    const same = row.revision === shown.revision && row.failure?.atMs === shown.failedAtMs;
    return same ? row : 'changed';
  }
}
