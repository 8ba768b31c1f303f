/**
 * How many tokens may share a key. A key row is one item, read and written whole: what only grows
 * would in the end be refused by DynamoDB (400 KB), for everybody behind it.
 * Pure: no I/O, no clock, no environment.
 */
import { LatchkeyError } from '../errors.ts';
import { type KeyKind, kindOf, type LookupKey } from '../token-index/lookup-key.ts';
import type { KeyEntry, KeyRow } from '../token-index/token-index.ts';

/** Of the entries as JSON: about 700 tokens, with client ids as Zoho gives them. */
const MAX_ENTRIES_BYTES = 65_536;

const DELETE_SOME = 'delete some of those tokens by their ids, with delete-token.';

/** Whether no other token may take the key of these. Those that have it may do as ever. */
export function isFull(entries: readonly KeyEntry[] = []): boolean {
  return Buffer.byteLength(JSON.stringify(entries), 'utf8') > MAX_ENTRIES_BYTES;
}

/**
 * @param taken - the keys that a token is about to take
 * @param isGone - tells entries that go when the key row changes
 * @throws LatchkeyError CONFLICT where one of them is full
 */
export function assertRoom(
  taken: readonly LookupKey[],
  keyRows: ReadonlyMap<LookupKey, KeyRow>,
  isGone: (id: string) => boolean,
): void {
  for (const key of taken) {
    const staying = keyRows.get(key)?.entries.filter(({ id }) => !isGone(id)) ?? [];
    if (isFull(staying)) throw new LatchkeyError('CONFLICT', problem(kindOf(key), staying.length));
  }
}

function problem(kind: KeyKind, count: number): string {
  if (kind === 'user') {
    return `userName: this user has ${count} tokens, one for each client, and no more fit: ${DELETE_SOME}`;
  }
  return (
    `${kind}Token: ${count} tokens hold this one, and no more fit. Leave it out if it stands for ` +
    `none; or ${DELETE_SOME}`
  );
}
