/**
 * A store of some days that is in order, until a test damages it. Each test of a file that imports
 * this has one of its own.
 */
import { counted, storeOfSomeDays } from '../../../../support/core/housekept-store.ts';

export let store: Awaited<ReturnType<typeof storeOfSomeDays>>['store'];
export let ann: string;
export let bob: string;
beforeEach(async () => {
  ({ store, ann, bob } = await storeOfSomeDays());
});

export const dryRun = async () => counted((await store.housekeep('report')).findings);
