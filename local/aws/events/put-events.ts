/** One entry of PutEvents: what EventBridge takes, and what it answers to the rest. Pure. */
import { ServiceError } from '../service.ts';

/** PutEvents, API reference: ten entries, one megabyte in all. */
const MAX_ENTRIES = 10;
const MAX_BYTES = 1_048_576;

export const DEFAULT_BUS = 'default';

/** An event as it was put. */
export interface PutEvent {
  /** The bus's name. */
  readonly bus: string;
  readonly source: string;
  readonly detailType: string;
  /** The object that the detail's JSON says. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** ISO 8601: the entry's own, or else when it was put. */
  readonly time: string;
}

export type EntryResult =
  | { readonly ok: true; readonly event: PutEvent }
  | { readonly ok: false; readonly ErrorCode: string; readonly ErrorMessage: string };

type Entry = Readonly<Record<string, unknown>>;

export function putEventsEntries(request: Record<string, unknown>): readonly Entry[] {
  const entries = request['Entries'];
  if (!Array.isArray(entries) || entries.length === 0) {
    throw lengthError('greater than or equal to 1');
  }
  if (entries.length > MAX_ENTRIES) throw lengthError(`less than or equal to ${MAX_ENTRIES}`);
  if (entries.reduce((sum: number, entry: Entry) => sum + entryBytes(entry), 0) > MAX_BYTES) {
    throw new ServiceError(
      'ValidationException',
      'Total size of the entries in the request is over the limit.',
    );
  }
  return entries;
}

export function readEntry(entry: Entry, nowMs: number): EntryResult {
  for (const member of ['Source', 'DetailType', 'Detail']) {
    if (typeof entry[member] === 'string' && entry[member] !== '') continue;
    const message = `Parameter ${member} is not valid. Reason: ${member} is a required argument.`;
    return { ok: false, ErrorCode: 'InvalidArgument', ErrorMessage: message };
  }
  const source = String(entry['Source']);
  if (source.startsWith('aws.')) {
    const ErrorMessage = 'Not authorized for the source.';
    return { ok: false, ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage };
  }
  const detail = jsonObject(String(entry['Detail']));
  if (detail === undefined) {
    return { ok: false, ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  }
  const seconds = entry['Time'];
  return {
    ok: true,
    event: {
      bus: String(entry['EventBusName'] ?? DEFAULT_BUS).replace(/^arn:.*:event-bus\//, ''),
      source,
      detailType: String(entry['DetailType']),
      detail,
      time: new Date(typeof seconds === 'number' ? seconds * 1000 : nowMs).toISOString(),
    },
  };
}

/** As the developer guide counts: 14 bytes for a time, the rest as UTF-8. */
function entryBytes(entry: Entry): number {
  const texts = [entry['Source'], entry['DetailType'], entry['Detail']];
  const resources = (entry['Resources'] ?? []) as unknown[];
  return [...texts, ...resources].reduce<number>(
    (sum, text) => sum + Buffer.byteLength(String(text ?? '')),
    entry['Time'] === undefined ? 0 : 14,
  );
}

function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = value !== null && typeof value === 'object' && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function lengthError(constraint: string): ServiceError {
  return new ServiceError(
    'ValidationException',
    `1 validation error detected: Value '[PutEventsRequestEntry]' at 'entries' failed to satisfy constraint: Member must have length ${constraint}`,
  );
}
