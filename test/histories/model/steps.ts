/**
 * What changes a store, each at one instant: the states that may follow, none where it cannot
 * happen as it was answered.
 * Pure: no I/O, no clock, no environment.
 */
import type { Mint } from '../machine/minting-provider.ts';
import type { Fields, Requests } from '../program/operation.ts';
import {
  isAlive,
  livingOf,
  type ModelState,
  type ModelToken,
  tokenOf,
  wasLoggedOutLast,
  withToken,
} from './state.ts';
import { meantBySave } from './which-token.ts';

/** How many earlier grants and refresh tokens are known as a token's own: see STORAGE.md. */
const FORMER_KNOWN = 16;

/** @param answer - what the save was answered; undefined where it was not: then `newIds` may be it */
export function saved(
  request: Requests['save'],
  answer: { readonly id: string; readonly created: boolean } | undefined,
  newIds: readonly string[],
  state: ModelState,
): readonly ModelState[] {
  const meant = meantBySave(request, state);
  if (typeof meant === 'string' && meant !== 'new') return [];
  if (meant === 'new') {
    if (answer?.created === false) return [];
    const ids = answer === undefined ? newIds : [answer.id];
    return ids
      .filter((id) => tokenOf(id, state) === undefined)
      .map((id) => {
        const { generation } = state;
        return withToken(state, { id, fields: request.token, former: [], generation }, true);
      });
  }
  if (answer?.created === true) return [];
  return meant
    .filter(({ id }) => answer === undefined || answer.id === id)
    .map((token) => updated(token, request.token, state));
}

/**
 * Fields given replace, fields absent stay. A grant or refresh token that the token had before does
 * not displace its present one. Of a user and a client there is one token: where this one has just
 * become theirs, the one that was gives way.
 */
function updated(token: ModelToken, given: Fields, state: ModelState): ModelState {
  const fields = merged(token.fields, withoutFormer(given, token));
  if (sameFields(fields, token.fields)) return state;
  const { userName, clientId } = fields;
  const becameTheirs = userName !== token.fields.userName || clientId !== token.fields.clientId;
  const rival = state.tokens.find(
    (other) =>
      isAlive(other, state) &&
      other.id !== token.id &&
      other.fields.userName === userName &&
      other.fields.clientId === clientId,
  );
  const givenWay =
    becameTheirs && userName !== undefined && rival !== undefined
      ? withToken(state, { ...rival, ended: { supersededBy: token.id } }, false)
      : state;
  return withToken(givenWay, changed(token, fields), true);
}

export function deleted(id: string, state: ModelState): readonly ModelState[] {
  const token = livingOf(id, state);
  return token === undefined ? [] : [withToken(state, { ...token, ended: 'deleted' }, false)];
}

export function allLoggedOut(state: ModelState): readonly ModelState[] {
  return [{ ...state, generation: state.generation + 1 }];
}

/** A token that comes back counts as saved just now. */
export function restored(
  id: string,
  ofLastLogout: boolean,
  state: ModelState,
): readonly ModelState[] {
  const token = tokenOf(id, state);
  if (token === undefined || obstacleTo(token, state) !== undefined) return [];
  if (ofLastLogout && !wasLoggedOutLast(token, state)) return [];
  const { ended: _ended, ...back } = token;
  return [withToken(state, { ...back, generation: state.generation }, true)];
}

export type Obstacle =
  | { readonly why: 'superseded'; readonly by: string }
  | { readonly why: 'alive' }
  | { readonly why: 'replaced'; readonly by: string };

/** Why a token cannot come back. */
export function obstacleTo(token: ModelToken, state: ModelState): Obstacle | undefined {
  if (typeof token.ended === 'object') return { why: 'superseded', by: token.ended.supersededBy };
  if (isAlive(token, state)) return { why: 'alive' };
  const { userName, clientId } = token.fields;
  if (userName === undefined) return undefined;
  const since = state.tokens.find(
    (other) =>
      isAlive(other, state) &&
      other.fields.userName === userName &&
      other.fields.clientId === clientId,
  );
  return since && { why: 'replaced', by: since.id };
}

/**
 * What the provider gave is stored, at any time after it was given, for a token that still holds
 * the refresh token that it was given for. A refresh that was under way when everybody was logged
 * out may store it for one of those. It is not a save: the order of the tokens stays.
 */
export function refreshed(mint: Mint, state: ModelState): readonly ModelState[] {
  const { spent, clientId, accessToken, expiresAt, refreshToken } = mint;
  return state.tokens
    .filter(
      ({ ended, fields }) =>
        ended === undefined && fields.refreshToken === spent && fields.clientId === clientId,
    )
    .map((token) => {
      const given = { accessToken, expiresAt, ...(refreshToken !== undefined && { refreshToken }) };
      return withToken(state, changed(token, merged(token.fields, given)), false);
    });
}

function changed(token: ModelToken, fields: Fields): ModelToken {
  const displaced = (['grantToken', 'refreshToken'] as const).flatMap((field) => {
    const before = token.fields[field];
    return before === undefined || before === fields[field] ? [] : [`${field}=${before}`];
  });
  return { ...token, fields, former: [...token.former, ...displaced].slice(-FORMER_KNOWN) };
}

function withoutFormer(given: Fields, { fields, former }: ModelToken): Fields {
  const { grantToken, refreshToken, ...others } = given;
  const mayStand = (field: 'grantToken' | 'refreshToken') =>
    given[field] !== undefined &&
    (fields[field] === undefined || !former.includes(`${field}=${given[field]}`));
  return {
    ...others,
    ...(grantToken && mayStand('grantToken') && { grantToken }),
    ...(refreshToken && mayStand('refreshToken') && { refreshToken }),
  };
}

/** The expiry is the access token's: a new access token without one does not inherit it. */
function merged(stored: Fields, given: Fields): Fields {
  const all = { ...stored, ...given };
  const isNew = given.accessToken !== undefined && given.accessToken !== stored.accessToken;
  if (!isNew || given.expiresAt !== undefined) return all;
  const { expiresAt: _ofTheOldOne, ...without } = all;
  return without;
}

export function sameFields(one: Fields, other: Fields): boolean {
  const names = new Set([...Object.keys(one), ...Object.keys(other)] as (keyof Fields)[]);
  return [...names].every((name) => one[name] === other[name]);
}
