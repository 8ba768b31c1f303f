/**
 * Refreshes a token under its lease: one worker at a time, fenced, and what the provider gave is
 * stored before anything else happens. Owns the order of lease, provider call, secret version and
 * commit; when to refresh is `refresh-policy.ts`, what an answer means is the provider's.
 *
 *   worker A   lease f=1 ──── provider ─── (frozen) ─────────────── commit f=1 refused: fence is 2
 *   worker B                     lease runs out ── lease f=2 ── looks what A stored ── commit f=2
 */
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { commitToken } from './commit-token.ts';
import type { Deadline } from './deadline.ts';
import type { RefreshGrant, RefreshVerdict, TokenProvider } from './provider/token-provider.ts';
import { canRefresh, type RefreshPolicy, refreshNeed, retryAtMs } from './refresh-policy.ts';
import { mergeToken, type Token } from './token.ts';
import { keysOf, type LookupKey } from './token-index/lookup-key.ts';
import type { TokenIndex, TokenRow } from './token-index/token-index.ts';
import type { StoredToken, TokenReader } from './token-reader.ts';
import { nextRow } from './token-row.ts';
import type { SecretContent, SecretVersion, TokenVault } from './vault/token-vault.ts';

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

/** A provider call that cannot take this long is not begun. */
const SHORTEST_PROVIDER_CALL_MS = 1_000;
/** Between two looks at a token that another worker is refreshing. */
const POLL_MS = 100;

/** Why the token is as it is after a refresh was considered. */
export type Freshness =
  | 'fresh'
  | 'refreshed'
  | 'cannot-refresh'
  | 'revoked'
  | 'backing-off'
  | 'too-soon'
  /** No time left for a provider call before the deadline. */
  | 'no-time'
  | Exclude<RefreshVerdict['verdict'], 'refreshed'>;

export interface Freshened {
  readonly stored: StoredToken;
  readonly freshness: Freshness;
}

export interface TokenRefresherOptions {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  readonly reader: TokenReader;
  readonly provider: TokenProvider;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly random: () => number;
  readonly policy: RefreshPolicy;
  readonly timings: RefreshTimings;
}

/** A lease that this worker holds, and the token as it stood when it was taken. */
interface Held {
  readonly row: TokenRow;
  readonly token: Token;
  readonly lease: { readonly owner: string; readonly fence: number };
}

export class TokenRefresher {
  readonly #o: TokenRefresherOptions;

  constructor(options: TokenRefresherOptions) {
    this.#o = options;
  }

  /**
   * The token with at least `minValidMs` of life, or as fresh as it can be had; undefined when it
   * has gone meanwhile. Waits for another worker's refresh rather than make a second one.
   */
  async freshen(
    found: StoredToken,
    minValidMs: number,
    deadline: Deadline,
  ): Promise<Freshened | undefined> {
    let stored = found;
    for (;;) {
      const need = refreshNeed(stored, minValidMs, this.#o.clock.nowMs(), this.#o.policy);
      if (!need.refresh) return { stored, freshness: need.reason };
      if (this.#providerBudgetMs(deadline) < SHORTEST_PROVIDER_CALL_MS) {
        return { stored, freshness: 'no-time' };
      }
      const outcome = await this.#tryRefresh(stored, deadline);
      if (typeof outcome === 'object') return outcome;
      if (outcome === 'held') await deadline.wait(POLL_MS * (0.5 + this.#o.random()));
      const now = await this.#o.reader.reload(stored.row.id, deadline);
      if (now === undefined) return undefined;
      stored = now;
    }
  }

  async #tryRefresh(
    { row, token }: StoredToken,
    deadline: Deadline,
  ): Promise<Freshened | 'held' | 'changed'> {
    const owner = this.#o.newId();
    const nowMs = this.#o.clock.nowMs();
    const { providerTimeoutMs, persistMs } = this.#o.timings;
    const untilMs = nowMs + providerTimeoutMs + persistMs;
    const taken = await this.#o.index.acquireLease({ row, owner, nowMs, untilMs }, deadline);
    if (taken.outcome !== 'acquired') return taken.outcome;
    const held = { row: taken.row, token, lease: { owner, fence: taken.row.fence } };
    if (taken.abandoned && (await this.#adopt(held, deadline))) return 'changed';
    const verdict = await this.#askProvider(held, deadline);
    if (verdict.verdict !== 'refreshed') return this.#noteFailure(held, verdict, deadline);
    const { verdict: _refreshed, ...given } = verdict;
    return this.#store(held, mergeToken(held.token, given), deadline);
  }

  /**
   * A worker that was given nothing lets go of its lease. One that fails later leaves it to run
   * out, for its successor to look first for what it stored.
   */
  async #askProvider(held: Held, deadline: Deadline): Promise<RefreshVerdict> {
    const nowMs = this.#o.clock.nowMs();
    const leaseLeftMs = (held.row.lease?.untilMs ?? nowMs) - nowMs - this.#o.timings.persistMs;
    try {
      return await this.#o.provider.refresh(grantOf(held.token), {
        timeoutMs: Math.max(0, Math.min(this.#providerBudgetMs(deadline), leaseLeftMs)),
        signal: deadline.signal,
        nowMs,
      });
    } catch (error) {
      await this.#release(held, deadline).catch(() => undefined);
      throw error;
    }
  }

  /** The provider's answer becomes a version at once: a rotated refresh token exists only here. */
  async #store(held: Held, token: Token, deadline: Deadline): Promise<Freshened | 'changed'> {
    const { row, lease } = held;
    const { id, revision, secretArn } = row;
    const content = { id, revision: revision + 1, fence: lease.fence, token };
    const version = await this.#o.vault.write(secretArn, content, deadline);
    if (version !== 'gone') return this.#commit(held, version, content, deadline);
    return this.#noteFailure(held, { verdict: 'outage', reason: 'secret-gone' }, deadline);
  }

  async #commit(
    held: Held,
    version: SecretVersion,
    content: SecretContent,
    deadline: Deadline,
  ): Promise<Freshened | 'changed'> {
    const { row, lease } = held;
    const { token } = content;
    const after = nextRow(row, token, version, this.#o.clock.nowMs());
    let known: Pick<Parameters<typeof commitToken>[1], 'keyRows' | 'keysRead'> = {
      keyRows: new Map(),
      keysRead: [],
    };
    for (let attempt = 0; ; attempt += 1) {
      const commit = { before: row, after, lease, ...known };
      if ((await commitToken(this.#o.index, commit, deadline)) === 'committed') {
        this.#o.reader.remember(version, content);
        return { stored: { row: after, token }, freshness: 'refreshed' };
      }
      const keysRead = changedKeys(row, token);
      const seen = await this.#o.index.read({ ids: [row.id], keys: keysRead }, deadline);
      const standing = seen.rows.get(row.id);
      const mine = standing?.lease?.owner === lease.owner && standing.fence === lease.fence;
      if (!mine || standing.revision !== row.revision) return this.#yield(held, token, deadline);
      known = { keyRows: seen.keyRows, keysRead };
      await deadline.wait(backoffMs(attempt, this.#o.random()));
    }
  }

  /**
   * Someone else committed first: theirs stands. Unless the provider rotated the refresh token and
   * theirs still holds the one that this refresh used up: then ours is the only one that works,
   * and it goes on top as a save would.
   */
  async #yield(held: Held, mine: Token, deadline: Deadline): Promise<Freshened | 'changed'> {
    await this.#release(held, deadline);
    const rotated = mine.refreshToken?.equals(held.token.refreshToken) === false;
    if (!rotated) return 'changed';
    for (let attempt = 0; ; attempt += 1) {
      if (attempt > 0) await deadline.wait(backoffMs(attempt, this.#o.random()));
      const winner = await this.#o.reader.reload(held.row.id, deadline);
      if (!winner?.token.refreshToken?.equals(held.token.refreshToken)) return 'changed';
      const { row } = winner;
      const token = mergeToken(winner.token, mintedPart(mine));
      const content = { id: row.id, revision: row.revision + 1, token };
      const version = await this.#o.vault.write(row.secretArn, content, deadline);
      if (version === 'gone') return 'changed';
      const after = nextRow(row, token, version, this.#o.clock.nowMs());
      const keysRead = changedKeys(row, token);
      const { keyRows } = await this.#o.index.read({ keys: keysRead }, deadline);
      const commit = { before: row, after, keyRows, keysRead };
      if ((await commitToken(this.#o.index, commit, deadline)) === 'conflict') continue;
      this.#o.reader.remember(version, content);
      return { stored: { row: after, token }, freshness: 'refreshed' };
    }
  }

  /**
   * A worker died under an earlier lease: what it stored before it died need not be asked again.
   * It may have died long ago, so what was adopted is looked at anew.
   */
  async #adopt(held: Held, deadline: Deadline): Promise<boolean> {
    const { row, lease } = held;
    const current = await this.#o.vault.readCurrent(row.secretArn, deadline);
    if (current === undefined || current.content.id !== row.id) return false;
    const { revision, fence = lease.fence } = current.content;
    const leftByRefresh = revision === row.revision + 1 && fence < lease.fence;
    if (!leftByRefresh) return false;
    await this.#commit(held, current.version, current.content, deadline);
    return true;
  }

  async #noteFailure(
    held: Held,
    { verdict, reason }: Exclude<RefreshVerdict, { verdict: 'refreshed' }>,
    deadline: Deadline,
  ): Promise<Freshened | 'changed'> {
    const { row, lease } = held;
    const now = await this.#o.reader.livingRow(row.id, deadline);
    if (now?.revision !== row.revision) {
      await this.#release(held, deadline);
      return 'changed';
    }
    const nowMs = this.#o.clock.nowMs();
    const count = (row.failure?.count ?? 0) + 1;
    const failure = {
      verdict: `${verdict}: ${reason}`,
      atMs: nowMs,
      count,
      retryAtMs: Math.ceil(retryAtMs(count, nowMs, this.#o.random())),
    };
    const { id, revision } = row;
    const state = verdict === 'revoked' ? ('needs-reauthorization' as const) : undefined;
    await this.#o.index.endLease(
      { id, ...lease, revision, failure, ...(state && { state }) },
      deadline,
    );
    const { lease: _ended, ...free } = row;
    const noted = { ...free, failure, ...(state && { state }) };
    return { stored: { row: noted, token: held.token }, freshness: verdict };
  }

  async #release({ row, lease }: Held, deadline: Deadline): Promise<void> {
    const { id, revision } = row;
    await this.#o.index.endLease({ id, ...lease, revision }, deadline);
  }

  #providerBudgetMs(deadline: Deadline): number {
    const { providerTimeoutMs, persistMs } = this.#o.timings;
    return Math.min(providerTimeoutMs, deadline.remainingMs() - persistMs);
  }
}

/** The keys that a refresh adds or drops. Those it keeps it leaves alone: it is not a save. */
function changedKeys(row: TokenRow, token: Token): readonly LookupKey[] {
  const keys = keysOf(token);
  return [
    ...row.keys.filter((key) => !keys.includes(key)),
    ...keys.filter((key) => !row.keys.includes(key)),
  ];
}

/** What of a refreshed token the provider gave: all that it may put over another's save. */
function mintedPart({ accessToken, refreshToken, expiresAtMs }: Token): Token {
  return {
    ...(accessToken !== undefined && { accessToken }),
    ...(refreshToken !== undefined && { refreshToken }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}

function grantOf(token: Token): RefreshGrant {
  const { clientId, clientSecret, refreshToken, apiDomain } = token;
  if (!canRefresh(token) || !clientId || !clientSecret || !refreshToken) {
    throw new Error('A refresh was begun for a token that cannot be refreshed.');
  }
  return { clientId, clientSecret, refreshToken, ...(apiDomain !== undefined && { apiDomain }) };
}
