/**
 * What must have been so at an instant of an operation, given how it was answered. `promises.ts` says
 * which instants there are.
 * Pure: no I/O, no clock, no environment.
 */
import type { TokenJson } from '../../../lib/contract.ts';
import type { Sight } from '../checker/linearizability.ts';
import type { Answers, Fields, Performed } from '../program/operation.ts';
import {
  isAlive,
  livingOf,
  type ModelState,
  type ModelToken,
  tokenOf,
  wasLoggedOutLast,
} from './state.ts';
import { obstacleTo, sameFields } from './steps.ts';
import { meantByFind, meantBySave } from './which-token.ts';

/** What nothing can have looked like. */
export const NEVER: Sight<ModelState> = () => false;

export function found(
  { id, token: named }: { id?: string; token: Fields },
  answer: Answers['find'],
) {
  const { token, reauthorized } = answer;
  const also = (own: ModelToken) => isNewTo(own, named) === reauthorized;
  if (id !== undefined) return foundById(id, token, also);
  if (token === null) return [(state: ModelState) => meantByFind(named, state).length === 0];
  const wasMeant = (state: ModelState) =>
    meantByFind(named, state).some((own) => own.id === token.id);
  return [wasMeant, wasSo(token, also)];
}

export function foundById(
  id: string,
  token: TokenJson | null,
  also: (own: ModelToken) => boolean = () => true,
): Sight<ModelState>[] {
  if (token === null) return [(state) => livingOf(id, state) === undefined];
  return [(state) => livingOf(id, state)?.id === token.id, wasSo(token, also)];
}

/** Exactly these fields, at an instant: a refresh that ends after a logout is still the find's. */
function wasSo(
  { id = '', ...fields }: TokenJson,
  also: (own: ModelToken) => boolean,
): Sight<ModelState> {
  return (state) => {
    const own = tokenOf(id, state);
    return (
      own !== undefined && own.ended === undefined && sameFields(own.fields, fields) && also(own)
    );
  };
}

/** A living token that holds exactly these fields. */
function isLike({ id = '', ...fields }: TokenJson): Sight<ModelState> {
  return (state) => {
    const own = tokenOf(id, state);
    return own !== undefined && isAlive(own, state) && sameFields(own.fields, fields);
  };
}

/** Whether a find carries a grant or refresh token that the token never had. */
function isNewTo({ fields, former }: ModelToken, named: Fields): boolean {
  return (['grantToken', 'refreshToken'] as const).some((field) => {
    const value = named[field];
    return value !== undefined && value !== fields[field] && !former.includes(`${field}=${value}`);
  });
}

type WhoseAccessToken = Performed<'accessToken'>['request'];

function wasMeantBy(request: WhoseAccessToken, id: string): Sight<ModelState> {
  return 'id' in request
    ? (state) => livingOf(request.id, state)?.id === id
    : (state) => meantByFind(request, state).some((own) => own.id === id);
}

export function handedOut(request: WhoseAccessToken, answer: Answers['accessToken']) {
  const { tokenId, accessToken, expiresAt, apiDomain } = answer;
  const wasSo: Sight<ModelState> = (state) => {
    const own = tokenOf(tokenId, state);
    if (own === undefined || own.ended !== undefined) return false;
    const { fields } = own;
    return (
      fields.accessToken === accessToken &&
      (fields.expiresAt ?? null) === expiresAt &&
      (fields.apiDomain ?? null) === apiDomain
    );
  };
  return [wasMeantBy(request, tokenId), wasSo];
}

export function refusal(
  one: Performed,
  { code, tokenId }: { readonly code: string; readonly tokenId: string | undefined },
): Sight<ModelState>[] {
  if (one.kind === 'save') return [(state) => meantBySave(one.request, state) === code];
  if (one.kind === 'delete' && one.request.revoke && code === 'PROVIDER_UNAVAILABLE') {
    return [(state) => livingOf(one.request.id, state) !== undefined];
  }
  if (one.kind !== 'accessToken') return [NEVER];
  const { request, endedAtMs } = one;
  if (code === 'TOKEN_NOT_FOUND') {
    return 'id' in request
      ? [(state) => livingOf(request.id, state) === undefined]
      : [(state) => meantByFind(request, state).length === 0];
  }
  if (tokenId === undefined) return [NEVER];
  const refreshable = code === 'PROVIDER_UNAVAILABLE';
  const hadNone: Sight<ModelState> = (state) => {
    const own = tokenOf(tokenId, state);
    if (own === undefined || own.ended !== undefined) return false;
    return !isSurelyUsable(own.fields, endedAtMs) && canBeRefreshed(own.fields) === refreshable;
  };
  return [wasMeantBy(request, tokenId), hadNone];
}

/** How far the clocks of containers may be apart. */
const MOST_SKEW_MS = 120_000;

/** Where nobody said when an access token expires, it may be taken to have. */
function isSurelyUsable({ accessToken, expiresAt }: Fields, nowMs: number): boolean {
  return accessToken !== undefined && expiresAt !== undefined && expiresAt > nowMs + MOST_SKEW_MS;
}

function canBeRefreshed({ refreshToken, clientId, clientSecret }: Fields): boolean {
  return refreshToken !== undefined && clientId !== undefined && clientSecret !== undefined;
}

export function listed(
  { tokens, unreadable }: Answers['list'],
  { includeSecrets }: { readonly includeSecrets: boolean },
  known: readonly string[],
): Sight<ModelState>[] {
  const shown = tokens.map(({ id }) => id);
  const twice = shown.some((id, place) => shown.indexOf(id) !== place);
  if (unreadable.length > 0 || twice) return [NEVER];
  const missing = known.filter((id) => !shown.includes(id));
  return [
    ...tokens.map((token) => (includeSecrets ? isLike(token) : isDescribedBy(token))),
    ...missing.map(
      (id): Sight<ModelState> =>
        (state) => {
          const own = tokenOf(id, state);
          return own === undefined || !isAlive(own, state);
        },
    ),
  ];
}

/** A living token whose fields are these, but for its secrets. */
function isDescribedBy({ id = '', ...fields }: TokenJson): Sight<ModelState> {
  return (state) => {
    const own = tokenOf(id, state);
    if (own === undefined || !isAlive(own, state)) return false;
    const { clientSecret, grantToken, refreshToken, accessToken, ...described } = own.fields;
    return sameFields(described, fields);
  };
}

/** Of tokens that a restore names as skipped, and of those it should have named. */
export function leftOut(
  { restored, skipped }: Answers['restore'],
  known: readonly string[],
): Sight<ModelState>[] {
  const named = [...restored, ...skipped.map(({ id }) => id)];
  const left = known.filter((id) => !named.includes(id));
  return [
    ...skipped.map(({ id, reason }) => wasInTheWay(id, reason)),
    ...left.map(
      (id): Sight<ModelState> =>
        (state) => {
          const own = tokenOf(id, state);
          return own === undefined || !wasLoggedOutLast(own, state);
        },
    ),
  ];
}

function wasInTheWay(id: string, reason: string): Sight<ModelState> {
  return (state) => {
    const own = tokenOf(id, state);
    if (reason === 'unknown id') return own === undefined;
    // Who is told so is told to repeat the call as well.
    if (reason.startsWith('it changed meanwhile')) return true;
    const obstacle = own && obstacleTo(own, state);
    if (obstacle === undefined) return false;
    if (obstacle.why === 'alive') return reason === 'it is not deleted';
    return reason.includes(`token ${obstacle.by}`);
  };
}
