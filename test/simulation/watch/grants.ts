/**
 * What has become of a grant at the provider. Pure: no I/O, no clock, no environment.
 */
import type { Grant } from '../world/simulated-provider.ts';

/** Whether the user had taken it back by then. */
export function isEnded({ endedAtMs }: Grant, byMs: number): boolean {
  return endedAtMs !== undefined && endedAtMs <= byMs;
}

/**
 * Whether the only refresh tokens that still work were given to processes that died before they
 * could store them: the one way in which a rotation can be lost.
 */
export function rotationLost({ rotates, live }: Grant, nowMs: number): boolean {
  const working = [...live.values()].filter(({ diesAtMs }) => diesAtMs > nowMs);
  return rotates && working.length > 0 && working.every(({ by, written }) => !written && by?.dead);
}
