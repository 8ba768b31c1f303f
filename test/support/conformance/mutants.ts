/**
 * Stores with one thing wrong each, one for every check: its own check must fail, and of the others
 * only those that `also` names, because what is wrong cannot be had without them.
 */
import { deletingMutants } from './mutants/deleting.ts';
import { durabilityMutants } from './mutants/durability.ts';
import { findingMutants } from './mutants/finding.ts';
import { leakMutants } from './mutants/leaks.ts';
import { matchingMutants } from './mutants/matching.ts';
import type { Mutant } from './mutants/mutant.ts';
import { savingMutants } from './mutants/saving.ts';
import { sdkMutants } from './mutants/sdk.ts';
import { valueMutants } from './mutants/values.ts';

export const MUTANTS: readonly Mutant[] = [
  ...findingMutants,
  ...savingMutants,
  ...deletingMutants,
  ...matchingMutants,
  ...valueMutants,
  ...durabilityMutants,
  ...leakMutants,
  ...sdkMutants,
];
