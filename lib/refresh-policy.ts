/**
 * When a token is refreshed and when it is left alone.
 * Pure: no I/O, no clock, no environment.
 */

import type { Token } from './token.ts';
import type { TokenRow } from './token-index/token-index.ts';

export interface RefreshPolicy {
  /** How long an access token is taken to live where nobody said. Milliseconds. */
  readonly assumedLifetimeMs: number;
  /** No access token is handed out with less life than this, if it can be refreshed. */
  readonly minValidMs: number;
  /** Between two refreshes of one token, unless it is about to expire: the provider's budget. */
  readonly minIntervalMs: number;
  /**
   * Between two writes of one secret in the long run: Secrets Manager keeps about 100 versions a
   * day, one per 14.4 minutes, and refuses every write past them.
   */
  readonly sustainedIntervalMs: number;
}

/** Zoho: tokens live an hour, 10 refreshes per 10 minutes. */
export const DEFAULT_REFRESH_POLICY: RefreshPolicy = {
  assumedLifetimeMs: 3_600_000,
  minValidMs: 60_000,
  minIntervalMs: 60_000,
  sustainedIntervalMs: 900_000,
};

/** With less than this left a token is as good as expired; the Zoho SDK itself refreshes at 5 s. */
const EXPIRING_MS = 5_000;

export type RefreshNeed =
  | { readonly refresh: true; readonly reason: 'no-access-token' | 'expiring' | 'short-lived' }
  | {
      readonly refresh: false;
      readonly reason: 'fresh' | 'cannot-refresh' | 'revoked' | 'backing-off' | 'too-soon';
    };

/** When the access token expires, or is taken to; undefined where there is none. */
export function expiryMs(row: TokenRow, token: Token, policy: RefreshPolicy): number | undefined {
  if (token.accessToken === undefined) return undefined;
  return (
    token.expiresAtMs ?? (row.accessTokenSinceMs ?? row.writtenAtMs) + policy.assumedLifetimeMs
  );
}

/** Whether the token has all that a refresh takes (RFC 6749 section 6). */
export function canRefresh(token: Token): boolean {
  return (
    token.refreshToken !== undefined &&
    token.clientId !== undefined &&
    token.clientSecret !== undefined
  );
}

/** @param minValidMs - the life that the caller wants the access token to have left */
export function refreshNeed(
  { row, token }: { readonly row: TokenRow; readonly token: Token },
  minValidMs: number,
  nowMs: number,
  policy: RefreshPolicy,
): RefreshNeed {
  const expiresMs = expiryMs(row, token, policy);
  const leftMs = expiresMs === undefined ? 0 : expiresMs - nowMs;
  if (expiresMs !== undefined && leftMs >= minValidMs) return { refresh: false, reason: 'fresh' };
  if (!canRefresh(token)) return { refresh: false, reason: 'cannot-refresh' };
  if (row.state === 'needs-reauthorization') return { refresh: false, reason: 'revoked' };
  if ((row.failure?.retryAtMs ?? 0) > nowMs) return { refresh: false, reason: 'backing-off' };
  if (expiresMs === undefined) return { refresh: true, reason: 'no-access-token' };
  if (leftMs < EXPIRING_MS) return { refresh: true, reason: 'expiring' };
  const ageMs = nowMs - (row.accessTokenSinceMs ?? row.writtenAtMs);
  const restMs = leftMs < policy.minValidMs ? policy.minIntervalMs : policy.sustainedIntervalMs;
  if (ageMs < restMs) return { refresh: false, reason: 'too-soon' };
  return { refresh: true, reason: 'short-lived' };
}

/** When a refresh that failed is tried again: 5 s, doubling to 5 min, half of it jitter. */
export function retryAtMs(failures: number, nowMs: number, random: number): number {
  const ceilingMs = Math.min(300_000, 5_000 * 2 ** Math.min(failures - 1, 10));
  return nowMs + ceilingMs * (0.5 + random / 2);
}
