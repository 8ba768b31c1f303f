/** The cursor of a listing: where the next page starts, opaque to the caller. Pure. */
import { LatchkeyError } from '../errors.ts';

/** Of any item: a page may end at one that is no token. */
const PARTITION = /^(token|key|generation|client|job)#[\w#-]+$/;

export function pageCursor(partition: string): string {
  return Buffer.from(partition, 'utf8').toString('base64url');
}

/** @throws LatchkeyError INVALID_REQUEST for a cursor that no page gave */
export function pageStart(cursor: string): string {
  const partition = Buffer.from(cursor, 'base64url').toString('utf8');
  if (PARTITION.test(partition)) return partition;
  throw noSuchPage();
}

export function noSuchPage(): LatchkeyError {
  return new LatchkeyError(
    'INVALID_REQUEST',
    'cursor: not a cursor of this store. Pass on the one of the previous page, or none.',
  );
}
