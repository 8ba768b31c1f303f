/** What a message of the refresh queue says: a token's id, and nothing else of it. Pure. */
import * as v from 'valibot';
import { LatchkeyError } from '../errors.ts';

/** What SQS hands over; it knows more of each message. */
const batch = v.looseObject({
  Records: v.array(v.looseObject({ messageId: v.string(), body: v.string() })),
});

export function refreshMessage(tokenId: string): string {
  return JSON.stringify({ tokenId });
}

/** The token that a message names; undefined for what this store has not sent. */
export function tokenIdOf(message: string): string | undefined {
  return /^\{"tokenId":"([0-9a-f]{32})"\}$/.exec(message)?.[1];
}

/** @throws LatchkeyError INVALID_REQUEST for what is no batch of messages, whoever invoked us with it */
export function checkBatch(event: unknown): void {
  if (v.is(batch, event)) return;
  throw new LatchkeyError('INVALID_REQUEST', 'The worker takes a batch of messages from SQS.');
}
