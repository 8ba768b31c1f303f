/**
 * Whom a save meets besides the token that it updates, as far as its lookup saw: who must give way,
 * who is gone, and who is gone only as long as nobody brings it back.
 * Pure: no I/O, no clock, no environment.
 */
import type { Token } from '../token.ts';
import { type LookupKey, lookupKeys } from '../token-index/lookup-key.ts';
import { isAlive, isTombstone, type RowCheck, type TokenRow } from '../token-index/token-index.ts';
import type { Lookup } from '../token-lookup.ts';

/**
 * The token that was this user's and client's until now, where a user or client learned later makes
 * another one theirs: a user has one token per client, and its old id leads to the new one.
 */
export function rivalOf(
  before: TokenRow,
  after: Token,
  { keyRows, living }: Lookup,
): TokenRow | undefined {
  const { userName, clientId } = after;
  if (before.userName === userName && before.clientId === clientId) return undefined;
  if (userName === undefined) return undefined;
  const { user } = lookupKeys({ userName });
  const entries = (user && keyRows.get(user)?.entries) ?? [];
  return entries
    .map(({ id }) => living.get(id))
    .find((row) => row !== undefined && row.id !== before.id && row.clientId === clientId);
}

/** Tells key entries of tokens that are dead. */
export function goneIn({ rows, generation }: Lookup): (id: string) => boolean {
  return (id) => {
    const row = rows.get(id);
    return row === undefined || !isAlive(row, generation);
  };
}

/**
 * Tokens that were logged out and not buried yet have their keys still, and a restore may bring
 * them back. It puts them last in each of their key rows, and the save that changes such a row is
 * refused. Of one that stands last already the key row tells nothing, and its own row does:
 *
 *   save      reads: ann's token is logged out ──────────────────── a new token of ann's, refused
 *   restore                                      ann's token is back
 */
export function stillLoggedOut({ keyRows, rows, generation }: Lookup): RowCheck[] {
  const last = new Set([...keyRows.values()].map(({ entries }) => entries.at(-1)?.id));
  return [...rows.values()]
    .filter((row) => !isTombstone(row) && row.generation < generation && last.has(row.id))
    .map(({ id, revision }) => ({ id, expected: { revision } }));
}

/**
 * The key row that says which token is meant, where a save names a user and no client: the one that
 * was saved last, as long as no other is.
 */
export function mostRecentOf(given: Token): LookupKey[] {
  const { user } = lookupKeys(given);
  return user !== undefined && given.clientId === undefined ? [user] : [];
}
