/** What a check is, and what may come of one. */
import type { Stage } from './stage.ts';

/** In the order of the report. */
export const GROUPS = {
  finding: 'Finding',
  saving: 'Saving',
  deleting: 'Deleting and listing',
  matching: 'Whose token is meant',
  isolation: 'Users, applications and look-alikes',
  values: 'Odd values',
  durability: 'Processes, crashes and races',
  leaks: 'Secrets',
  sdk: "The SDK's own flows",
  refreshing: 'Refreshing',
} as const;

export type Group = keyof typeof GROUPS;

/** The worst first: what it does to the user. */
export const SEVERITIES = ['mixed up', 'leaked', 'lost', 'wrong', 'inconvenient'] as const;

export type Severity = (typeof SEVERITIES)[number];

/** Hooks of a subject that a check cannot do without. */
export type Hook = 'atRest' | 'elsewhere' | 'openDying' | 'openUnreachable';

export interface Check {
  /** `group/name`, which never changes its meaning. */
  readonly id: string;
  /** What the user suffers where the check fails. */
  readonly title: string;
  readonly severity: Severity;
  /** Numbers of docs/DEFECTS.md in Latchkey's repository that fail it. */
  readonly defects: readonly number[];
  readonly needs: readonly Hook[];
  /** Resolves where the user is spared, throws where not. */
  readonly run: (stage: Stage) => Promise<void>;
}

export type Outcome = 'passed' | 'failed' | 'not tried';

export interface CheckResult {
  readonly id: string;
  readonly group: Group;
  readonly title: string;
  readonly severity: Severity;
  readonly defects: readonly number[];
  readonly outcome: Outcome;
  /** Why it failed, or which hook was missing. It holds none of the values that were stored. */
  readonly reason?: string;
}

export function groupOf({ id }: Pick<Check, 'id'>): Group {
  const [group = ''] = id.split('/');
  if (!(group in GROUPS)) throw new TypeError(`There is no group ${group}.`);
  return group as Group;
}

type Particulars = Partial<Pick<Check, 'defects' | 'needs'>>;

/** A check in one line: what, how bad, and how it is tried. */
export function check(
  id: string,
  severity: Severity,
  title: string,
  { defects = [], needs = [] }: Particulars,
  run: Check['run'],
): Check {
  return { id, severity, title, defects, needs, run };
}
