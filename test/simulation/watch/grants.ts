/**
 * What has become of a grant at the provider. Pure: no I/O, no clock, no environment.
 */
import type { Grant } from '../world/simulated-provider.ts';

/** Whether the user had taken it back by then. */
export function isEnded({ endedAtMs }: Grant, byMs: number): boolean {
  return endedAtMs !== undefined && endedAtMs <= byMs;
}

/**
 * Whether the newest refresh token that works was given to a process that died before it could
 * store it: the one way in which a rotation can be lost.
 */
export function rotationLost({ rotates, live }: Grant, nowMs: number): boolean {
  const newest = [...live.values()].filter(({ diesAtMs }) => diesAtMs > nowMs).at(-1);
  return rotates && newest?.written === false && newest.by?.dead === true;
}
