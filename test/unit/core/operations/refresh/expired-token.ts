/**
 * A token that has expired, in a store over the memory twins. Each test of a file that imports this
 * has one of its own.
 */
import { type Container, MemoryStore } from '../../../../support/core/memory-store.ts';
import { expiredTokenOf } from '../../../../support/core/tokens.ts';

export let store: MemoryStore;
export let container: Container;
export let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(expiredTokenOf('ann')));
});

export const calls = () => store.scripted.refreshes.length;
