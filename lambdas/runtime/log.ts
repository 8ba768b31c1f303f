/**
 * The functions' log: one JSON line per invocation, from an allow-list of fields. There is no
 * field for an event, an answer or a free text, so none can be logged by mistake.
 */
import type { ErrorCode, OperationName } from '../../lib/contract.ts';

export interface LogLine {
  readonly level: 'INFO' | 'WARN' | 'ERROR';
  readonly operation: OperationName;
  readonly requestId: string;
  /** `ok`, the code of an expected failure, or `BUG`. */
  readonly outcome: 'ok' | ErrorCode | 'BUG';
  readonly tokenId?: string;
  readonly durationMs: number;
  readonly coldStart: boolean;
  /** The class of an unexpected error and where it was thrown; not its text. */
  readonly errorName?: string;
  readonly errorStack?: readonly string[];
}

export function log(line: LogLine): void {
  process.stdout.write(`${JSON.stringify({ timestamp: new Date().toISOString(), ...line })}\n`);
}
