/**
 * How a token's row follows from its content: a first one, the next one, a tombstone, a return.
 * Pure: no I/O, no clock, no environment; times and ids are arguments.
 */

import type { Token } from './token.ts';
import { keysOf, kindOf, type LookupKey } from './token-index/lookup-key.ts';
import type { TokenRow } from './token-index/token-index.ts';
import type { SecretVersion } from './vault/token-vault.ts';

/** How many earlier grants and refresh tokens of a token are still recognised as its own. */
const FORMER_KEYS = 16;

type Description = Pick<
  TokenRow,
  'userName' | 'clientId' | 'redirectUrl' | 'apiDomain' | 'expiresAtMs'
>;

function describe(token: Token): Description {
  const { userName, clientId, redirectUrl, apiDomain, expiresAtMs } = token;
  return {
    ...(userName !== undefined && { userName }),
    ...(clientId !== undefined && { clientId }),
    ...(redirectUrl !== undefined && { redirectUrl }),
    ...(apiDomain !== undefined && { apiDomain }),
    ...(expiresAtMs !== undefined && { expiresAtMs }),
  };
}

export function firstRow(
  id: string,
  token: Token,
  version: SecretVersion,
  generation: number,
  nowMs: number,
): TokenRow {
  return {
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
    ...(token.accessToken !== undefined && { accessTokenSinceMs: nowMs }),
    fence: 0,
  };
}

/**
 * The row after `token` was written as `version`. New credentials make it active again. Whatever
 * was changed, perhaps the client's secret, ends a backoff: the next refresh is tried at once.
 */
export function nextRow(
  row: TokenRow,
  token: Token,
  version: SecretVersion,
  nowMs: number,
): TokenRow {
  const keys = keysOf(token);
  const dropped = row.keys.filter((key) => !keys.includes(key));
  const credentialsChanged = keys.some((key) => kindOf(key) !== 'user' && !row.keys.includes(key));
  const state = credentialsChanged ? 'active' : row.state;
  const sinceMs = accessTokenSinceMs(row, keys, nowMs);
  return {
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
    ...(sinceMs !== undefined && { accessTokenSinceMs: sinceMs }),
    ...(state === 'needs-reauthorization' && row.failure && { failure: row.failure }),
    fence: row.fence,
  };
}

/** The tombstone of a token that was deleted; it keeps its keys for a return. */
export function deletedRow(row: TokenRow, nowMs: number, recoveryWindowMs: number): TokenRow {
  const revision = row.revision + 1;
  const purgeAtMs = nowMs + recoveryWindowMs;
  return { ...row, revision, state: 'deleted', deletedAtMs: nowMs, purgeAtMs };
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

/** The row of a token that was deleted or logged out and comes back. */
export function restoredRow(row: TokenRow, generation: number): TokenRow {
  const { deletedAtMs: _deleted, purgeAtMs: _purge, failure: _failure, ...kept } = row;
  return { ...kept, revision: row.revision + 1, generation, state: 'active' };
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
