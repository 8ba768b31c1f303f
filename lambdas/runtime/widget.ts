/**
 * What the dashboard widget does around its answer: the deadline, the ARN that its buttons call,
 * and one log line. An expected failure is in the answer; a bug is thrown, and the dashboard says so.
 */
import type { Context } from 'aws-lambda';
import { systemClock } from '../../lib/clock.ts';
import type { WidgetAnswer } from '../../lib/console/token-widget.ts';
import { type Deadline, deadlineIn } from '../../lib/deadline.ts';
import { type LogLine, log } from './log.ts';
import { frames, unexpected } from './unexpected.ts';

/** Kept back of the function's time for the answer and the log line. */
const ANSWER_MS = 500;
/** Not done as it was asked. */
const TROUBLE = ['refused', 'INVALID_REQUEST', 'STORE_UNAVAILABLE'];

export function widget(
  answer: (event: unknown, endpoint: string, deadline: Deadline) => Promise<WidgetAnswer>,
): (event: unknown, context: Context) => Promise<string> {
  return async (event, context) => {
    const startedMs = systemClock.nowMs();
    const deadline = deadlineIn(context.getRemainingTimeInMillis() - ANSWER_MS, systemClock);
    const line = (outcome: Pick<LogLine, 'level' | 'outcome'> & Partial<LogLine>) => {
      const durationMs = systemClock.nowMs() - startedMs;
      log({ operation: 'tokenWidget', requestId: context.awsRequestId, durationMs, ...outcome });
    };
    try {
      const { text, ...said } = await answer(event, context.invokedFunctionArn, deadline);
      line({ level: TROUBLE.includes(said.outcome) ? 'WARN' : 'INFO', ...said });
      return text;
    } catch (error) {
      const errorName = error instanceof Error ? error.name : typeof error;
      line({ level: 'ERROR', outcome: 'BUG', errorName, errorStack: frames(error) });
      throw unexpected(error);
    }
  };
}
