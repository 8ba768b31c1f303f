/** The store's operations as a user's application calls them: the functions, warm or cold. */
import type { Deadline } from '../../../lib/deadline.ts';
import type { TokenStore } from '../../../lib/token-store.ts';
import type { Chance } from '../engine/chance.ts';
import type { Ended, Invocation } from '../engine/lambda-process.ts';
import type { Tallies } from '../watch/tallies.ts';
import type { Fates } from './fates.ts';
import type { Role } from './plant.ts';
import type { OperationContainer } from './store-world.ts';
import { WarmPool } from './warm-pool.ts';
import { DEPLOYMENT } from './world-settings.ts';

export interface OperationsOptions {
  readonly start: (role: Role) => OperationContainer;
  readonly chance: Chance;
  readonly fates: Fates;
  readonly tallies: Tallies;
}

export type Called<Result> = Ended<Result> & { readonly by: Invocation };

export class Operations {
  readonly #o: OperationsOptions;
  readonly #pools = new Map<Role, WarmPool<OperationContainer>>();

  constructor(options: OperationsOptions) {
    this.#o = options;
  }

  async call<Result>(
    role: Role,
    run: (store: TokenStore, deadline: Deadline) => Promise<Result>,
  ): Promise<Called<Result>> {
    const { fates, tallies } = this.#o;
    const pool = this.#poolOf(role);
    const container = pool.take();
    const { process, store } = container;
    const fate = fates.operation();
    const ended = await process.invoke(DEPLOYMENT.operation, fate, (deadline) =>
      run(store, deadline),
    );
    const by = process.invocation;
    if (by.froze) tallies.froze += 1;
    if (ended.outcome === 'died') tallies.died.operation += 1;
    else pool.giveBack(container);
    return { ...ended, by };
  }

  #poolOf(role: Role): WarmPool<OperationContainer> {
    const known = this.#pools.get(role);
    if (known !== undefined) return known;
    const pool = new WarmPool(() => this.#o.start(role), this.#o.chance);
    this.#pools.set(role, pool);
    return pool;
  }
}
