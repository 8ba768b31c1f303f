/**
 * `/_embedded/...`: faults, the record of calls and of events, the clock, double deliveries and
 * cold starts for tests that run in another process.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsCall } from './call-log.ts';
import type { Clock } from './clock.ts';
import type { PutEvent } from './events/put-events.ts';
import type { Fault, FaultPlan } from './faults.ts';
import { send } from './front-door.ts';
import { readBody } from './read-call.ts';

export const CONTROL_PATH = '/_embedded/';

export interface Controlled {
  readonly calls: AwsCall[];
  readonly faults: FaultPlan;
  readonly clock: Clock;
  events(): readonly PutEvent[];
  forgetEvents(): void;
  deliverTwice(queue: string, messages: number): void;
  settled(): Promise<void>;
  advanceMinutes(minutes: number): Promise<void>;
  coldStart(functionName?: string): Promise<void>;
}

const PLAIN_KINDS = [
  'throttle',
  'serverError',
  'lostRequest',
  'lostResponse',
  'slow',
  'staleRead',
  'entryFailure',
  'transactionConflict',
];

export async function serveControl(
  controlled: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = (await readBody(request)).toString('utf8');
  switch (`${request.method} ${request.url}`) {
    case 'POST /_embedded/faults': {
      const fault = parseFault(body);
      if (fault === undefined) return answer(response, 400, { error: `kind.type: ${PLAIN_KINDS}` });
      controlled.faults.add(fault);
      return answer(response, 200, {});
    }
    case 'DELETE /_embedded/faults':
      controlled.faults.clear();
      return answer(response, 200, {});
    case 'GET /_embedded/calls':
      return answer(response, 200, { calls: controlled.calls });
    case 'DELETE /_embedded/calls':
      controlled.calls.length = 0;
      return answer(response, 200, {});
    case 'POST /_embedded/cold-start': {
      const { functionName } = JSON.parse(body || '{}') as { functionName?: string };
      await controlled.coldStart(functionName);
      return answer(response, 200, {});
    }
    case 'GET /_embedded/events':
      return answer(response, 200, { events: controlled.events() });
    case 'DELETE /_embedded/events':
      controlled.forgetEvents();
      return answer(response, 200, {});
    case 'GET /_embedded/clock':
      return answer(response, 200, { nowMs: controlled.clock.nowMs() });
    case 'POST /_embedded/clock': {
      const { advanceMs } = JSON.parse(body) as { advanceMs: number };
      return attempt(response, () => controlled.clock.advance(advanceMs));
    }
    case 'POST /_embedded/advance-minutes': {
      const { minutes } = JSON.parse(body) as { minutes: number };
      await controlled.advanceMinutes(minutes);
      return answer(response, 200, {});
    }
    case 'POST /_embedded/settled':
      await controlled.settled();
      return answer(response, 200, {});
    case 'POST /_embedded/deliver-twice': {
      const { queue, messages } = JSON.parse(body) as { queue: string; messages: number };
      return attempt(response, () => controlled.deliverTwice(queue, messages));
    }
    default:
      return answer(response, 404, { error: 'no such control' });
  }
}

function parseFault(body: string): Fault | undefined {
  const fault = JSON.parse(body) as Fault;
  return PLAIN_KINDS.includes(fault.kind?.type) ? fault : undefined;
}

/** What throws here is the request's fault. */
function attempt(response: ServerResponse, act: () => void): void {
  try {
    act();
  } catch (error) {
    answer(response, 400, { error: (error as Error).message });
    return;
  }
  answer(response, 200, {});
}

function answer(response: ServerResponse, statusCode: number, members: unknown): void {
  send(response, {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(members),
  });
}
