/**
 * What the housekeeper may be asked, from an unknown event. A schedule sends `{}`: tidy up, once a
 * day. Pure: no I/O, no clock, no environment.
 */
import * as v from 'valibot';
import { LatchkeyError } from '../errors.ts';
import type { HousekeepingMode } from './housekeeping-report.ts';

/** A full look costs a call per secret that is not in use: once a day is often enough. */
const DAY_MS = 86_400_000;

export interface HousekeepingJobRequest {
  readonly mode: HousekeepingMode;
  /** Deletes orphans however many there are. */
  readonly force: boolean;
  /** A run that began less than so long ago is not begun again. Milliseconds. */
  readonly everyMs: number;
}

const request = v.strictObject({
  mode: v.exactOptional(v.picklist(['report', 'repair'])),
  force: v.exactOptional(v.boolean()),
});

/** @throws LatchkeyError INVALID_REQUEST */
export function parseHousekeeping(event: unknown): HousekeepingJobRequest {
  const parsed = v.safeParse(request, event);
  // To valibot an array is an object too.
  if (!parsed.success || Array.isArray(event)) {
    throw new LatchkeyError(
      'INVALID_REQUEST',
      'The housekeeper takes {"mode": "report"} or {"mode": "repair"}, the latter with ' +
        '"force": true to delete secrets that no row names however many they are.',
    );
  }
  const { mode, force = false } = parsed.output;
  return { mode: mode ?? 'repair', force, everyMs: mode === undefined ? DAY_MS : 0 };
}
