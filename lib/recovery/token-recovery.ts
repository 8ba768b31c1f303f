/**
 * Recovers one token: looks at its secret and at the index, and writes what follows, on condition
 * that the index is still as it was seen. Repeating it, or dying anywhere in it, does no harm.
 *
 *   recovery   row r ── secret ── row r still, its keys ── in deletion? ── commit on r
 *   save                    version ── commit r→r+1: the recovery's is refused, it looks again
 */
import { backoffMs } from '../backoff.ts';
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import { keysOf } from '../token-index/lookup-key.ts';
import type { TokenIndex } from '../token-index/token-index.ts';
import { TokenLookup } from '../token-lookup.ts';
import type { ListedSecret, TokenVault } from '../vault/token-vault.ts';
import { newestVersion } from './newest-version.ts';
import { recoveryPlan, type TokenSeen } from './recovery-plan.ts';
import type { RecoveryMode, RecoveryOutcome } from './recovery-report.ts';

/** A token that others commit to more often than this in a row is in use, and well. */
const ATTEMPTS = 5;

export interface TokenRecoveryOptions {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  readonly clock: Pick<Clock, 'nowMs'>;
  /** In [0, 1), for jitter. */
  readonly random: () => number;
  readonly logoutAtMs?: number | undefined;
}

export interface RecoverRequest {
  readonly mode: RecoveryMode;
  /** Outcomes that are not to be carried out yet: they are only told. */
  readonly later?: readonly RecoveryOutcome[];
}

export class TokenRecovery {
  readonly #o: TokenRecoveryOptions;

  constructor(options: TokenRecoveryOptions) {
    this.#o = options;
  }

  /**
   * @param listed - as the list showed it, or as its row names it
   * @throws LatchkeyError STORE_UNAVAILABLE; Error for a secret that is not one of ours
   */
  async recover(
    listed: ListedSecret | Pick<ListedSecret, 'id' | 'secretArn'>,
    { mode, later = [] }: RecoverRequest,
    deadline: Deadline,
  ): Promise<RecoveryOutcome> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await deadline.wait(backoffMs(attempt, this.#o.random()));
      const seen = await this.#see(listed, deadline);
      if (seen === undefined) continue;
      const { outcome, rows, keyRows } = recoveryPlan(seen);
      if (mode === 'report' || rows.length === 0 || later.includes(outcome)) return outcome;
      if ((await this.#o.index.commit({ rows, keyRows }, deadline)) === 'committed') return outcome;
    }
    return 'changed';
  }

  /** Undefined where the row changed meanwhile: what the secret said may be from before that. */
  async #see(
    listed: ListedSecret | Pick<ListedSecret, 'id' | 'secretArn'>,
    deadline: Deadline,
  ): Promise<TokenSeen | undefined> {
    const { index, vault, clock, logoutAtMs } = this.#o;
    const { id, secretArn } = listed;
    const before = (await index.read({ ids: [id] }, deadline)).rows.get(id);
    const [current, previous] = await Promise.all([
      vault.readCurrent(secretArn, deadline),
      vault.readPrevious(secretArn, deadline),
    ]);
    const tokens = [current, previous].flatMap((version) => version?.content.token ?? []);
    const keys = [...new Set([...(before?.keys ?? []), ...tokens.flatMap(keysOf)])];
    const lookup = await new TokenLookup(index).read({ ids: [id], keys }, deadline);
    const row = lookup.rows.get(id);
    if (row?.revision !== before?.revision) return undefined;
    // After the row: who deletes a token buries its row first, and lets its secret go then.
    const isListed = current !== undefined && 'createdAtMs' in listed;
    const secret = isListed
      ? { ...listed, inDeletion: false }
      : await vault.describe(secretArn, deadline);
    const newest = newestVersion(id, current, previous, row?.versionId);
    return { id, secret, newest, lookup, nowMs: clock.nowMs(), logoutAtMs };
  }
}
