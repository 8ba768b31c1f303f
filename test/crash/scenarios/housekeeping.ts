/**
 * The housekeeper in a store with each kind of damage that there is: the list is the unit tests' own,
 * here on the adapters that make the calls.
 */
import { HousekeptStore, storeOfSomeDays } from '../../support/core/housekept-store.ts';
import { DAMAGES } from '../../unit/core/housekeeping/damages.ts';
import type { Stage } from '../world/stage.ts';
import { housekeeping, type Scenario } from './scenario.ts';

/** The unit tests' store on the world's services. */
class HousekeptWorld extends HousekeptStore {
  readonly #stage: Stage;

  constructor(stage: Stage) {
    const { clock, ports, newId } = stage.world;
    super({ ...ports, clock, newId });
    this.#stage = stage;
  }

  override purgeSecret(secretArn: string): Promise<void> {
    return this.#stage.purgeSecret(secretArn);
  }

  override backUpTable(): Promise<() => Promise<void>> {
    return this.#stage.backUpTable();
  }

  override removeRow(id: string): Promise<void> {
    return this.#stage.removeRow(id);
  }
}

export const HOUSEKEEPING: readonly Scenario[] = DAMAGES.map(({ what, damage, leaves }) => ({
  name: `the housekeeper: ${what}`,
  prepare: async (stage) => {
    const { store, ...tokens } = await storeOfSomeDays(new HousekeptWorld(stage));
    await damage(store, tokens);
    const acknowledged = new Map(store.acknowledged);
    return { ...housekeeping(stage), acknowledged };
  },
  ...(leaves && { leftAlone: true as const }),
}));
