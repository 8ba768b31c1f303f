/**
 * How a token's row follows from its content: a first one, the next one, a tombstone, a return.
 * Pure: no I/O, no clock, no environment; times and ids are arguments.
 */

import { isOverdue, type RefreshPolicy, scheduledAtMs } from './refresh-policy.ts';
import { canRefresh, type Token } from './token.ts';
import { keysOf, kindOf, type LookupKey } from './token-index/lookup-key.ts';
import {
  marksOf,
  type RefreshFailure,
  type TokenRow,
  withoutMarks,
} from './token-index/token-index.ts';
import type { SecretVersion } from './vault/token-vault.ts';
import { afterWrite, NO_WRITES } from './write-budget.ts';

/** How many earlier grants and refresh tokens of a token are still recognised as its own. */
const FORMER_KEYS = 16;
/** The verdict over a token whose secret is gone for good. */
const SECRET_GONE = 'secret-gone';

type Description = Pick<
  TokenRow,
  'userName' | 'clientId' | 'redirectUrl' | 'apiDomain' | 'provider' | 'expiresAtMs' | 'refreshable'
>;

/** Who writes a version, when, and by which policy the next refresh is timed. */
export interface Writing {
  /** A save, a refresh because somebody asked for the token, or a refresh by the schedule. */
  readonly by: 'save' | 'use' | 'schedule';
  /** Whether the provider minted just now; not so for a save, or for what a dead worker left. */
  readonly minted: boolean;
  /** What is wrong all the same: the provider took the grant, and gave no access token to be kept. */
  readonly failure?: RefreshFailure;
  readonly nowMs: number;
  readonly policy: RefreshPolicy;
}

function describe(token: Token): Description {
  const { userName, clientId, redirectUrl, apiDomain, provider, expiresAtMs } = token;
  return {
    refreshable: canRefresh(token),
    ...(userName !== undefined && { userName }),
    ...(clientId !== undefined && { clientId }),
    ...(redirectUrl !== undefined && { redirectUrl }),
    ...(apiDomain !== undefined && { apiDomain }),
    ...(provider !== undefined && { provider }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}

export function firstRow(
  id: string,
  token: Token,
  version: SecretVersion,
  generation: number,
  { nowMs, policy }: Writing,
): TokenRow {
  const row: TokenRow = {
    id,
    ...version,
    revision: 1,
    generation,
    state: 'active',
    ...describe(token),
    keys: keysOf(token),
    formerKeys: [],
    createdAtMs: nowMs,
    writtenAtMs: nowMs,
    usedAtMs: nowMs,
    writes: afterWrite(NO_WRITES, false, nowMs),
    ...(token.accessToken !== undefined && { accessTokenSinceMs: nowMs }),
    fence: 0,
  };
  return withDueTime(row, nowMs, policy);
}

/**
 * The row after `token` was written as `version`. New credentials make it active again.
 */
export function nextRow(
  row: TokenRow,
  token: Token,
  version: SecretVersion,
  writing: Writing,
): TokenRow {
  const { by, minted, nowMs, policy } = writing;
  const keys = keysOf(token);
  const dropped = row.keys.filter((key) => !keys.includes(key));
  const known = isSecretGone(row) ? [] : row.keys;
  const newKeys = keys.some((key) => kindOf(key) !== 'user' && !known.includes(key));
  // A provider that mints has taken the grant, also where it gives the same access token again.
  const credentialsChanged = newKeys || minted;
  const state = stateAfter(row, by, credentialsChanged);
  const sinceMs = accessTokenSinceMs(row, keys, nowMs);
  const refreshedAtMs = minted ? nowMs : row.refreshedAtMs;
  const failure = writing.failure ?? failureAfter(row, credentialsChanged, nowMs);
  const announce = announcementOf(row, state, writing);
  const next: TokenRow = {
    id: row.id,
    secretArn: version.secretArn,
    versionId: version.versionId,
    revision: row.revision + 1,
    generation: row.generation,
    state,
    ...describe(token),
    keys,
    formerKeys: [...row.formerKeys, ...dropped.filter(isGrantOrRefresh)].slice(-FORMER_KEYS),
    createdAtMs: row.createdAtMs,
    writtenAtMs: nowMs,
    usedAtMs: by === 'schedule' ? row.usedAtMs : nowMs,
    writes: afterWrite(row.writes, by !== 'save', nowMs),
    ...(refreshedAtMs !== undefined && { refreshedAtMs }),
    ...(announce && { announce }),
    ...(sinceMs !== undefined && { accessTokenSinceMs: sinceMs }),
    ...(caughtUp(row, sinceMs, writing) && { caughtUp: true }),
    ...(failure && { failure }),
    // New credentials are the answer to what was asked; without them it stays open.
    ...(!credentialsChanged && marksOf(row)),
    fence: row.fence,
  };
  return withDueTime(next, nowMs, policy);
}

/**
 * A save ends a backoff: what was wrong may be mended. What failed is remembered until there are
 * other credentials: a client that saves again and again must not wear the provider's limit out.
 */
function failureAfter(
  { state, failure }: TokenRow,
  credentialsChanged: boolean,
  nowMs: number,
): TokenRow['failure'] {
  if (credentialsChanged || failure === undefined) return undefined;
  if (state === 'needs-reauthorization') return failure;
  return { ...failure, retryAtMs: nowMs };
}

/** A save that leaves the access token alone leaves this as well. */
function caughtUp(row: TokenRow, sinceMs: number | undefined, writing: Writing): boolean {
  if (sinceMs === row.accessTokenSinceMs) return row.caughtUp === true;
  return writing.by !== 'save' && isOverdue(row, writing.nowMs, writing.policy);
}

/** Kept alive is not used: an idle token stays idle when only the schedule refreshes it. */
function stateAfter(
  { state }: TokenRow,
  by: Writing['by'],
  credentialsChanged: boolean,
): TokenRow['state'] {
  if (state === 'idle') return by === 'schedule' ? 'idle' : 'active';
  return credentialsChanged ? 'active' : state;
}

/** What there is to announce is due at once; else the schedule says when. */
export function withDueTime(row: TokenRow, nowMs: number, policy: RefreshPolicy): TokenRow {
  const { dueAtMs: _before, ...timed } = row;
  const dueAtMs = row.announce === undefined ? scheduledAtMs(timed, policy) : nowMs;
  // A token that was saved too late for its due time has not been due since then.
  return { ...timed, ...(dueAtMs !== undefined && { dueAtMs: Math.max(dueAtMs, nowMs) }) };
}

/**
 * The worker announces its own refreshes itself; what others did, and what a dead worker did, it
 * is left to announce.
 */
function announcementOf(
  { state: before, announce }: TokenRow,
  after: TokenRow['state'],
  { by, minted, failure }: Writing,
): TokenRow['announce'] {
  if (before === 'needs-reauthorization' && after === 'active') return 'healed';
  const announced = by === 'save' || failure !== undefined || (by === 'schedule' && minted);
  return announced ? announce : (announce ?? 'refreshed');
}

/** The tombstone of a token that was deleted; it keeps its keys for a return. */
export function deletedRow(row: TokenRow, nowMs: number, recoveryWindowMs: number): TokenRow {
  const revision = row.revision + 1;
  const purgeAtMs = nowMs + recoveryWindowMs;
  const announced = { announce: 'deleted' as const, dueAtMs: nowMs };
  const buried = { state: 'deleted' as const, deletedAtMs: nowMs, purgeAtMs };
  return { ...withoutMarks(row), ...announced, ...buried, revision };
}

/** The row of a token whose user and client `successorId` has taken over. */
export function supersededRow(
  row: TokenRow,
  successorId: string,
  nowMs: number,
  recoveryWindowMs: number,
): TokenRow {
  const tombstone = deletedRow(row, nowMs, recoveryWindowMs);
  return { ...tombstone, state: 'superseded', supersededBy: successorId };
}

/** The tombstone that the housekeeper makes of a token that deleteTokens logged out. */
export function loggedOutRow(row: TokenRow, nowMs: number, recoveryWindowMs: number): TokenRow {
  return { ...deletedRow(row, nowMs, recoveryWindowMs), state: 'logged-out' };
}

/** A living token whose secret is gone for good: known and found, and healed by a save. */
export function secretGoneRow(row: TokenRow, nowMs: number): TokenRow {
  const verdict = `${SECRET_GONE}: deleted-by-hand`;
  return {
    ...withoutMarks(row),
    revision: row.revision + 1,
    state: 'needs-reauthorization',
    // Without its refresh token there is nothing to probe with.
    refreshable: false,
    failure: { verdict, atMs: nowMs, count: 1, retryAtMs: nowMs },
    announce: 'needs-reauthorization',
    dueAtMs: nowMs,
  };
}

/** Whether it is known that the token's secret is gone. Credentials saved since are all new. */
export function isSecretGone({ failure }: TokenRow): boolean {
  return failure?.verdict.startsWith(`${SECRET_GONE}:`) ?? false;
}

/**
 * The row of a token that was deleted or logged out and comes back. Its secret is not at hand: the
 * scheduled refresh looks at it at once and says when it is due.
 */
export function restoredRow(row: TokenRow, generation: number, nowMs: number): TokenRow {
  const {
    deletedAtMs: _deleted,
    purgeAtMs: _purge,
    failure: _failure,
    announce: _made,
    ...kept
  } = withoutMarks(row);
  const revision = row.revision + 1;
  return { ...kept, revision, generation, state: 'active', usedAtMs: nowMs, dueAtMs: nowMs };
}

function isGrantOrRefresh(key: LookupKey): boolean {
  return kindOf(key) === 'grant' || kindOf(key) === 'refresh';
}

function accessTokenSinceMs(
  row: TokenRow,
  keys: readonly LookupKey[],
  nowMs: number,
): number | undefined {
  const access = keys.find((key) => kindOf(key) === 'access');
  if (access === undefined) return undefined;
  return row.keys.includes(access) ? row.accessTokenSinceMs : nowMs;
}
