/** What a mutant is. */
import type { Reference, StoreClass } from '../reference-subject.ts';

export interface Mutant extends Omit<Reference, 'name'> {
  /** The check that exists to find it. */
  readonly check: string;
  /** Checks that cannot but fail with it. */
  readonly also: readonly string[];
}

/** A mutant of the store itself. */
export function mutant(check: string, store: StoreClass, also: readonly string[] = []): Mutant {
  return { check, store, also };
}
