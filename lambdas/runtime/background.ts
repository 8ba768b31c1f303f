/**
 * What every background function does around its run: the deadline, one log line, the metrics.
 * Nobody waits for its answer, so an expected failure is thrown like a bug: whoever started it
 * tries again, and Lambda's Errors metric shows it.
 */
import type { Context } from 'aws-lambda';
import { systemClock } from '../../lib/clock.ts';
import { type Deadline, deadlineIn } from '../../lib/deadline.ts';
import { LatchkeyError } from '../../lib/errors.ts';
import { type BackgroundOperation, log } from './log.ts';
import type { Telemetry } from './telemetry.ts';
import { frames, unexpected } from './unexpected.ts';

/** Kept back of the function's time for the log line and the metrics. */
const RESERVE_MS = 1_000;

export interface BackgroundRun<Event, Result> {
  readonly name: BackgroundOperation;
  readonly telemetry: Telemetry;
  readonly run: (event: Event, deadline: Deadline) => Promise<Result>;
  readonly counts?: (result: Result) => Readonly<Record<string, number>>;
}

export function background<Event, Result>({
  name,
  telemetry,
  run,
  counts,
}: BackgroundRun<Event, Result>): (event: Event, context: Context) => Promise<Result> {
  return async (event, context) => {
    const startedMs = systemClock.nowMs();
    const deadline = deadlineIn(context.getRemainingTimeInMillis() - RESERVE_MS, systemClock);
    const always = () => ({
      operation: name,
      requestId: context.awsRequestId,
      durationMs: systemClock.nowMs() - startedMs,
    });
    try {
      const result = await run(event, deadline);
      const numbers = counts && { counts: counts(result) };
      log({ level: 'INFO', outcome: 'ok', ...always(), ...numbers });
      return result;
    } catch (error) {
      if (error instanceof LatchkeyError) {
        if (error.code === 'STORE_UNAVAILABLE') telemetry.storeUnavailable();
        log({ level: 'WARN', outcome: error.code, ...always() });
        throw error;
      }
      const errorName = error instanceof Error ? error.name : typeof error;
      const stack = { errorName, errorStack: frames(error) };
      log({ level: 'ERROR', outcome: 'BUG', ...always(), ...stack });
      throw unexpected(error);
    } finally {
      telemetry.flush();
    }
  };
}
