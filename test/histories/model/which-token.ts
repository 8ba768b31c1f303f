/**
 * Which token a request means, in the words of the contract.
 * Pure: no I/O, no clock, no environment.
 *
 * A find goes by the first of these that the request names: user (with the client if named, else
 * the user's most recently saved token), access token where no client is named, grant, refresh
 * token; where no token has the grant, by the refresh token. Who names a client means that client's
 * token; who shows a credential may also mean a token whose client was never said. Where several
 * tokens share a credential, each of them is a right answer.
 *
 * A save goes by the first that matches, so that it updates a token rather than make a second one;
 * with a client named the access token comes last. It gives a user's name to a token of nobody,
 * never to another user's.
 */
import type { Fields } from '../program/operation.ts';
import { isAlive, type ModelState, type ModelToken, resolved } from './state.ts';

type Credential = 'accessToken' | 'grantToken' | 'refreshToken';

/** The living tokens that a find without an id may answer with; none: `null`. */
export function meantByFind(named: Fields, state: ModelState): readonly ModelToken[] {
  const { userName, clientId, clientSecret, accessToken } = named;
  if (userName !== undefined) return ofUser(userName, clientId, state);
  const namesNoClient = clientId === undefined && clientSecret === undefined;
  if (accessToken !== undefined && namesNoClient)
    return withCredential('accessToken', named, state);
  const byGrant = withCredential('grantToken', named, state);
  return byGrant.length > 0 ? byGrant : withCredential('refreshToken', named, state);
}

/** The tokens that a save may update; `new` where it makes one; or the code that refuses it. */
export function meantBySave(
  { id, token: given }: { readonly id?: string; readonly token: Fields },
  state: ModelState,
): readonly ModelToken[] | 'new' | 'NOTHING_TO_STORE' | 'TOKEN_NOT_FOUND' | 'CONFLICT' {
  const named = id === undefined ? undefined : resolved(id, state);
  if (named !== undefined) {
    if (!isAlive(named, state)) return 'TOKEN_NOT_FOUND';
    const { userName, clientId } = named.fields;
    if (!differ(clientId, given.clientId)) {
      return differ(userName, given.userName) ? 'CONFLICT' : [named];
    }
  }
  const matching = matchingSave(given, state);
  if (matching.length > 0) return matching;
  const { accessToken, grantToken, refreshToken } = given;
  return (accessToken ?? grantToken ?? refreshToken) ? 'new' : 'NOTHING_TO_STORE';
}

function matchingSave(given: Fields, state: ModelState): readonly ModelToken[] {
  const { userName, clientId, clientSecret } = given;
  const own = userName === undefined ? [] : ofUser(userName, clientId, state);
  if (own.length > 0) return own;
  const namesNoClient = clientId === undefined && clientSecret === undefined;
  const order: Credential[] = namesNoClient
    ? ['accessToken', 'grantToken', 'refreshToken']
    : ['grantToken', 'refreshToken', 'accessToken'];
  const notAnothers = (token: ModelToken) => !differ(token.fields.userName, userName);
  for (const credential of order) {
    const found = withCredential(credential, given, state, notAnothers);
    if (found.length > 0) return found;
  }
  return [];
}

function ofUser(
  userName: string,
  clientId: string | undefined,
  state: ModelState,
): readonly ModelToken[] {
  const own = living(state).filter(({ fields }) => fields.userName === userName);
  if (clientId === undefined) return own.slice(-1);
  return own.filter(({ fields }) => fields.clientId === clientId);
}

function withCredential(
  credential: Credential,
  named: Fields,
  state: ModelState,
  mayBe: (token: ModelToken) => boolean = () => true,
): readonly ModelToken[] {
  const value = named[credential];
  if (value === undefined) return [];
  const having = living(state).filter(
    (token) => token.fields[credential] === value && mayBe(token),
  );
  const { clientId } = named;
  if (clientId === undefined) return having;
  const ofClient = having.filter(({ fields }) => fields.clientId === clientId);
  if (ofClient.length > 0) return ofClient;
  return having.filter(({ fields }) => fields.clientId === undefined);
}

function living(state: ModelState): ModelToken[] {
  return state.tokens.filter((token) => isAlive(token, state));
}

/** Whether both are said, and they are not the same. */
function differ(one: string | undefined, other: string | undefined): boolean {
  return one !== undefined && other !== undefined && one !== other;
}
