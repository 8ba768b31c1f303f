/**
 * What a housekeeping run found and mended, in numbers and token ids: never a key, a hash or a
 * value. Plain JSON, so that a run can be stored and gone on with. Pure.
 */

export const FINDING_KINDS = [
  /** A token that deleteTokens logged out, its row and secret still as they were. */
  'logged-out-token',
  /** A tombstone whose secret is not on its way out. */
  'undeleted-secret',
  /** A secret of ours that no living row names. */
  'orphan-secret',
  /** The same, of a token that had a row: the table was restored, or lost it. */
  'lost-row',
  /** A living token's row that knows none of its secret's newest versions: the same. */
  'behind-row',
  /** A second secret under a living token's name: left by a revival that died; a save takes it. */
  'namesake-secret',
  /** A living token whose secret somebody scheduled for deletion. */
  'secret-in-deletion',
  /** A living token whose secret is gone for good. */
  'dangling-row',
  /** A living token that the scheduled refresh does not know of: saved before there was one. */
  'unscheduled-token',
  /** A key that leads to a token that is gone, or that does not have it. */
  'stray-key',
  /** A living token that one of its keys does not lead to. */
  'missing-key',
  /** The same, where the user has another token of that client by now: a person must decide. */
  'conflicting-key',
] as const;

export type FindingKind = (typeof FINDING_KINDS)[number];

export interface Finding {
  readonly kind: FindingKind;
  /** The token's. */
  readonly id: string;
}

/** What an index that is behind its secrets is not believed about. */
export const SPARED_IN_DOUBT: readonly FindingKind[] = [
  'orphan-secret',
  'undeleted-secret',
  'secret-in-deletion',
];

export type HousekeepingMode = 'report' | 'repair';

export interface Checked {
  readonly secrets: number;
  readonly rows: number;
  readonly keys: number;
  /** Of the rows: living tokens, by state. */
  readonly active: number;
  readonly idle: number;
  readonly needsReauthorization: number;
}

export const NOTHING_CHECKED: Checked = {
  secrets: 0,
  rows: 0,
  keys: 0,
  active: 0,
  idle: 0,
  needsReauthorization: 0,
};

export interface HousekeepingReport {
  readonly mode: HousekeepingMode;
  readonly startedAtMs: number;
  /** Absent while there is more to look at. */
  readonly finishedAtMs?: number;
  readonly checked: Checked;
  readonly findings: Readonly<Record<FindingKind, number>>;
  readonly repaired: Readonly<Record<FindingKind, number>>;
  /** The first 50. */
  readonly examples: readonly Finding[];
  /**
   * It looks like a table that was restored to an earlier time. Unless forced, no secret is let go
   * or taken back on its word; an operator is to run `recover`.
   */
  readonly looksRestored: boolean;
  /** Doubts that could not be looked into or mended: AWS refused. */
  readonly failed: number;
  /** The first 10 of them. */
  readonly failures: readonly (Finding & { readonly error: string })[];
}

/** A finding, and what came of it; `failed`: what AWS said. */
export type Handled = Finding &
  ({ readonly outcome: 'repaired' | 'left' } | { readonly outcome: 'failed'; error: string });

const MAX_EXAMPLES = 50;
const MAX_FAILURES = 10;

export function emptyReport(mode: HousekeepingMode, startedAtMs: number): HousekeepingReport {
  return {
    mode,
    startedAtMs,
    checked: NOTHING_CHECKED,
    findings: noCounts(),
    repaired: noCounts(),
    examples: [],
    looksRestored: false,
    failed: 0,
    failures: [],
  };
}

export function withChecked(report: HousekeepingReport, checked: Checked): HousekeepingReport {
  const so = report.checked;
  return {
    ...report,
    checked: {
      secrets: so.secrets + checked.secrets,
      rows: so.rows + checked.rows,
      keys: so.keys + checked.keys,
      active: so.active + checked.active,
      idle: so.idle + checked.idle,
      needsReauthorization: so.needsReauthorization + checked.needsReauthorization,
    },
  };
}

export function withHandled(
  report: HousekeepingReport,
  handled: readonly Handled[],
): HousekeepingReport {
  const findings = { ...report.findings };
  const repaired = { ...report.repaired };
  const examples = [...report.examples];
  const failures = [...report.failures];
  let { failed } = report;
  for (const each of handled) {
    const { kind, id } = each;
    if (each.outcome === 'failed') {
      failed += 1;
      failures.push({ kind, id, error: each.error });
      continue;
    }
    findings[kind] += 1;
    examples.push({ kind, id });
    if (each.outcome === 'repaired') repaired[kind] += 1;
  }
  return {
    ...report,
    findings,
    repaired,
    examples: examples.slice(0, MAX_EXAMPLES),
    failed,
    failures: failures.slice(0, MAX_FAILURES),
  };
}

/** What no run mends by itself. */
const FOR_A_PERSON: readonly FindingKind[] = ['lost-row', 'behind-row', 'conflicting-key'];

/**
 * Findings that a person must look into: those that are left for one, and secrets that are gone for
 * good, whose users have to log in again.
 */
export function unmended({ findings, repaired, looksRestored }: HousekeepingReport): number {
  const kinds = looksRestored ? [...FOR_A_PERSON, ...SPARED_IN_DOUBT] : FOR_A_PERSON;
  const left = kinds.map((kind) => findings[kind] - repaired[kind]);
  return left.reduce((sum, each) => sum + each, findings['dangling-row']);
}

function noCounts(): Record<FindingKind, number> {
  const counts: Partial<Record<FindingKind, number>> = {};
  for (const kind of FINDING_KINDS) counts[kind] = 0;
  return counts as Record<FindingKind, number>;
}
