/** Who logs everybody out now and then, and lists all tokens. */
import type { GetTokensResult } from '../../../lib/contract.ts';
import type { Chance } from '../../simulation/engine/chance.ts';
import { type CallCounts, Caller } from './calls.ts';
import { LIVES } from './storm-settings.ts';
import type { StormUser } from './storm-user.ts';
import type { StormWorld } from './storm-world.ts';

export interface AdministratorOptions {
  readonly users: readonly StormUser[];
  readonly world: StormWorld;
  readonly chance: Chance;
  readonly counts: CallCounts;
  readonly onViolation: (what: string) => void;
}

export class Administrator {
  readonly #o: AdministratorOptions;
  readonly #caller: Caller;
  #logouts = 0;

  constructor(options: AdministratorOptions) {
    this.#o = options;
    this.#caller = new Caller(options.world, options.chance.fork(), options.counts);
  }

  async live(untilMs: number): Promise<void> {
    const { chance, world } = this.#o;
    for (;;) {
      await world.clock.sleep(chance.waitMs(LIVES.logoutMs / 4));
      if (world.clock.nowMs() >= untilMs) return;
      if (chance.of(0.25)) await this.#logOutAll();
      else await this.#list();
    }
  }

  async #logOutAll(): Promise<void> {
    this.#logouts += 1;
    const requestId = `logout ${this.#logouts}`;
    const ends = this.#o.users.map(({ known }) => known.beginLogout());
    const { outcome, code } = await this.#caller.stubbornly('delete-tokens', { requestId }, 5);
    for (const end of ends) end(outcome === 'acknowledged');
    if (outcome === 'refused') this.#o.onViolation(`delete-tokens: ${code}`);
  }

  /** Who had a token all the time is in the list, with a token as it may be. */
  async #list(): Promise<void> {
    const { users, onViolation } = this.#o;
    const watches = users.map(({ known }) => known.watch());
    const { result, outcome, code } = await this.#caller.once<GetTokensResult>('get-tokens', {});
    for (const { stop } of watches) stop();
    if (outcome === 'refused') onViolation(`get-tokens: ${code}`);
    if (result === undefined) return;
    const { tokens, unreadable = [] } = result;
    for (const [place, { who, known }] of users.entries()) {
      const mine = ({ userName, clientId }: (typeof tokens)[number]) =>
        userName === who.userName && clientId === who.clientId;
      const listed = tokens.find(mine) ?? null;
      const seen = watches[place]?.seen;
      const unlike = seen && known.unlikeAll(listed, seen);
      if (unlike === undefined || (listed === null && unreadable.length > 0)) continue;
      onViolation(`${who.userName} of ${who.clientId}: get-tokens: ${unlike}`);
    }
  }
}
