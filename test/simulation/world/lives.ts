/**
 * What users do besides using their tokens: log in, log in anew, change something, log out, take
 * their consent back and return.
 */
import type { TokenJson } from '../../../lib/contract.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import { parseDeleteToken, parseSaveToken } from '../../../lib/requests.ts';
import type { Chance } from '../engine/chance.ts';
import type { EventClock } from '../engine/event-clock.ts';
import type { Tallies } from '../watch/tallies.ts';
import type { Violations } from '../watch/violations.ts';
import type { Account } from './account.ts';
import type { Called, Operations } from './operations.ts';
import type { SimulatedProvider } from './simulated-provider.ts';
import { HOUR_MS, USERS } from './world-settings.ts';

export interface LivesOptions {
  readonly clock: EventClock;
  readonly chance: Chance;
  readonly accounts: readonly Account[];
  readonly provider: SimulatedProvider;
  readonly operations: Operations;
  readonly tallies: Tallies;
  readonly violations: Violations;
}

/** The provider that rotates, as the deployment names it. */
export const ROTATING = 'rotating';

/** Before a user repeats what the store could not do. */
const REPEAT_MS = 1_000;

export class Lives {
  readonly #o: LivesOptions;

  constructor(options: LivesOptions) {
    this.#o = options;
  }

  /** Imports everybody at a steady pace; then each lives until then. */
  run(untilMs: number): void {
    const { accounts, clock } = this.#o;
    const startMs = clock.nowMs();
    for (const account of accounts) {
      clock.at(startMs + (account.index / USERS.importedPerSecond) * 1000, () => {
        clock.spawn(this.#login(account, this.#importedLife()));
        this.#plan(account, untilMs);
      });
    }
  }

  /** Changes something of a token, at the worst moment: while it is refreshed. */
  changeNow(account: Account): void {
    const { clock, tallies } = this.#o;
    if (account.deletedAtMs !== undefined || account.changing) return;
    tallies.changesDuringRefresh += 1;
    clock.spawn(this.#change(account));
  }

  #plan(account: Account, untilMs: number): void {
    const { clock, chance, provider, tallies } = this.#o;
    const once = (share: number, act: () => Promise<void>) => {
      const drawn = chance.of(share);
      const atMs = chance.between(clock.nowMs() + 600_000, untilMs);
      if (drawn) clock.at(atMs, () => clock.spawn(act()));
    };
    const again = (everyMs: number, act: () => Promise<void>) => {
      const atMs = clock.nowMs() + chance.waitMs(everyMs);
      if (atMs >= untilMs) return;
      clock.at(atMs, () => {
        again(everyMs, act);
        if (account.deletedAtMs === undefined) clock.spawn(act());
      });
    };
    once(USERS.revoked, async () => {
      tallies.revoked += 1;
      for (const refreshToken of account.grant.live.keys()) {
        provider.revoke(refreshToken, clock.nowMs());
      }
      await this.#mayReturn(account, untilMs);
    });
    once(USERS.deleted, async () => {
      await this.#delete(account);
      await this.#mayReturn(account, untilMs);
    });
    again(USERS.loginEveryMs, () => this.#login(account, HOUR_MS));
    again(USERS.changeEveryMs, () => this.#change(account));
  }

  async #mayReturn(account: Account, untilMs: number): Promise<void> {
    const { clock, chance } = this.#o;
    const inMs = chance.between(60_000, USERS.returnsWithinMs);
    if (!chance.of(USERS.returns) || clock.nowMs() + inMs >= untilMs) return;
    await clock.sleep(inMs);
    await this.#login(account, HOUR_MS);
  }

  /** Minutes to an hour of life, as a rule; some have expired, some do not say, some have none. */
  #importedLife(): number | 'unknown' | 'none' {
    const { chance } = this.#o;
    return chance.weighted<() => number | 'unknown' | 'none'>([
      { weight: 94, value: () => chance.whole(60_000, HOUR_MS) },
      { weight: 2, value: () => -chance.whole(0, HOUR_MS) },
      { weight: 2, value: () => 'unknown' },
      { weight: 2, value: () => 'none' },
    ])();
  }

  async #login(account: Account, life: number | 'unknown' | 'none'): Promise<void> {
    const { provider, clock } = this.#o;
    const { index, userName, clientId, clientSecret, rotates, graceMs } = account;
    if (account.changing) return;
    const { grant, refreshToken } = provider.consent(index, rotates, graceMs, clock.nowMs());
    await this.#save(
      account,
      {
        ...{ userName, clientId, clientSecret, refreshToken },
        ...(rotates && { provider: ROTATING }),
        ...(life !== 'none' && { accessToken: provider.accessTokenOf(index) }),
        ...(typeof life === 'number' && { expiresAt: clock.nowMs() + life }),
      },
      () => {
        account.grant = grant;
      },
    );
  }

  /** Another redirect address, or an access token that the user's own client was given. */
  async #change(account: Account): Promise<void> {
    const { chance, provider, clock } = this.#o;
    const { index, userName, clientId, rotates } = account;
    if (account.changing) return;
    const given: TokenJson =
      rotates || chance.of(0.5)
        ? { redirectUrl: `https://app.example/${chance.whole(1, 1_000_000)}` }
        : { accessToken: provider.accessTokenOf(index), expiresAt: clock.nowMs() + HOUR_MS };
    await this.#save(account, { userName, clientId, ...given }, () => {});
  }

  /** Saves until the store has said that it is saved. */
  async #save(account: Account, token: TokenJson, onSaving: () => void): Promise<void> {
    const { operations, clock, tallies } = this.#o;
    this.#begin(account);
    onSaving();
    const request = parseSaveToken({ token });
    for (;;) {
      const called = await operations.call('save-token', (store, deadline) =>
        store.saveToken(request, deadline),
      );
      if (called.outcome === 'answered') {
        account.tokenId = called.result.id;
        break;
      }
      this.#check(account, called);
      await clock.sleep(REPEAT_MS);
    }
    tallies.saves += 1;
    delete account.deletedAtMs;
    this.#end(account);
  }

  async #delete(account: Account): Promise<void> {
    const { operations, clock, chance, tallies } = this.#o;
    const { tokenId: id } = account;
    if (account.changing || id === undefined) return;
    this.#begin(account);
    let revoke = chance.of(0.5);
    for (;;) {
      const request = parseDeleteToken({ id, revoke });
      const called = await operations.call('delete-token', (store, deadline) =>
        store.deleteToken(request, deadline),
      );
      if (called.outcome === 'answered') break;
      // The store says that the provider does not answer, and to delete without revoking.
      if (revoke && codeOf(called) === 'PROVIDER_UNAVAILABLE') revoke = false;
      else this.#check(account, called);
      await clock.sleep(REPEAT_MS);
    }
    tallies.deletions += 1;
    account.deletedAtMs = clock.nowMs();
    this.#end(account);
  }

  /** A store that is not available just now may be asked again; anything else is wrong. */
  #check({ tokenId }: Account, called: Called<unknown>): void {
    const code = codeOf(called);
    if (code === undefined || (code === 'STORE_UNAVAILABLE' && called.by.froze)) return;
    const { violations, clock } = this.#o;
    violations.add('wrong-answer', clock.nowMs(), tokenId, `${code} to a change`);
  }

  #begin(account: Account): void {
    account.changing = true;
    account.changes += 1;
  }

  #end(account: Account): void {
    account.changing = false;
    account.changes += 1;
  }
}

/** What the store refused with; undefined where it died. A bug is thrown on. */
function codeOf(called: Called<unknown>): string | undefined {
  if (called.outcome !== 'failed') return undefined;
  if (!(called.error instanceof LatchkeyError)) throw called.error;
  return called.error.code;
}
