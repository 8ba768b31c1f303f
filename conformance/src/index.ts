/** The kit from code: what `npx latchkey-conformance` does, as a function. */
export type { Check, CheckResult, Group, Outcome, Severity } from './check.ts';
export { GROUPS, SEVERITIES } from './check.ts';
export { textReport } from './report/text-report.ts';
export type { ConformanceOptions } from './run-conformance.ts';
export { chooseChecks, runConformance } from './run-conformance.ts';
export type {
  AtRest,
  DyingStore,
  Elsewhere,
  Home,
  Store,
  Subject,
  Surroundings,
} from './subject.ts';
