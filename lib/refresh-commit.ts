/**
 * How what a provider gave becomes what the store holds: a secret version at once, then the commit
 * under the lease. Owns what happens when somebody else was first, and what a dead worker left.
 */
import { backoffMs } from './backoff.ts';
import type { Clock } from './clock.ts';
import { commitToken } from './commit-token.ts';
import type { Deadline } from './deadline.ts';
import { LatchkeyError } from './errors.ts';
import type { Freshened } from './freshness.ts';
import { findLeftBehind, isRotated, keepable, mintedPart } from './left-behind.ts';
import type { Observer } from './observer.ts';
import type { FailedRefresh } from './provider/token-provider.ts';
import { failureOfGranted } from './refresh-failure.ts';
import { policyOf, type RefreshPolicies } from './refresh-policy.ts';
import type { Secret } from './secret.ts';
import type { Token } from './token.ts';
import { keysOf, type LookupKey, lookupKeys } from './token-index/lookup-key.ts';
import type { TokenIndex, TokenRow } from './token-index/token-index.ts';
import type { StoredToken, TokenReader } from './token-reader.ts';
import { nextRow, type Writing } from './token-row.ts';
import { fitsSecret } from './vault/secret-json.ts';
import type { SecretContent, SecretVersion, TokenVault } from './vault/token-vault.ts';

/** A lease that this worker holds, and the token as it stood when it was taken. */
export interface Held {
  readonly row: TokenRow;
  readonly token: Token;
  readonly lease: { readonly owner: string; readonly fence: number };
  readonly occasion: 'use' | 'schedule';
  /** False where what is stored was minted for a worker before this one. */
  readonly minted: boolean;
  /**
   * It was taken from others that may be alive, and may yet store what they were given. Unless this
   * worker commits, it leaves the lease open, so that the next one looks for it.
   */
  readonly takenOver: boolean;
  /** What the answer came to, where nothing but a rotated refresh token of it could be kept. */
  readonly failed?: FailedRefresh;
}

export interface RefreshCommitOptions {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  readonly reader: TokenReader;
  readonly observer: Observer;
  readonly clock: Clock;
  readonly random: () => number;
  readonly policies: RefreshPolicies;
}

/** Of the backoff: the client has made its own quick repetitions already. */
const FIRST_PAUSE = 3;

export class RefreshCommit {
  readonly #o: RefreshCommitOptions;

  constructor(options: RefreshCommitOptions) {
    this.#o = options;
  }

  /** Whether a secret can hold the token: some servers answer with anything. */
  fits(held: Held, token: Token): boolean {
    return fitsSecret(contentOf(held.row, token, held));
  }

  /** The provider's answer becomes a version at once: a rotated refresh token exists only here. */
  async store(
    held: Held,
    token: Token,
    deadline: Deadline,
  ): Promise<Freshened | 'changed' | 'secret-gone'> {
    const content = contentOf(held.row, token, held);
    const write = () => this.#o.vault.write(held.row.secretArn, content, deadline);
    // What was rotated is looked for however late it is stored. The rest can be asked for again.
    const untilMs = isRotated(token, held.token) ? Number.POSITIVE_INFINITY : leaseEndMs(held);
    const version = await this.#insist(write, untilMs, deadline);
    if (version === 'gone') return 'secret-gone';
    return this.#commit(held, version, content, deadline);
  }

  /**
   * Of an answer that no secret can hold the rotated refresh token, if one can hold that: the grant
   * lives on, though nothing is there to be handed out. Undefined where it cannot be kept.
   */
  async storeRotated(
    holder: Held,
    refreshToken: Secret,
    failed: FailedRefresh,
    deadline: Deadline,
  ): Promise<Freshened | 'changed' | undefined> {
    const held = { ...holder, failed };
    if (!isRotated({ refreshToken }, held.token)) return undefined;
    const kept = keepable(held.token, { refreshToken }, (each) => this.fits(held, each));
    if (kept === undefined) return undefined;
    const stored = await this.store(held, kept, deadline);
    return stored === 'secret-gone' ? undefined : stored;
  }

  /**
   * A worker died under the lease before this one: what it stored need not be asked again, and
   * cannot be where the provider rotates. It may have died long ago, so what was adopted is looked
   * at anew. False where it left nothing that still counts.
   *
   *   dead worker   lease f=1 ── version f=1 ── †
   *   save                                        commit r→r+1: now previous, not current
   *   this worker                                                 lease f=2 ── finds version f=1
   */
  async adopt(holder: Held, deadline: Deadline): Promise<boolean> {
    const held = { ...holder, minted: false };
    const { row, token } = held;
    const left = await findLeftBehind(this.#o.vault, row, held.lease.fence, deadline);
    if (left === undefined) return false;
    if (left.content.revision === row.revision + 1) {
      await this.#commit(held, left.version, left.content, deadline);
      return true;
    }
    const mine = mintedPart(left.content.token, token);
    if (!isRotated(mine, token)) return false;
    const merged = keepable(token, mine, (each) => this.fits(held, each));
    if (merged === undefined) return false;
    return (await this.store(held, merged, deadline)) !== 'secret-gone';
  }

  async release(held: Held, deadline: Deadline, leavesOpen = held.takenOver): Promise<void> {
    const { row, lease } = held;
    const { id, revision } = row;
    await this.#o.index.endLease({ id, ...lease, revision, leavesOpen }, deadline);
  }

  async #commit(
    held: Held,
    version: SecretVersion,
    content: SecretContent,
    deadline: Deadline,
  ): Promise<Freshened | 'changed'> {
    const { row, lease } = held;
    const { token } = content;
    const after = nextRow(row, token, version, this.#writing(held));
    let known: Pick<Parameters<typeof commitToken>[1], 'keyRows' | 'keysRead'> = {
      keyRows: new Map(),
      keysRead: [],
    };
    for (let attempt = 0; ; attempt += 1) {
      const commit = { before: row, after, lease, ...known };
      const put = () => commitToken(this.#o.index, commit, deadline);
      if ((await this.#insist(put, leaseEndMs(held), deadline)) === 'committed') {
        return this.#refreshed(held, version, content, after);
      }
      const keysRead = changedKeys(row, token);
      const look = () => this.#o.index.read({ ids: [row.id], keys: keysRead }, deadline);
      const seen = await this.#insist(look, leaseEndMs(held), deadline);
      const standing = seen.rows.get(row.id);
      // An earlier try took effect, and its answer was lost.
      if (standing?.versionId === version.versionId && standing.revision === after.revision) {
        return this.#refreshed(held, version, content, standing);
      }
      const mine = standing?.lease?.owner === lease.owner && standing.fence === lease.fence;
      if (!mine || standing.revision !== row.revision) return this.#yield(held, token, deadline);
      known = { keyRows: seen.keyRows, keysRead };
      await deadline.wait(backoffMs(attempt, this.#o.random()));
    }
  }

  /**
   * Someone else committed first: theirs stands where it brought other credentials. If theirs still
   * holds the refresh token that this refresh used up, or the access token that it was to replace,
   * then ours is the one that works, and goes on top as a save would. The lease is kept until then:
   * dying here must leave it behind, or nobody would look for the version that holds a rotated one.
   */
  async #yield(held: Held, mine: Token, deadline: Deadline): Promise<Freshened | 'changed'> {
    const rotated = isRotated(mine, held.token);
    for (let attempt = 0; ; attempt += 1) {
      if (attempt > 0) await deadline.wait(backoffMs(attempt, this.#o.random()));
      const reload = () => this.#o.reader.reload(held.row.id, deadline);
      const winner = await this.#insist(reload, leaseEndMs(held), deadline);
      // The token has gone, and may be restored: it needs what the provider rotated.
      if (winner === undefined) return this.#lose(held, rotated || held.takenOver, deadline);
      const { refreshToken, accessToken } = winner.token;
      if (!refreshToken?.equals(held.token.refreshToken)) return this.#lose(held, false, deadline);
      if (!rotated && !sameSecret(accessToken, held.token.accessToken)) {
        return this.#lose(held, held.takenOver, deadline);
      }
      const put = () => this.#putOnTop(winner, mine, held, deadline);
      const committed = await this.#insist(put, leaseEndMs(held), deadline);
      if (committed === 'conflict') continue;
      await this.release(held, deadline, false).catch(() => undefined);
      return committed;
    }
  }

  async #lose(held: Held, leavesOpen: boolean, deadline: Deadline): Promise<'changed'> {
    await this.release(held, deadline, leavesOpen);
    this.#o.observer.wasted({ tokenId: held.row.id });
    return 'changed';
  }

  /**
   * A provider that rotates gave what exists nowhere else: while there is time, a store that is
   * throttled or down is tried again. Each try may have taken effect though its answer was lost.
   */
  async #insist<Result>(
    run: () => Promise<Result>,
    untilMs: number,
    deadline: Deadline,
  ): Promise<Result> {
    const { clock, random } = this.#o;
    for (let attempt = FIRST_PAUSE; ; attempt += 1) {
      try {
        return await run();
      } catch (error) {
        const passing = error instanceof LatchkeyError && error.retryable;
        const pauseMs = backoffMs(attempt, random());
        const leftMs = Math.min(deadline.remainingMs(), untilMs - clock.nowMs());
        if (!passing || pauseMs >= leftMs) throw error;
        await deadline.wait(pauseMs);
      }
    }
  }

  async #putOnTop(
    { row, token: theirs }: StoredToken,
    mine: Token,
    held: Held,
    deadline: Deadline,
  ): Promise<Freshened | 'changed' | 'conflict'> {
    const { vault, index } = this.#o;
    const fits = (each: Token) => fitsSecret(contentOf(row, each, held));
    const token = keepable(theirs, mintedPart(mine, held.token), fits);
    if (token === undefined) return 'changed';
    const content = contentOf(row, token, held);
    const version = await vault.write(row.secretArn, content, deadline);
    if (version === 'gone') return 'changed';
    const after = nextRow(row, token, version, this.#writing(held));
    const keysRead = changedKeys(row, token);
    const { keyRows } = await index.read({ keys: keysRead }, deadline);
    const commit = { before: row, after, keyRows, keysRead };
    if ((await commitToken(index, commit, deadline)) === 'conflict') return 'conflict';
    return this.#refreshed(held, version, content, after);
  }

  #refreshed(
    { failed }: Held,
    version: SecretVersion,
    content: SecretContent,
    row: TokenRow,
  ): Freshened {
    this.#o.reader.remember(version, content);
    return { stored: { row, token: content.token }, freshness: failed?.verdict ?? 'refreshed' };
  }

  #writing({ row, occasion, minted, failed }: Held): Writing {
    const { clock, policies, random } = this.#o;
    const policy = policyOf(policies, row.provider);
    const nowMs = clock.nowMs();
    const failure = failed && failureOfGranted(failed, row.failure, nowMs, random());
    return { by: occasion, minted, nowMs, policy, ...(failure && { failure }) };
  }
}

function leaseEndMs({ row }: Held): number {
  return row.lease?.untilMs ?? 0;
}

/** What a refresh writes: by its fence and what it used up a successor knows it. */
function contentOf({ id, revision }: TokenRow, token: Token, held: Held): SecretContent {
  const spent = lookupKeys(held.token).refresh;
  return {
    id,
    revision: revision + 1,
    fence: held.lease.fence,
    ...(spent && { spent }),
    token,
  };
}

/** The keys that a refresh adds or drops. Those it keeps it leaves alone: it is not a save. */
function changedKeys(row: TokenRow, token: Token): readonly LookupKey[] {
  const keys = keysOf(token);
  return [
    ...row.keys.filter((key) => !keys.includes(key)),
    ...keys.filter((key) => !row.keys.includes(key)),
  ];
}

function sameSecret(a: Secret | undefined, b: Secret | undefined): boolean {
  return a?.equals(b) ?? b === undefined;
}
