/** What must never be, and was found to be. */

export const INVARIANTS = {
  'save-lost': 'an acknowledged save is not found, or not whole',
  duplicate: 'a user has two living tokens of one client',
  'stray-key': 'a key leads to a token that is not there or does not have it',
  'missing-key': 'a key of a living token does not lead to it',
  'pin-broken': 'a pinned version cannot be read, or is not what its row says',
  'gone-found': 'a deleted or logged-out token is found',
  'grant-lost': 'the provider holds a valid grant, and the store does not have it',
  orphan: 'after the housekeeper something is left that nobody asks for',
} as const;

export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  /** The token, where it is one's. */
  readonly id: string;
  readonly detail: string;
}

export function shownViolation({ invariant, id, detail }: Violation): string {
  return `${id}: ${INVARIANTS[invariant]} (${detail})`;
}
