/** A user of an application, with one token in the store. */
import type { Grant } from './simulated-provider.ts';

export interface Account {
  readonly index: number;
  readonly userName: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly rotates: boolean;
  readonly graceMs: number;
  readonly usedEveryMs: number;
  /** What the user consented to last. */
  grant: Grant;
  tokenId?: string;
  /** When the store last committed a save of this user's. */
  savedAtMs?: number;
  /** When a deletion was acknowledged; absent again after a login. */
  deletedAtMs?: number;
  /** Rises when the user begins and ends to change something: answers of before may follow. */
  changes: number;
  /** Whether a change is under way. */
  changing: boolean;
}

/** The account of a user name, as `userNameOf` made it. */
export function ownerOf(userName: string): number {
  return Number(userName.slice('user-'.length));
}

export function userNameOf(index: number): string {
  return `user-${index}`;
}
