/** Members of an SQS request, checked against the limits of the API model. Pure. */
import { failures } from './failures.ts';
import {
  attributesBytes,
  type MessageAttributes,
  messageAttributes,
} from './message-attributes.ts';

export type Request = Readonly<Record<string, unknown>>;

/** SendMessage and SendMessageBatch, API reference: 1 MiB, attributes included. */
const MAX_BYTES = 1_048_576;
const MAX_ENTRIES = 10;

/** What XML cannot carry, SQS does not take (API reference, SendMessage). */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;

export function requiredString(request: Request, member: string): string {
  const value = request[member] ?? undefined;
  if (value === undefined || value === '') throw failures.missingParameter(member);
  return String(value);
}

export function optionalInteger(
  request: Request,
  member: string,
  min: number,
  max: number,
): number | undefined {
  const value = request[member] ?? undefined;
  if (value === undefined) return undefined;
  const number = Number(value);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw failures.invalidValue(member, value, `Must be >= ${min} and <= ${max}, if provided.`);
}

export function stringList(request: Request, member: string): readonly string[] {
  const list = request[member] ?? [];
  return Array.isArray(list) ? list.map(String) : [];
}

export interface MessageFields {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly delaySeconds: number;
}

export function messageFields(request: Request): MessageFields {
  const fields = {
    body: requiredString(request, 'MessageBody'),
    attributes: messageAttributes(request['MessageAttributes']),
    delaySeconds: optionalInteger(request, 'DelaySeconds', 0, 900) ?? 0,
  };
  if (messageBytes(fields) > MAX_BYTES) {
    throw failures.invalidParameters(`Message must be shorter than ${MAX_BYTES} bytes.`);
  }
  if (FORBIDDEN.test(fields.body)) throw failures.invalidMessageContents();
  return fields;
}

/** The entries of a batch, once the batch as a whole is in order. */
export function batchEntries(request: Request, entryType: string): readonly Request[] {
  const entries = (request['Entries'] ?? []) as readonly Request[];
  if (entries.length === 0) throw failures.emptyBatch(entryType);
  if (entries.length > MAX_ENTRIES) throw failures.tooManyEntries(entries.length);
  const ids = new Set<string>();
  for (const entry of entries) {
    const id = requiredString(entry, 'Id');
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(id)) throw failures.invalidEntryId();
    if (ids.has(id)) throw failures.repeatedEntryId(id);
    ids.add(id);
  }
  return entries;
}

export function refuseLongBatch(entries: readonly Request[]): void {
  const bytes = entries.reduce((sum, entry) => {
    const attributes = (entry['MessageAttributes'] ?? {}) as MessageAttributes;
    return sum + messageBytes({ body: String(entry['MessageBody'] ?? ''), attributes });
  }, 0);
  if (bytes > MAX_BYTES) throw failures.batchTooLong(bytes);
}

function messageBytes({ body, attributes }: Pick<MessageFields, 'body' | 'attributes'>): number {
  return Buffer.byteLength(body) + attributesBytes(attributes);
}
