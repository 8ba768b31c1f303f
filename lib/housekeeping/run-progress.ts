/** How far a housekeeping run has come: plain JSON, to be stored and gone on with. Pure. */
import {
  emptyReport,
  type HousekeepingMode,
  type HousekeepingReport,
} from './housekeeping-report.ts';

export interface RunProgress {
  /** What is being looked at: first the secrets, then the index. */
  readonly phase: 'secrets' | 'index' | 'done';
  /** Where the next page of it starts; absent: at the first one. */
  readonly cursor?: string;
  readonly report: HousekeepingReport;
}

export function firstProgress(mode: HousekeepingMode, nowMs: number): RunProgress {
  return { phase: 'secrets', report: emptyReport(mode, nowMs) };
}

/** Behind a page that was looked at: the next page, the next phase, or the end. */
export function progressBehind(
  { phase }: RunProgress,
  cursor: string | undefined,
  report: HousekeepingReport,
  nowMs: number,
): RunProgress {
  if (cursor !== undefined) return { phase, cursor, report };
  if (phase === 'secrets') return { phase: 'index', report };
  return { phase: 'done', report: { ...report, finishedAtMs: nowMs } };
}
