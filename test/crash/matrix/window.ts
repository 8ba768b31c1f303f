/**
 * The only window in which a death can lose a grant: a provider that rotates has taken the old
 * refresh token, and no secret holds the new one yet. Pure.
 *
 *   provider ─ takes the old one ─────── PutSecretValue ─ takes effect
 *                      └──────── the window ────────┘
 */
import type { OutgoingCall } from '../engine/outgoing-call.ts';
import type { Point } from './points.ts';

const ASKS = 'provider refresh';
const STORES = 'secretsmanager PutSecretValue';

/** @param calls - those of the run in which nothing dies */
export function isInWindow(calls: readonly OutgoingCall[], { call, when }: Point): boolean {
  const at = call - 1;
  const labels = calls.map(({ label }) => label);
  const asked = labels.lastIndexOf(ASKS, at);
  if (asked < 0) return false;
  const stored = labels.indexOf(STORES, asked);
  const isAsking = asked === at;
  const isStoring = stored === at;
  if (isAsking) return when !== 'before';
  if (isStoring) return when !== 'after';
  return stored > at;
}
