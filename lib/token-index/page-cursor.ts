/**
 * The cursor of a listing: where the next page starts, opaque to the caller, and with a checksum
 * over the store, so that one that was cut off, or is of another store, does not start elsewhere
 * unnoticed. It is against mistakes: who knows how could make one, and would gain nothing. Pure.
 */
import { hash } from 'node:crypto';
import { LatchkeyError } from '../errors.ts';

const CHECKSUM_LENGTH = 16;

/** @param store - what only this store is called */
export function pageCursor(store: string, partition: string): string {
  const checksum = hash('sha256', `latchkey/v1/cursor\0${store}\0${partition}`, 'hex');
  const start = Buffer.from(partition, 'utf8').toString('base64url');
  return `${start}.${checksum.slice(0, CHECKSUM_LENGTH)}`;
}

/** @throws LatchkeyError INVALID_REQUEST for a cursor that no page of this store gave */
export function pageStart(store: string, cursor: string): string {
  const [start = ''] = cursor.split('.');
  const partition = Buffer.from(start, 'base64url').toString('utf8');
  if (pageCursor(store, partition) === cursor) return partition;
  throw noSuchPage();
}

export function noSuchPage(): LatchkeyError {
  return new LatchkeyError(
    'INVALID_REQUEST',
    'cursor: not a cursor of this store. Pass on the one of the previous page, or none.',
  );
}
