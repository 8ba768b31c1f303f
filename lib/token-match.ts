/**
 * Which stored token a find or a save means. Both read the same key rows; a find goes by the first
 * key that is named, a save by the first that matches.
 * Pure: no I/O, no clock, no environment.
 */

import type { Token } from './token.ts';
import { type KeyKind, kindOf, type LookupKey, lookupKeys } from './token-index/lookup-key.ts';
import type { KeyEntry, KeyRow, TokenRow } from './token-index/token-index.ts';

/** The living rows that were read, by id. */
export type LivingRows = ReadonlyMap<string, TokenRow>;
type KeyRows = ReadonlyMap<LookupKey, KeyRow>;

/**
 * The keys a find goes by: by user; else by access token where no client is named; else by grant,
 * and where no token has that grant, by refresh token. None: the request names nothing usable.
 */
export function findKeys(named: Token): readonly LookupKey[] {
  const { user, access, grant, refresh } = lookupKeys(named);
  if (user !== undefined) return [user];
  if (access !== undefined && namesNoClient(named)) return [access];
  return [grant, refresh].filter((key) => key !== undefined);
}

/**
 * The keys a save looks at: by user, access token where no client is named, grant, refresh. With a
 * client the access token comes last: what has nothing else to be known by would otherwise be
 * another token with every save.
 */
export function saveKeys(given: Token): readonly LookupKey[] {
  const { user, access, grant, refresh } = lookupKeys(given);
  const keys = namesNoClient(given)
    ? [user, access, grant, refresh]
    : [user, grant, refresh, access];
  return keys.filter((key) => key !== undefined);
}

/** The token that a find means, given the key rows of `findKeys` and the rows they lead to. */
export function matchFind(named: Token, keyRows: KeyRows, rows: LivingRows): TokenRow | undefined {
  for (const key of findKeys(named)) {
    const match = mostRecent(key, named.clientId, keyRows, rows);
    if (match !== undefined) return match;
  }
  return undefined;
}

/**
 * The token that a save without an id updates, or undefined for a new one. A save that names a
 * user goes to that user's token, or gives the name to a token that has none yet: never to
 * another user's.
 */
export function matchSave(given: Token, keyRows: KeyRows, rows: LivingRows): TokenRow | undefined {
  const ownOrNameless = new Map(
    [...rows].filter(([, { userName }]) => userName === undefined || userName === given.userName),
  );
  for (const key of saveKeys(given)) {
    const attaching = given.userName !== undefined && kindOf(key) !== 'user';
    const match = mostRecent(key, given.clientId, keyRows, attaching ? ownOrNameless : rows);
    if (match !== undefined) return match;
  }
  return undefined;
}

/** Whether a token of `stored` client may be the one that a request naming `named` means. */
export function sameClient(named: string | undefined, stored: string | undefined): boolean {
  return named === undefined || stored === undefined || named === stored;
}

/** A token without a user's name may be anybody's. */
export function sameUser(named: string | undefined, stored: string | undefined): boolean {
  return named === undefined || stored === undefined || named === stored;
}

function namesNoClient(token: Token): boolean {
  return token.clientId === undefined && token.clientSecret === undefined;
}

/**
 * The most recently saved token behind a key. With a client named: that client's. Who shows a
 * token's own credential may also mean one whose client was never said; who only knows a user's
 * name may not.
 */
function mostRecent(
  key: LookupKey,
  clientId: string | undefined,
  keyRows: KeyRows,
  rows: LivingRows,
): TokenRow | undefined {
  const newestFirst = (keyRows.get(key)?.entries ?? [])
    .map((entry: KeyEntry) => rows.get(entry.id))
    .filter((row) => row?.keys.includes(key))
    .reverse();
  if (clientId === undefined) return newestFirst[0];
  const ofClient = newestFirst.find((row) => row?.clientId === clientId);
  if (ofClient !== undefined || isName(kindOf(key))) return ofClient;
  return newestFirst.find((row) => row?.clientId === undefined);
}

function isName(kind: KeyKind): boolean {
  return kind === 'user';
}
