/**
 * Operators at the console, who ask for the refresh of tokens: of some that work, and of more that
 * do not.
 */
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import type { Chance } from '../engine/chance.ts';
import type { EventClock } from '../engine/event-clock.ts';
import { count, type Tallies } from '../watch/tallies.ts';
import type { Account } from './account.ts';
import type { Fates } from './fates.ts';
import type { OperatorContainer } from './store-world.ts';
import { DEPLOYMENT, OPERATORS } from './world-settings.ts';

export interface OperatorsOptions {
  readonly clock: EventClock;
  readonly chance: Chance;
  readonly accounts: readonly Account[];
  readonly rows: ReadonlyMap<string, TokenRow>;
  readonly fates: Fates;
  readonly tallies: Tallies;
  readonly start: () => OperatorContainer;
  readonly asksEveryMs?: number | undefined;
}

/** Of several tokens that come to mind an operator takes one that fails, if there is one. */
const LOOKED_AT = 8;

export class Operators {
  readonly #o: OperatorsOptions;

  constructor(options: OperatorsOptions) {
    this.#o = options;
  }

  run(untilMs: number): void {
    const { clock, chance, accounts, asksEveryMs = OPERATORS.asksEveryMs } = this.#o;
    const next = () => {
      const atMs = clock.nowMs() + chance.waitMs(asksEveryMs / accounts.length);
      if (atMs >= untilMs) return;
      clock.at(atMs, () => {
        next();
        const row = this.#choose();
        if (row !== undefined) clock.spawn(this.#ask(row));
      });
    };
    next();
  }

  #choose(): TokenRow | undefined {
    const { chance, accounts, rows } = this.#o;
    const seen = Array.from({ length: LOOKED_AT }, () => {
      return rows.get(chance.oneOf(accounts).tokenId ?? '');
    });
    return seen.find((row) => row?.failure !== undefined) ?? seen[0];
  }

  async #ask({ id, revision, failure }: TokenRow): Promise<void> {
    const { start, fates, tallies } = this.#o;
    const { process, actions } = start();
    const shown = { id, revision, ...(failure && { failedAtMs: failure.atMs }) };
    const ended = await process.invoke(DEPLOYMENT.operation, fates.operation(), (deadline) =>
      actions.requestRefresh(shown, deadline),
    );
    if (ended.outcome !== 'answered') return;
    const { result } = ended;
    count(tallies.requests, 'done' in result ? result.done : result.refused);
  }
}
