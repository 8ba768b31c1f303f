/**
 * Until when it is explained that a token has not been refreshed. A token is due at its margin; from
 * then on one reason must follow the other without a gap, each good for as long as the store may
 * need to come back to the token after it.
 * Pure: no I/O, no clock, no environment.
 *
 *   minted ──────────────── due ── dispatch ┄┄┄ death ── redelivery ┄┄┄ spurious ── retry ┄┄┄ gap!
 */
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import { HOUR_MS } from '../world/world-settings.ts';

export const REASONS = {
  outage: 'outage of the provider',
  ended: 'grant ended, or rotation lost',
  death: 'worker died',
  freeze: 'worker froze',
  dispatch: 'sweep died with it in hand',
  spurious: 'spurious error',
  saved: 'saved with little or no life',
} as const;

export type Reason = keyof typeof REASONS;

export interface Disturbance {
  readonly atMs: number;
  /** When the store has come back to the token at the latest. */
  readonly untilMs: number;
  readonly reason: Reason;
}

/** The contract: a token is refreshed so long before it expires, or earlier. */
export const MARGIN_MS = 600_000;
const MIN_INTERVAL_MS = 60_000;
/** The minute's tick, a minute late, after two that were lost. */
const DISPATCH_MS = 240_000;
/** In the queue, and at work. */
const QUEUE_MS = 90_000;

/** From when a token may be picked up to when it must have been. */
export const PICK_UP_MS = DISPATCH_MS + QUEUE_MS;
/** From when a message may be received again. */
export const REDELIVERED_MS = QUEUE_MS;
/** With less life an access token is as good as expired. */
export const USABLE_MS = 60_000;

const BY_WEIGHT = Object.keys(REASONS) as Reason[];

export function expiresAtMs({ accessTokenSinceMs, expiresAtMs }: TokenRow): number {
  if (accessTokenSinceMs === undefined) return 0;
  return expiresAtMs ?? accessTokenSinceMs + HOUR_MS;
}

export function isUsable(row: TokenRow, nowMs: number): boolean {
  return expiresAtMs(row) - nowMs >= USABLE_MS;
}

export interface Explained {
  readonly untilMs: number;
  /** The weightiest of the reasons; absent where there was none, or none was needed. */
  readonly reason: Reason | undefined;
}

export function explain(row: TokenRow, disturbances: readonly Disturbance[]): Explained {
  const dueMs = Math.max(
    expiresAtMs(row) - MARGIN_MS,
    row.accessTokenSinceMs ?? row.writtenAtMs + MIN_INTERVAL_MS,
    (row.refreshedAtMs ?? 0) + MIN_INTERVAL_MS,
  );
  const reasons = new Set<Reason>();
  if (row.accessTokenSinceMs === undefined) reasons.add('saved');
  if (row.accessTokenSinceMs !== row.refreshedAtMs && dueMs > expiresAtMs(row) - MARGIN_MS) {
    reasons.add('saved');
  }
  let untilMs = dueMs + PICK_UP_MS;
  for (let grew = true; grew; ) {
    grew = false;
    for (const disturbance of disturbances) {
      if (disturbance.atMs > untilMs || disturbance.untilMs <= untilMs) continue;
      untilMs = disturbance.untilMs;
      reasons.add(disturbance.reason);
      grew = true;
    }
  }
  return { untilMs, reason: BY_WEIGHT.find((reason) => reasons.has(reason)) };
}
