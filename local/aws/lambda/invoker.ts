/**
 * Invocations that the embedded AWS itself makes, for event sources and schedules. They go through
 * the front door, so faults strike them and the record has them, under a caller of their own.
 */
import { type FrontDoor, perform } from '../front-door.ts';
import type { Answer } from '../service.ts';

/** Who the record says invoked. */
export type InternalCaller = 'event-source' | 'scheduler';

export interface Invocation {
  readonly caller: InternalCaller;
  readonly functionName: string;
  readonly type: 'Event' | 'RequestResponse';
  readonly payload: string;
}

/** The function's answer, or undefined where the invocation or the function failed. */
export type Invoke = (invocation: Invocation) => Promise<string | undefined>;

export function invokerOf(door: FrontDoor): Invoke {
  return async ({ caller, functionName, type, payload }) => {
    const answer = await perform(door, {
      service: 'lambda',
      action: 'Invoke',
      caller,
      request: { FunctionName: functionName, InvocationType: type },
      body: Buffer.from(payload),
      forwardHeaders: {},
    });
    return answer === undefined || failed(answer) ? undefined : String(answer.body);
  };
}

function failed({ statusCode, headers }: Answer): boolean {
  return statusCode >= 300 || 'x-amz-function-error' in headers;
}
