/**
 * Users' applications ask for their tokens, and what they are told is checked: the right token, a
 * usable one, and where there is none a refusal that is true.
 */
import { LatchkeyError } from '../../../lib/errors.ts';
import { parseFindToken, parseFindTokenById, parseGetAccessToken } from '../../../lib/requests.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import type { Chance } from '../engine/chance.ts';
import type { EventClock } from '../engine/event-clock.ts';
import type { Violations } from '../watch/violations.ts';
import type { Watch } from '../watch/watch.ts';
import type { Account } from './account.ts';
import type { Called, Operations } from './operations.ts';
import type { Role } from './plant.ts';

export interface UsesOptions {
  readonly clock: EventClock;
  readonly chance: Chance;
  readonly accounts: readonly Account[];
  readonly rows: ReadonlyMap<string, TokenRow>;
  readonly operations: Operations;
  readonly watch: Watch;
  readonly violations: Violations;
}

const WAYS = [
  { weight: 45, value: 'find-token' },
  { weight: 15, value: 'find-token-by-id' },
  { weight: 40, value: 'get-access-token' },
] as const satisfies readonly { weight: number; value: Role }[];

/** What was handed out: nothing where there is no such token. */
type Handed = { readonly accessToken: string | undefined; readonly id: string } | undefined;

export class Uses {
  readonly #o: UsesOptions;

  constructor(options: UsesOptions) {
    this.#o = options;
  }

  /** Every user's uses, each at its own rate, until then. */
  run(untilMs: number): void {
    const { accounts, clock, chance } = this.#o;
    for (const account of accounts) {
      if (!Number.isFinite(account.usedEveryMs)) continue;
      const next = () => {
        const atMs = clock.nowMs() + chance.waitMs(account.usedEveryMs);
        if (atMs >= untilMs) return;
        clock.at(atMs, () => {
          next();
          if (account.tokenId !== undefined) clock.spawn(this.#use(account, account.tokenId));
        });
      };
      next();
    }
  }

  async #use(account: Account, id: string): Promise<void> {
    const { rows, watch } = this.#o;
    const { changes, changing } = account;
    const row = rows.get(id);
    if (row !== undefined && account.deletedAtMs === undefined && !changing) watch.met(row);
    const called = await this.#ask(account, id);
    if (called.outcome === 'died') return;
    if (changing || account.changes !== changes) return;
    if (called.outcome === 'failed') this.#checkFailure(account, id, called);
    else this.#checkAnswer(account, id, called.result);
  }

  #ask({ userName, clientId }: Account, id: string): Promise<Called<Handed>> {
    const { operations, chance } = this.#o;
    const way = chance.weighted(WAYS);
    return operations.call(way, async (store, deadline) => {
      switch (way) {
        case 'find-token': {
          const request = parseFindToken({ token: { userName, clientId } });
          const found = await store.findToken(request, deadline);
          return handedOf(found?.stored);
        }
        case 'find-token-by-id':
          return handedOf(await store.findTokenById(parseFindTokenById({ id }), deadline));
        case 'get-access-token': {
          const named = chance.of(0.5) ? { id } : { userName, clientId };
          const given = await store.getAccessToken(parseGetAccessToken(named), deadline);
          return { accessToken: given.accessToken, id: given.tokenId };
        }
      }
    });
  }

  #checkAnswer(account: Account, id: string, handed: Handed): void {
    const gone = account.deletedAtMs !== undefined;
    if (gone && handed !== undefined) this.#wrong(id, 'a deleted token was found');
    if (!gone && handed === undefined) this.#wrong(id, 'the token was not found');
    if (handed?.accessToken === undefined) return;
    if (!handed.accessToken.startsWith(`access-${account.index}-`)) {
      this.#wrong(id, "another user's access token");
    }
  }

  #checkFailure(
    account: Account,
    id: string,
    called: Called<Handed> & { outcome: 'failed' },
  ): void {
    const { error, by } = called;
    if (!(error instanceof LatchkeyError)) throw error;
    const row = this.#o.rows.get(id);
    switch (error.code) {
      case 'TOKEN_NOT_FOUND':
        if (account.deletedAtMs === undefined) this.#wrong(id, error.code);
        return;
      case 'REAUTHORIZATION_REQUIRED':
      case 'PROVIDER_UNAVAILABLE':
        if (row !== undefined) this.#o.watch.reasonFor(row, error.code);
        return;
      case 'STORE_UNAVAILABLE':
        if (!by.froze && row !== undefined) this.#o.watch.reasonFor(row, error.code);
        return;
      default:
        this.#wrong(id, error.code);
    }
  }

  #wrong(id: string, what: string): void {
    this.#o.violations.add('wrong-answer', this.#o.clock.nowMs(), id, what);
  }
}

function handedOf(
  stored:
    | { readonly row: TokenRow; readonly token: { readonly accessToken?: { reveal(): string } } }
    | undefined,
): Handed {
  if (stored === undefined) return undefined;
  return { accessToken: stored.token.accessToken?.reveal(), id: stored.row.id };
}
