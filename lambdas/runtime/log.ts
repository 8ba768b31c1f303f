/**
 * The functions' log: one JSON line per invocation, from an allow-list of fields. There is no
 * field for an event, an answer or a free text, so none can be logged by mistake.
 */

import type { ScheduledOutcome } from '../../lib/background/scheduled-refresh.ts';
import type { WidgetOutcome } from '../../lib/console/token-widget.ts';
import type { ErrorCode, OperationName } from '../../lib/contract.ts';

/** What runs by itself. */
export type BackgroundOperation =
  | 'refreshSweep'
  | 'refreshBatch'
  | 'scheduledRefresh'
  | 'housekeeping';

export interface LogLine {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly operation: OperationName | BackgroundOperation | 'tokenWidget';
  readonly requestId: string;
  /** `ok`, the code of an expected failure, or `BUG`. */
  readonly outcome: 'ok' | ErrorCode | ScheduledOutcome | WidgetOutcome | 'BUG';
  readonly tokenId?: string;
  /** Why a refresh failed: a verdict and an error code of ours or of a standard. */
  readonly reason?: string;
  readonly durationMs: number;
  readonly coldStart?: boolean;
  /** Numbers of a background run or of a list, for example of a sweep. */
  readonly counts?: Readonly<Record<string, number>>;
  /** The class of an unexpected error and where it was thrown; not its text. */
  readonly errorName?: string;
  readonly errorStack?: readonly string[];
}

export function log(line: LogLine): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...line })}\n`);
}
