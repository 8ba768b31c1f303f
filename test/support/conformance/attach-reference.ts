/** The reference store, or a mutant of it, in another process. */
import type { Store } from '../../../conformance/src/index.ts';
import { MemoryDisk } from './memory-disk.ts';
import { MUTANTS } from './mutants.ts';
import { ReferenceStore } from './reference-store.ts';

export function attach(address: string): Store {
  const { disk, zoho, name } = JSON.parse(address);
  const mutant = MUTANTS.find((one) => one.check === name);
  const StoreClass = mutant?.store ?? ReferenceStore;
  return new StoreClass(MemoryDisk.at(disk), zoho);
}
