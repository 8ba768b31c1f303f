/**
 * Batches of which a fault has some entries fail: the others are executed, and the answer says both
 * as the service would say it. Pure.
 */
import { type Answer, jsonAnswer, type ServiceCall } from './service.ts';

type Members = Record<string, unknown>;

/** Batch operations that fail entry by entry, and the protocol of their answers. */
const PROTOCOL_OF_ACTION: Readonly<Record<string, '1.0' | '1.1'>> = {
  'sqs SendMessageBatch': '1.0',
  'sqs DeleteMessageBatch': '1.0',
  'sqs ChangeMessageVisibilityBatch': '1.0',
  'events PutEvents': '1.1',
};

export function failsByEntry(call: Pick<ServiceCall, 'service' | 'action'>): boolean {
  return Object.hasOwn(PROTOCOL_OF_ACTION, `${call.service} ${call.action}`);
}

/**
 * @param failing positions of the entries that are not to be executed, from 0
 * @param execute the operation, for the entries that are left
 */
export async function withFailedEntries(
  call: ServiceCall,
  failing: readonly number[],
  execute: (call: ServiceCall) => Promise<Answer>,
): Promise<Answer> {
  const entries = (call.request['Entries'] ?? []) as readonly Members[];
  const failed = entries.filter((_entry, index) => failing.includes(index));
  const left = entries.filter((_entry, index) => !failing.includes(index));
  const protocol = PROTOCOL_OF_ACTION[`${call.service} ${call.action}`];
  if (protocol === undefined || failed.length === 0) return execute(call);

  let members: Members = {};
  if (left.length > 0) {
    const answer = await execute({ ...call, request: { ...call.request, Entries: left } });
    if (answer.errorName !== undefined) return answer;
    members = JSON.parse(String(answer.body)) as Members;
  }
  const merged =
    call.service === 'sqs'
      ? withFailedMessages(members, failed)
      : withFailedEvents(members, entries.length, failing);
  return jsonAnswer(protocol, merged);
}

function withFailedMessages(members: Members, failed: readonly Members[]): Members {
  const more = failed.map(({ Id }) => ({
    Id,
    SenderFault: false,
    Code: 'InternalError',
    Message: 'We encountered an internal error. Please try again.',
  }));
  return { ...members, Failed: [...((members['Failed'] ?? []) as Members[]), ...more] };
}

function withFailedEvents(members: Members, count: number, failing: readonly number[]): Members {
  const done = [...((members['Entries'] ?? []) as Members[])];
  const entries = Array.from({ length: count }, (_, index) =>
    failing.includes(index)
      ? { ErrorCode: 'InternalFailure', ErrorMessage: 'The request processing has failed.' }
      : done.shift(),
  );
  const failed = entries.filter((entry) => entry !== undefined && 'ErrorCode' in entry);
  return { FailedEntryCount: failed.length, Entries: entries };
}
