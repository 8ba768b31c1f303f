/**
 * One call from arrival to answer: read it, suffer its faults, execute it, record it, answer.
 * Recording comes before answering, so whoever has an answer finds the call in the record.
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { type AwsCall, recorded } from './call-log.ts';
import { withFailedEntries } from './entry-failures.ts';
import { faultAnswer } from './fault-answers.ts';
import type { FaultKind, FaultPlan } from './faults.ts';
import { readCall } from './read-call.ts';
import type { Answer, Service, ServiceCall, ServiceName } from './service.ts';

export interface FrontDoor {
  readonly services: Readonly<Record<ServiceName, Service>>;
  readonly faults: FaultPlan;
  readonly calls: AwsCall[];
  /** The oldest calls beyond this number are forgotten. */
  readonly rememberedCalls: number;
}

export async function serveCall(
  door: FrontDoor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const read = await readCall(request);
  if (!read.ok) return send(response, read.answer);
  const answer = await perform(door, read.call);
  if (answer === undefined) response.destroy();
  else send(response, answer);
}

/**
 * The part after reading, which calls from inside the embedded AWS take too.
 *
 * @returns undefined where a fault broke the connection
 */
export async function perform(door: FrontDoor, call: ServiceCall): Promise<Answer | undefined> {
  const { kinds } = door.faults.strike(call);
  const record = (statusCode: number, errorName?: string) => {
    door.calls.push(recorded(call, statusCode, errorName));
    if (door.calls.length > door.rememberedCalls) door.calls.shift();
  };

  await sufferBefore(kinds);
  if (has(kinds, 'lostRequest')) {
    record(0, 'LostRequest');
    return undefined;
  }
  const answer = decided(kinds, call) ?? (await execute(door, call, kinds));
  for (const kind of kinds) if (kind.type === 'hook') await kind.after?.();
  if (has(kinds, 'lostResponse')) {
    record(answer.statusCode, 'LostResponse');
    return undefined;
  }
  record(answer.statusCode, answer.errorName);
  return answer;
}

export function send(response: ServerResponse, answer: Answer): void {
  response.writeHead(answer.statusCode, {
    'x-amzn-requestid': randomUUID(),
    ...answer.headers,
    'content-length': Buffer.byteLength(answer.body),
  });
  response.end(answer.body);
}

async function sufferBefore(kinds: readonly FaultKind[]): Promise<void> {
  for (const kind of kinds) {
    if (kind.type === 'slow') await delay(kind.delayMs, undefined, { ref: false });
    if (kind.type === 'pause') await kind.until;
    if (kind.type === 'hook') await kind.before?.();
  }
}

function decided(kinds: readonly FaultKind[], call: ServiceCall): Answer | undefined {
  for (const kind of kinds) {
    const answer = faultAnswer(kind, call);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

function execute(door: FrontDoor, call: ServiceCall, kinds: readonly FaultKind[]): Promise<Answer> {
  const stale = has(kinds, 'staleRead');
  const failing = kinds.flatMap((kind) => (kind.type === 'entryFailure' ? kind.entries : []));
  const service = door.services[call.service];
  return withFailedEntries(call, failing, (left) => service.execute(left, stale));
}

function has(kinds: readonly FaultKind[], type: FaultKind['type']): boolean {
  return kinds.some((kind) => kind.type === type);
}
