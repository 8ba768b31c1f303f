/**
 * What every function does around its operation: parse the event, run within the deadline, answer
 * an expected failure as JSON, throw a bug, and log one line. The only place that turns a failure
 * into what the caller sees.
 */
import type { Context } from 'aws-lambda';
import { systemClock } from '../../lib/clock.ts';
import type { ErrorJson, OperationName, Operations } from '../../lib/contract.ts';
import { type Deadline, deadlineIn } from '../../lib/deadline.ts';
import { LatchkeyError } from '../../lib/errors.ts';
import { storeName } from './environment.ts';
import { type LogLine, log } from './log.ts';
import { Telemetry } from './telemetry.ts';
import { frames, unexpected } from './unexpected.ts';

/** Kept back of the function's time for the answer and the log line. */
const ANSWER_MS = 500;

export interface Operation<Name extends OperationName, Request> {
  readonly name: Name;
  readonly parse: (event: unknown) => Request;
  readonly run: (request: Request, deadline: Deadline) => Promise<Operations[Name]['result']>;
  /** The token that the log line names, where there is one. */
  readonly tokenId?: (result: Operations[Name]['result']) => string | undefined;
  /** Where the operation's parts observe something: written when it ends. Default: its own. */
  readonly telemetry?: Telemetry;
}

type Handler<Result> = (event: unknown, context: Context) => Promise<Result | ErrorJson>;

let coldStart = true;

export function endpoint<Name extends OperationName, Request>(
  operation: Operation<Name, Request>,
): Handler<Operations[Name]['result']> {
  const { telemetry = new Telemetry(storeName()) } = operation;
  return async (event, context) => {
    const startedMs = systemClock.nowMs();
    const deadline = deadlineIn(context.getRemainingTimeInMillis() - ANSWER_MS, systemClock);
    const line = (outcome: Pick<LogLine, 'level' | 'outcome'> & Partial<LogLine>) => {
      log({
        operation: operation.name,
        requestId: context.awsRequestId,
        durationMs: systemClock.nowMs() - startedMs,
        coldStart,
        ...outcome,
      });
      coldStart = false;
    };
    try {
      const result = await operation.run(operation.parse(event), deadline);
      const tokenId = operation.tokenId?.(result);
      line({ level: 'INFO', outcome: 'ok', ...(tokenId !== undefined && { tokenId }) });
      return result;
    } catch (error) {
      if (error instanceof LatchkeyError) {
        const { code, message, retryable } = error;
        if (code === 'STORE_UNAVAILABLE') telemetry.storeUnavailable();
        line({ level: 'WARN', outcome: code });
        return { error: { code, message, retryable } };
      }
      const errorName = error instanceof Error ? error.name : typeof error;
      line({ level: 'ERROR', outcome: 'BUG', errorName, errorStack: frames(error) });
      throw unexpected(error);
    } finally {
      telemetry.flush();
    }
  };
}
