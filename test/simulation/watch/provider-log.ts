/** The provider's own log: who asked it how often, and whether that was too often or too late. */
import type { Account } from '../world/account.ts';
import type { Grant, ProviderWatch } from '../world/simulated-provider.ts';
import { PROVIDER } from '../world/world-settings.ts';
import type { Tallies } from './tallies.ts';
import type { Violations } from './violations.ts';

export interface ProviderLogOptions {
  readonly accounts: readonly Account[];
  readonly tallies: Tallies;
  readonly violations: Violations;
}

/** Between a deletion and the last refresh that was under way. */
const REFRESH_UNDER_WAY_MS = 60_000;
const MIN_INTERVAL_MS = 60_000;

export class ProviderLog implements ProviderWatch {
  readonly #o: ProviderLogOptions;

  constructor(options: ProviderLogOptions) {
    this.#o = options;
  }

  asked(grant: Grant, nowMs: number): void {
    const { tallies, accounts, violations } = this.#o;
    tallies.providerCalls.add(nowMs);
    tallies.mostAsked = Math.max(tallies.mostAsked, grant.asked.length);
    const account = accounts[grant.owner];
    const deletedAtMs = account?.deletedAtMs ?? Number.POSITIVE_INFINITY;
    if (account?.grant !== grant || nowMs < deletedAtMs + REFRESH_UNDER_WAY_MS) return;
    violations.add('refreshed-after-delete', nowMs, account.tokenId, account.userName);
  }

  overLimit(grant: Grant, nowMs: number): void {
    const account = this.#o.accounts[grant.owner];
    const what = `${grant.asked.length} times in ${PROVIDER.windowMs / 60_000} minutes`;
    this.#o.violations.add('over-limit', nowMs, account?.tokenId, what);
  }

  /** Twice in a row is right only where whoever was given the first could not store it. */
  minted(grant: Grant, nowMs: number): void {
    const { tallies, violations, accounts } = this.#o;
    if (grant.rotates) tallies.rotations += 1;
    const last = grant.lastMint;
    if (last === undefined || nowMs - last.atMs >= MIN_INTERVAL_MS) return;
    if (last.by.dead) tallies.askedAgain.death += 1;
    else if (last.by.froze) tallies.askedAgain.freeze += 1;
    else if ((grant.wastedAtMs ?? 0) >= last.atMs) tallies.askedAgain.save += 1;
    else {
      const what = `${nowMs - last.atMs} ms after the last time`;
      violations.add('too-soon', nowMs, accounts[grant.owner]?.tokenId, what);
    }
  }
}
