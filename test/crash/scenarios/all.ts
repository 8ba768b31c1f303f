/** Every scenario, in the order in which they are told. */
import { BACKGROUND } from './background.ts';
import { DELETIONS } from './deletions.ts';
import { FINDS } from './finds.ts';
import { HOUSEKEEPING } from './housekeeping.ts';
import { OPERATORS } from './operators.ts';
import { REFRESHES } from './refreshes.ts';
import { SAVES } from './saves.ts';
import type { Scenario } from './scenario.ts';

export const SCENARIOS: readonly Scenario[] = [
  ...SAVES,
  ...FINDS,
  ...REFRESHES,
  ...DELETIONS,
  ...BACKGROUND,
  ...HOUSEKEEPING,
  ...OPERATORS,
];

export function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (scenario === undefined) throw new Error(`There is no scenario ${name}.`);
  return scenario;
}
