/** Every check, in the order of the report. */
import type { Check } from '../check.ts';
import { deletingChecks } from './deleting.ts';
import { durabilityChecks } from './durability.ts';
import { findingChecks } from './finding.ts';
import { namingFindChecks } from './finding-by-naming.ts';
import { isolationChecks } from './isolation.ts';
import { leakChecks } from './leaks.ts';
import { refreshingChecks } from './refreshing.ts';
import { savingChecks } from './saving.ts';
import { namingSaveChecks } from './saving-by-naming.ts';
import { sdkChecks } from './sdk-flows.ts';
import { injectionChecks, valueChecks } from './values.ts';

export const ALL_CHECKS: readonly Check[] = [
  ...findingChecks,
  ...savingChecks,
  ...deletingChecks,
  ...namingFindChecks,
  ...namingSaveChecks,
  ...isolationChecks,
  ...valueChecks,
  ...injectionChecks,
  ...durabilityChecks,
  ...leakChecks,
  ...sdkChecks,
  ...refreshingChecks,
];
