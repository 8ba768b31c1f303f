/**
 * The time at AWS, by the date of its answers: rows and secrets bear its times, and an operator's
 * machine may be minutes off.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Clock, systemClock } from '../lib/clock.ts';

/** @returns a clock that goes by the last answer to `client`; by this machine before there is one */
export function awsClock(client: DynamoDBClient): Clock {
  let aheadMs = 0;
  client.middlewareStack.add(
    (next) => async (args) => {
      const result = await next(args);
      const atMs = Date.parse(dateOf(result.response) ?? '');
      if (!Number.isNaN(atMs)) aheadMs = atMs - systemClock.nowMs();
      return result;
    },
    { step: 'deserialize', name: 'noteAwsTime', priority: 'low' },
  );
  return { nowMs: () => systemClock.nowMs() + aheadMs, sleep: systemClock.sleep };
}

function dateOf(response: unknown): string | undefined {
  const { headers } = response as { readonly headers?: Readonly<Record<string, string>> };
  return headers?.['date'];
}
