/**
 * What a failed refresh means for its token: when it is tried again, and whether the provider's
 * refusal is believed. Pure: no I/O, no clock, no environment.
 *
 * One refusal condemns nobody: providers have answered "invalid" for whole fleets of valid grants
 * during their own incidents. A token needs re-authorization when it was refused twice, a while
 * apart, and its client's other tokens fare better; or when it was refused for a day.
 */
import type { OutcomeCounts } from './client-health/client-health.ts';
import type { FailedRefresh } from './provider/token-provider.ts';
import { kindOf } from './token-index/lookup-key.ts';
import type { RefreshFailure, TokenRow, TokenState } from './token-index/token-index.ts';

/** After the first refusal, before the provider is asked again. */
const CONFIRM_AFTER_MS = 60_000;
/** A grant that was refused for so long is gone, whatever its client's other tokens do. */
const REFUSED_FOR_GOOD_MS = 86_400_000;
/** A token that needs re-authorization is tried again, ever more rarely: grants have come back. */
const FIRST_PROBE_AFTER_MS = 3_600_000;
const PROBE_EVERY_MS = 86_400_000;
/** Of one client within some 20 minutes: so many refusals, and such a share, are an incident. */
const INCIDENT_REFUSALS = 5;
const INCIDENT_SHARE = 0.2;

/** Whether a client's recent refusals are one incident of the client or its provider. */
export function isIncident({ refused, refreshed }: OutcomeCounts): boolean {
  return refused >= INCIDENT_REFUSALS && refused > INCIDENT_SHARE * (refused + refreshed);
}

/**
 * Whether a failure speaks of the row as it is now. A save may have come in while the provider was
 * asked: what it left as it was is not asked again, which would wear the provider's limit out.
 */
export function concerns({ verdict }: FailedRefresh, asked: TokenRow, now: TokenRow): boolean {
  if (now.revision === asked.revision) return true;
  // Whether the client's secret is another now, no row says.
  if (verdict === 'client-fault') return false;
  const question = ({ clientId, provider, apiDomain, keys }: TokenRow) => {
    const tokens = keys.filter((key) => ['access', 'refresh'].includes(kindOf(key)));
    return JSON.stringify([clientId, provider, apiDomain, ...tokens]);
  };
  return question(now) === question(asked);
}

export interface FailureSeen {
  readonly failed: FailedRefresh;
  /** What the row says: its state, and the failure before this one. */
  readonly before: { readonly state: TokenState; readonly failure?: RefreshFailure };
  readonly nowMs: number;
  /** In [0, 1), for jitter. */
  readonly random: number;
  /** How the client's other tokens fare; undefined where that could not be learned. */
  readonly client: OutcomeCounts | undefined;
}

export interface FailureJudged {
  readonly failure: RefreshFailure;
  readonly state: TokenState;
}

export function judgeFailure(seen: FailureSeen): FailureJudged {
  const { failed, before, nowMs, random } = seen;
  const refusals = refusalsOf(seen);
  const count = (before.failure?.count ?? 0) + 1;
  const condemned = before.state === 'needs-reauthorization' || isCondemned(seen, refusals);
  const hintMs = ('retryAfterMs' in failed && failed.retryAfterMs) || 0;
  const waitMs = Math.max(
    hintMs,
    condemned ? probeAfterMs(refusals?.count ?? 0) : backoffMs(failed.verdict, count),
  );
  return {
    failure: {
      verdict: `${failed.verdict}: ${failed.reason}`,
      atMs: nowMs,
      count,
      retryAtMs: nowMs + Math.ceil(waitMs * (1 + random / 2)),
      ...(refusals && { refusals }),
    },
    state: condemned ? 'needs-reauthorization' : before.state,
  };
}

/**
 * The failure of a refresh that the provider granted, and that brought nothing to be handed out.
 * Whatever refusals came before are disproved.
 */
export function failureOfGranted(
  failed: FailedRefresh,
  earlier: RefreshFailure | undefined,
  nowMs: number,
  random: number,
): RefreshFailure {
  const before = { state: 'active' as const, ...(earlier && { failure: earlier }) };
  const judged = judgeFailure({ failed, before, nowMs, random, client: undefined });
  const { refusals: _disproved, ...failure } = judged.failure;
  return failure;
}

/** An outage between two refusals neither counts nor clears them. */
function refusalsOf({ failed, before, nowMs }: FailureSeen): RefreshFailure['refusals'] {
  const known = before.failure?.refusals;
  if (failed.verdict !== 'revoked') return known;
  return { count: (known?.count ?? 0) + 1, sinceMs: known?.sinceMs ?? nowMs };
}

function isCondemned(
  { failed, nowMs, client }: FailureSeen,
  refusals: RefreshFailure['refusals'],
): boolean {
  if (failed.verdict !== 'revoked' || refusals === undefined) return false;
  const refusedForMs = nowMs - refusals.sinceMs;
  if (refusedForMs >= REFUSED_FOR_GOOD_MS) return true;
  const confirmed = refusals.count > 1 && refusedForMs >= CONFIRM_AFTER_MS;
  if (!confirmed || client === undefined || isIncident(client)) return false;
  // Others are refused and nobody is refreshed: the beginning of an incident looks like this too.
  return client.refreshed > 0 || client.refused <= refusals.count;
}

/** An hour after a token was condemned, then two, to a day. */
function probeAfterMs(refusals: number): number {
  return doubled(FIRST_PROBE_AFTER_MS, PROBE_EVERY_MS, refusals - 1);
}

/** From a few seconds, doubling; the ceiling says how soon anybody could have mended it. */
function backoffMs(verdict: FailedRefresh['verdict'], count: number): number {
  switch (verdict) {
    case 'revoked':
      return doubled(CONFIRM_AFTER_MS, 600_000, count);
    case 'client-fault':
      return doubled(30_000, 3_600_000, count);
    case 'throttled':
      return doubled(60_000, 600_000, count);
    case 'outage':
    case 'malformed':
      return doubled(5_000, 300_000, count);
  }
}

function doubled(firstMs: number, ceilingMs: number, times: number): number {
  return Math.min(ceilingMs, firstMs * 2 ** Math.min(Math.max(0, times - 1), 16));
}
