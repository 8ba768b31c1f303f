/**
 * Refreshes a token under its lease: one worker at a time, fenced, and what the provider gave is
 * stored before anything else happens. Owns the order of lease, provider call and what follows;
 * when to refresh is `refresh-policy.ts`, how the outcome is stored `refresh-commit.ts`, what comes
 * of a failure `refresh-judge.ts`.
 *
 *   worker A   lease f=1 ──── provider ─── (frozen) ─────────────── commit f=1 refused: fence is 2
 *   worker B                     lease runs out ── lease f=2 ── looks what A stored ── commit f=2
 */
import { lookAgainMs } from './backoff.ts';
import type { ClientHealth } from './client-health/client-health.ts';
import type { Clock } from './clock.ts';
import type { Deadline } from './deadline.ts';
import type { Freshened } from './freshness.ts';
import type { Observer } from './observer.ts';
import type { RefreshGrant, RefreshVerdict, TokenProvider } from './provider/token-provider.ts';
import { type Held, RefreshCommit } from './refresh-commit.ts';
import { RefreshJudge } from './refresh-judge.ts';
import {
  policyOf,
  type RefreshOccasion,
  type RefreshPolicies,
  type RefreshPolicy,
  refreshNeed,
  scheduledAtMs,
} from './refresh-policy.ts';
import type { Secret } from './secret.ts';
import { canRefresh, mergeToken, type Token } from './token.ts';
import type { TokenIndex } from './token-index/token-index.ts';
import type { StoredToken, TokenReader } from './token-reader.ts';
import type { TokenVault } from './vault/token-vault.ts';

export interface RefreshTimings {
  /** How long the provider may take to answer. Milliseconds. */
  readonly providerTimeoutMs: number;
  /** Kept back of every deadline for storing what the provider gave. */
  readonly persistMs: number;
}

export const DEFAULT_REFRESH_TIMINGS: RefreshTimings = {
  providerTimeoutMs: 5_000,
  persistMs: 4_000,
};

/** What the provider answered. */
interface Asked {
  readonly verdict: RefreshVerdict;
  /** The refresh token of an answer that cannot be kept whole. */
  readonly rotated?: Secret;
}

/** A provider call that cannot take this long is not begun. */
const SHORTEST_PROVIDER_CALL_MS = 1_000;

export interface TokenRefresherOptions {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  readonly reader: TokenReader;
  readonly provider: TokenProvider;
  readonly health: ClientHealth;
  readonly observer: Observer;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  readonly policies: RefreshPolicies;
  readonly timings: RefreshTimings;
}

export class TokenRefresher {
  readonly #o: TokenRefresherOptions;
  readonly #commit: RefreshCommit;
  readonly #judge: RefreshJudge;

  constructor(options: TokenRefresherOptions) {
    this.#o = options;
    this.#commit = new RefreshCommit(options);
    this.#judge = new RefreshJudge(options, this.#commit);
  }

  /**
   * The token as fresh as the occasion asks for, or as it can be had; undefined when it has gone
   * meanwhile. Waits for another worker's refresh rather than make a second one.
   */
  async freshen(
    found: StoredToken,
    occasion: RefreshOccasion,
    deadline: Deadline,
  ): Promise<Freshened | undefined> {
    let stored = found;
    for (let waitedMs = 0; ; ) {
      const policy = policyOf(this.#o.policies, stored.row.provider);
      const need = refreshNeed(stored.row, occasion, this.#o.clock.nowMs(), policy);
      if (!need.refresh) return { stored, freshness: need.reason };
      // Rows from before there was a scheduled refresh do not know it.
      if (!canRefresh(stored.token)) return { stored, freshness: 'cannot-refresh' };
      if (this.#providerBudgetMs(deadline) < SHORTEST_PROVIDER_CALL_MS) {
        return { stored, freshness: 'no-time' };
      }
      const outcome = await this.#tryRefresh(stored, occasion, deadline);
      if (typeof outcome === 'object') return outcome;
      if (outcome === 'held') {
        const pauseMs = lookAgainMs(waitedMs, this.#o.random());
        await deadline.wait(pauseMs);
        waitedMs += pauseMs;
      }
      const now = await this.#o.reader.reload(stored.row.id, deadline);
      if (now === undefined) return undefined;
      stored = now;
    }
  }

  async #tryRefresh(
    { row, token }: StoredToken,
    occasion: RefreshOccasion,
    deadline: Deadline,
  ): Promise<Freshened | 'held' | 'changed'> {
    const { clock, newId, index, timings } = this.#o;
    const owner = newId();
    const nowMs = clock.nowMs();
    // Who finds another's lease in the row need not ask for it, at a write for each look.
    if (row.lease !== undefined && row.lease.untilMs > nowMs) return 'held';
    const untilMs = nowMs + timings.providerTimeoutMs + timings.persistMs;
    const taken = await index.acquireLease({ row, owner, nowMs, untilMs }, deadline);
    if (taken.outcome !== 'acquired') return taken.outcome;
    const lease = { owner, fence: taken.row.fence };
    const { fence, openFence = fence } = taken.row;
    const takenOver = taken.abandoned || openFence < fence;
    const held: Held = {
      ...{ row: taken.row, token, lease, takenOver },
      ...{ occasion: occasion.kind, minted: true },
    };
    if (takenOver) {
      const adopted = await this.#commit.adopt(held, deadline);
      if (taken.abandoned || adopted) this.#o.observer.takeover({ tokenId: row.id, adopted });
      if (adopted) return 'changed';
      // It stays open: what is still on its way is found by the look before the next refresh.
      const looked = this.#afterLook(held, occasion);
      if (looked !== undefined) {
        await this.#commit.release(held, deadline);
        return looked;
      }
    }
    // A refresh that failed since the row was read put the next one off, at the same revision.
    const putOff = taken.row.failure?.retryAtMs !== row.failure?.retryAtMs;
    // A process that was frozen just now would ask, and not wait for the answer: with it a rotated
    // refresh token would be lost.
    const tooLate = this.#providerTimeoutMs(held, deadline) < SHORTEST_PROVIDER_CALL_MS;
    if (putOff || tooLate) {
      await this.#commit.release(held, deadline);
      return 'changed';
    }
    const { verdict, rotated } = await this.#askProvider(held, deadline);
    if (verdict.verdict !== 'refreshed') {
      const kept = rotated && (await this.#commit.storeRotated(held, rotated, verdict, deadline));
      return kept ?? this.#judge.note(held, verdict, deadline);
    }
    const { verdict: _refreshed, ...given } = verdict;
    const stored = await this.#commit.store(held, mergeToken(held.token, given), deadline);
    if (stored === 'secret-gone') {
      return this.#judge.note(held, { verdict: 'outage', reason: 'secret-gone' }, deadline);
    }
    await this.#judge.endTrouble({ row, token }, deadline);
    return stored;
  }

  /** The token, where it was taken only for what might have been left behind. */
  #afterLook({ row, token }: Held, occasion: RefreshOccasion): Freshened | undefined {
    const { lease: _ended, ...free } = row;
    const { openFence: _looked, ...closed } = free;
    const policy = policyOf(this.#o.policies, row.provider);
    const need = refreshNeed(closed, occasion, this.#o.clock.nowMs(), policy);
    return need.refresh ? undefined : { stored: { row: free, token }, freshness: need.reason };
  }

  /**
   * A worker that was given nothing lets go of its lease. One that fails later leaves it to run
   * out, for its successor to look first for what it stored.
   */
  async #askProvider(held: Held, deadline: Deadline): Promise<Asked> {
    const { clock, provider, observer, policies } = this.#o;
    const nowMs = clock.nowMs();
    try {
      const answer = await provider.refresh(grantOf(held.token), {
        timeoutMs: this.#providerTimeoutMs(held, deadline),
        signal: deadline.signal,
        nowMs,
      });
      const { verdict, ...asked } = this.#keepable(answer, held);
      const lagMs = lagOf(held, nowMs, policyOf(policies, held.row.provider));
      observer.refresh({
        tokenId: held.row.id,
        verdict: verdict.verdict,
        ...(verdict.verdict !== 'refreshed' && { reason: verdict.reason }),
        occasion: held.occasion,
        ...(lagMs !== undefined && { lagMs }),
        providerMs: clock.nowMs() - nowMs,
      });
      return { verdict, ...asked };
    } catch (error) {
      await this.#commit.release(held, deadline).catch(() => undefined);
      throw error;
    }
  }

  /** Nobody mints what no secret can hold: that is a page, not a token. */
  #keepable(answer: RefreshVerdict, held: Held): Asked {
    if (answer.verdict !== 'refreshed') return { verdict: answer };
    const { verdict: _refreshed, ...given } = answer;
    if (this.#commit.fits(held, mergeToken(held.token, given))) return { verdict: answer };
    const verdict = { verdict: 'malformed', reason: 'too-long-to-keep' } as const;
    const { refreshToken: rotated } = given;
    return { verdict, ...(rotated && { rotated }) };
  }

  /** What is left of deadline and lease for the provider. */
  #providerTimeoutMs({ row }: Held, deadline: Deadline): number {
    const { clock, timings } = this.#o;
    const leaseLeftMs = (row.lease?.untilMs ?? 0) - clock.nowMs() - timings.persistMs;
    return Math.min(this.#providerBudgetMs(deadline), leaseLeftMs);
  }

  #providerBudgetMs(deadline: Deadline): number {
    const { providerTimeoutMs, persistMs } = this.#o.timings;
    return Math.min(providerTimeoutMs, deadline.remainingMs() - persistMs);
  }
}

/** How long after its due time a refresh begins; undefined where the schedule had no part in it. */
function lagOf({ row, occasion }: Held, nowMs: number, policy: RefreshPolicy): number | undefined {
  const dueAtMs = scheduledAtMs(row, policy);
  return occasion === 'schedule' && dueAtMs !== undefined
    ? nowMs - Math.max(dueAtMs, row.writtenAtMs)
    : undefined;
}

function grantOf(token: Token): RefreshGrant {
  const { clientId, clientSecret, refreshToken, apiDomain, provider } = token;
  if (!canRefresh(token) || !clientId || !clientSecret || !refreshToken) {
    throw new Error('A refresh was begun for a token that cannot be refreshed.');
  }
  return {
    clientId,
    clientSecret,
    refreshToken,
    ...(apiDomain !== undefined && { apiDomain }),
    ...(provider !== undefined && { provider }),
  };
}
