/**
 * When a token is refreshed and when it is left alone.
 * Pure: no I/O, no clock, no environment.
 *
 *   minted ───────────────────────────────── due ────── margin ────── expires
 *                                              └ earlier by up to half the margin, by token id;
 *                                                after an outage by far more: see `isOverdue`
 */
import { isTombstone, type TokenRow } from './token-index/token-index.ts';
import { nextRefreshAtMs } from './write-budget.ts';

export interface RefreshPolicy {
  /** How long an access token is taken to live where nobody said. Milliseconds. */
  readonly assumedLifetimeMs: number;
  /** No access token is handed out with less life than this, if it can be refreshed. */
  readonly minValidMs: number;
  /** The scheduled refresh comes this long before the expiry, or earlier: */
  readonly marginMs: number;
  /** at the latest when this share of the lifetime is left. */
  readonly marginShare: number;
  /** Between two refreshes of one token: the provider's budget. */
  readonly minIntervalMs: number;
  /** Between two refreshes of a token that is not about to expire, for who wants more life of it. */
  readonly sustainedIntervalMs: number;
  /** A token that nobody has used for so long is left alone until somebody does. */
  readonly idleAfterMs: number;
  /** Idle tokens are refreshed so often all the same: for refresh tokens that die of idleness. */
  readonly keepAliveMs?: number;
}

/** Zoho: access tokens live an hour, 10 refreshes per 10 minutes, refresh tokens for ever. */
export const DEFAULT_REFRESH_POLICY: RefreshPolicy = {
  assumedLifetimeMs: 3_600_000,
  minValidMs: 60_000,
  marginMs: 600_000,
  marginShare: 0.2,
  minIntervalMs: 60_000,
  sustainedIntervalMs: 900_000,
  idleAfterMs: 30 * 86_400_000,
};

/** The policy of each provider, by name; the standard one where a provider has none of its own. */
export interface RefreshPolicies {
  readonly standard: RefreshPolicy;
  readonly ofProvider: Readonly<Record<string, RefreshPolicy>>;
}

export function policyOf(
  { standard, ofProvider }: RefreshPolicies,
  provider: string | undefined,
): RefreshPolicy {
  const own = provider !== undefined && Object.hasOwn(ofProvider, provider);
  return own ? (ofProvider[provider] ?? standard) : standard;
}

/** With less than this left a token is as good as expired; the Zoho SDK itself refreshes at 5 s. */
const EXPIRING_MS = 5_000;
/**
 * Between two tries of a refresh during an outage, where somebody wants an expired token. With the
 * first few, which double from 5 s, these are at most ten in ten minutes: Zoho's limit.
 */
const OUTAGE_PROBE_MS = 90_000;
/** From due to a worker: the schedule's minute, the queue, the call. */
const DISPATCH_MS = 60_000;
/** Of the margin: how far due times of tokens that expire together are spread. */
const SPREAD = 0.5;
/** Of the lifetime: how far those of tokens are spread that an outage made one crowd. */
const CAUGHT_UP_SPREAD = 0.4;
/** Refreshed so late, a token is not late by itself: an outage is being made up for. */
const OVERDUE_MS = 300_000;

/** What the policy looks at. */
export type Timed = Omit<TokenRow, 'dueAtMs'>;

/** Somebody wants the access token, with so much life left; or the schedule has come to it. */
export type RefreshOccasion =
  | { readonly kind: 'use'; readonly minValidMs: number }
  | { readonly kind: 'schedule' };

export type RefreshNeed =
  | {
      readonly refresh: true;
      readonly reason: 'no-access-token' | 'expiring' | 'short-lived' | 'due' | 'left-open';
    }
  | {
      readonly refresh: false;
      readonly reason: 'fresh' | 'cannot-refresh' | 'revoked' | 'backing-off' | 'too-soon';
    };

/** When the access token expires, or is taken to; undefined where there is none. */
export function expiryMs(row: Timed, policy: RefreshPolicy): number | undefined {
  if (row.accessTokenSinceMs === undefined) return undefined;
  return row.expiresAtMs ?? row.accessTokenSinceMs + policy.assumedLifetimeMs;
}

export function refreshNeed(
  row: Timed,
  occasion: RefreshOccasion,
  nowMs: number,
  policy: RefreshPolicy,
): RefreshNeed {
  return occasion.kind === 'use'
    ? needForUse(row, occasion.minValidMs, nowMs, policy)
    : needOnSchedule(row, nowMs, policy);
}

function needForUse(
  row: Timed,
  minValidMs: number,
  nowMs: number,
  policy: RefreshPolicy,
): RefreshNeed {
  const expiresMs = expiryMs(row, policy);
  const leftMs = expiresMs === undefined ? 0 : expiresMs - nowMs;
  if (expiresMs !== undefined && leftMs >= minValidMs) return { refresh: false, reason: 'fresh' };
  if (!row.refreshable) return { refresh: false, reason: 'cannot-refresh' };
  if (row.state === 'needs-reauthorization') return { refresh: false, reason: 'revoked' };
  if (retryForUseAtMs(row, leftMs) > nowMs) return { refresh: false, reason: 'backing-off' };
  if (budgetAtMs(row, policy) > nowMs) return { refresh: false, reason: 'too-soon' };
  if (expiresMs === undefined) return { refresh: true, reason: 'no-access-token' };
  if (leftMs < EXPIRING_MS) return { refresh: true, reason: 'expiring' };
  const ageMs = nowMs - (row.accessTokenSinceMs ?? row.writtenAtMs);
  const restMs = leftMs < policy.minValidMs ? policy.minIntervalMs : policy.sustainedIntervalMs;
  if (ageMs < restMs) return { refresh: false, reason: 'too-soon' };
  return { refresh: true, reason: 'short-lived' };
}

/**
 * When a refresh that failed may be tried again because somebody wants the token. With one that has
 * expired, nobody waits out the whole backoff of an outage that may be over.
 */
function retryForUseAtMs({ failure }: Timed, leftMs: number): number {
  if (failure === undefined) return 0;
  const mayBeOver = /^(?:outage|malformed):/.test(failure.verdict);
  if (!mayBeOver || leftMs >= EXPIRING_MS) return failure.retryAtMs;
  return Math.min(failure.retryAtMs, failure.atMs + OUTAGE_PROBE_MS);
}

function needOnSchedule(row: Timed, nowMs: number, policy: RefreshPolicy): RefreshNeed {
  const atMs = scheduledAtMs(row, policy);
  if (atMs === undefined) return { refresh: false, reason: 'cannot-refresh' };
  if (row.failure === undefined && isLeftOpen(row, nowMs)) {
    return { refresh: true, reason: 'left-open' };
  }
  if (atMs <= nowMs) return { refresh: true, reason: 'due' };
  return { refresh: false, reason: row.failure === undefined ? 'fresh' : 'backing-off' };
}

/**
 * Whether a refresh may have stored something that nobody looked for, and nobody is at it: then
 * the schedule looks, though the token may be fresh. One that was restored has no other occasion.
 */
function isLeftOpen({ openFence, lease }: Timed, nowMs: number): boolean {
  return openFence !== undefined && (lease === undefined || lease.untilMs <= nowMs);
}

/** When the scheduled refresh of a token comes; undefined where there is to be none. */
export function scheduledAtMs(row: Timed, policy: RefreshPolicy): number | undefined {
  if (!row.refreshable) return undefined;
  const wantedMs = wantedAtMs(row, policy);
  const dueMs = wantedMs && Math.ceil(Math.max(wantedMs, budgetAtMs(row, policy)));
  const requestedMs = requestedDueAtMs(row, policy);
  if (requestedMs === undefined || dueMs === undefined) return requestedMs ?? dueMs;
  return Math.min(requestedMs, dueMs);
}

/**
 * When a refresh that an operator asked for can be had. It waits for the budgets, of which a try
 * that failed took its part, but for no backoff, with two exceptions: a provider that throttles
 * said so, and a grant that is suspected is asked about at the pace that tells it from an incident.
 */
function requestedDueAtMs(row: Timed, policy: RefreshPolicy): number | undefined {
  const { refreshRequestedAtMs: requestedAtMs, failure, state } = row;
  if (requestedAtMs === undefined || isTombstone(row)) return undefined;
  const triedMs = failure === undefined ? 0 : failure.atMs + policy.minIntervalMs;
  const waits = /^(?:throttled|revoked):/.test(failure?.verdict ?? '');
  const isProbe = state === 'needs-reauthorization';
  const pauseMs = waits && !isProbe ? (failure?.retryAtMs ?? 0) : 0;
  return Math.ceil(Math.max(requestedAtMs, budgetAtMs(row, policy), triedMs, pauseMs));
}

function wantedAtMs(row: Timed, policy: RefreshPolicy): number | undefined {
  const { failure } = row;
  switch (row.state) {
    case 'active': {
      if (failure !== undefined) return failure.retryAtMs;
      const expiresMs = expiryMs(row, policy);
      if (expiresMs === undefined) return row.writtenAtMs + policy.minIntervalMs;
      return expiresMs - leadMs(row, expiresMs, policy);
    }
    case 'idle': {
      // Whatever failed before it was left alone: nobody waits for it to be tried again.
      if (policy.keepAliveMs === undefined) return undefined;
      const keptAtMs = (row.refreshedAtMs ?? row.createdAtMs) + policy.keepAliveMs;
      return Math.max(keptAtMs, failure?.retryAtMs ?? 0);
    }
    case 'needs-reauthorization':
      return failure?.retryAtMs;
    default:
      return undefined;
  }
}

/** How long before its expiry a token is refreshed: the margin, and its own share of the spread. */
function leadMs(row: Timed, expiresMs: number, policy: RefreshPolicy): number {
  const sinceMs = row.accessTokenSinceMs ?? row.writtenAtMs;
  // A token that was saved, not minted here, may have lived for a while already.
  const minted = row.refreshedAtMs === sinceMs;
  const lifetimeMs = Math.max(expiresMs - sinceMs, minted ? 0 : policy.assumedLifetimeMs);
  const shareMs = Math.max(policy.marginShare * lifetimeMs, policy.minValidMs + DISPATCH_MS);
  const marginMs = Math.min(policy.marginMs, shareMs, lifetimeMs / 2);
  const spreadMs = SPREAD * marginMs + (row.caughtUp ? CAUGHT_UP_SPREAD * lifetimeMs : 0);
  return marginMs + spreadMs * fractionOf(row.id);
}

/**
 * Whether a token's refresh is so late that others are likely to be as well. What is made up for
 * within minutes would come due within minutes again an hour later, and every hour after that.
 */
export function isOverdue(row: Timed, nowMs: number, policy: RefreshPolicy): boolean {
  const expiresMs = expiryMs(row, policy);
  if (row.state !== 'active' || expiresMs === undefined) return false;
  return nowMs - (expiresMs - leadMs(row, expiresMs, policy)) > OVERDUE_MS;
}

/** When provider and Secrets Manager can take the next refresh of this token. */
function budgetAtMs(row: Timed, policy: RefreshPolicy): number {
  const providerMs = row.refreshedAtMs === undefined ? 0 : row.refreshedAtMs + policy.minIntervalMs;
  return Math.max(providerMs, nextRefreshAtMs(row.writes));
}

/** Whether the token has gone unused for so long that it is left alone until it is used. */
export function isIdle(row: Timed, nowMs: number, policy: RefreshPolicy): boolean {
  return row.state === 'active' && nowMs - row.usedAtMs >= policy.idleAfterMs;
}

/** A use is noted once a day: that is fine enough to tell idle tokens, and costs next to nothing. */
const USE_RESOLUTION_MS = 86_400_000;

export function isUseWorthNoting(row: Timed, nowMs: number): boolean {
  return row.state === 'idle' || nowMs - row.usedAtMs >= USE_RESOLUTION_MS;
}

/** In [0, 1), the same for the same id, spread evenly: FNV-1a. */
function fractionOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) {
    hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) / 2 ** 32;
}
