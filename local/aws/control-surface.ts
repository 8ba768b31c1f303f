/**
 * `/_embedded/...`: faults, the record of calls and cold starts for tests that run in another
 * process.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AwsCall } from './call-log.ts';
import type { Fault, FaultPlan } from './faults.ts';
import { send } from './front-door.ts';
import { readBody } from './read-call.ts';

export const CONTROL_PATH = '/_embedded/';

export interface Controlled {
  readonly calls: AwsCall[];
  readonly faults: FaultPlan;
  coldStart(functionName?: string): Promise<void>;
}

const PLAIN_KINDS = [
  'throttle',
  'serverError',
  'lostRequest',
  'lostResponse',
  'slow',
  'staleRead',
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
    default:
      return answer(response, 404, { error: 'no such control' });
  }
}

function parseFault(body: string): Fault | undefined {
  const fault = JSON.parse(body) as Fault;
  return PLAIN_KINDS.includes(fault.kind?.type) ? fault : undefined;
}

function answer(response: ServerResponse, statusCode: number, members: unknown): void {
  send(response, {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(members),
  });
}
