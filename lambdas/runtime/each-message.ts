/**
 * The messages of an SQS batch, each by itself: those that fail are named in the answer and come
 * again, the others do not. One log line per token.
 */
import { BatchProcessor, EventType, processPartialResponse } from '@aws-lambda-powertools/batch';
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Scheduled } from '../../lib/background/scheduled-refresh.ts';
import { systemClock } from '../../lib/clock.ts';
import { LatchkeyError } from '../../lib/errors.ts';
import { checkBatch, tokenIdOf } from '../../lib/refresh-queue/refresh-message.ts';
import { type LogLine, log } from './log.ts';
import type { Telemetry } from './telemetry.ts';
import { frames } from './unexpected.ts';

const processor = new BatchProcessor(EventType.SQS);

/** @throws LatchkeyError INVALID_REQUEST for an event that is no batch */
export async function eachMessage(
  event: SQSEvent,
  refresh: (tokenId: string) => Promise<Scheduled>,
  telemetry: Telemetry,
): Promise<SQSBatchResponse> {
  checkBatch(event);
  const record = async ({ messageId, body }: SQSRecord): Promise<void> => {
    const tokenId = tokenIdOf(body);
    // Nobody of ours has sent it, and trying again would not change it.
    if (tokenId === undefined) return;
    const startedMs = systemClock.nowMs();
    const line = (outcome: Pick<LogLine, 'level' | 'outcome'> & Partial<LogLine>) => {
      const durationMs = systemClock.nowMs() - startedMs;
      log({ operation: 'scheduledRefresh', requestId: messageId, tokenId, durationMs, ...outcome });
    };
    try {
      const { outcome, row } = await refresh(tokenId);
      if (isTrouble(outcome)) line({ level: 'WARN', outcome, ...reasonOf(row) });
      else line({ level: 'INFO', outcome });
    } catch (error) {
      if (error instanceof LatchkeyError) {
        if (error.code === 'STORE_UNAVAILABLE') telemetry.storeUnavailable();
        line({ level: 'WARN', outcome: error.code });
      } else {
        const errorName = error instanceof Error ? error.name : typeof error;
        line({ level: 'ERROR', outcome: 'BUG', errorName, errorStack: frames(error) });
      }
      throw error;
    }
  };
  return processPartialResponse(event, record, processor, { throwOnFullBatchFailure: false });
}

/** Error codes and the like, as the verdicts have them: never a provider's own text. */
function reasonOf(row: Scheduled['row']): Pick<LogLine, 'reason'> {
  return row?.failure === undefined ? {} : { reason: row.failure.verdict };
}

function isTrouble(outcome: Scheduled['outcome']): boolean {
  return !['refreshed', 'fresh', 'idle', 'gone', 'changed'].includes(outcome);
}
