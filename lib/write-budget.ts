/**
 * How often a secret may be written. Secrets Manager keeps about 100 versions of a secret, drops
 * none that is younger than a day, and refuses every write past them: also the one that was to
 * store a refresh token that has just been rotated. So refreshes keep a distance, and stop short of
 * the limit; saves are the caller's, and only counted.
 * Pure: no I/O, no clock, no environment.
 */

const DAY_MS = 86_400_000;
/** Writes are counted per so long: a day's count is then at most this much too high. */
const SLOT_MS = DAY_MS / 8;
/** Of about 100: refreshes leave the rest to saves. */
const MAX_A_DAY = 94;
/** Refreshes in quick succession after a quiet time, and the distance between them after that. */
const BURST = 12;
const DISTANCE_MS = 1_200_000;

export interface WriteHistory {
  /** Writes of the last day, by when their slot of time began; oldest first. */
  readonly slots: readonly { readonly startMs: number; readonly count: number }[];
  /** Refreshes that may follow at once, as of the moment beside it. */
  readonly allowance: number;
  readonly allowanceAtMs: number;
}

export const NO_WRITES: WriteHistory = { slots: [], allowance: BURST, allowanceAtMs: 0 };

/**
 * Of a secret whose history is lost: it may have been written as often as is allowed. One refresh
 * may follow at once, the next ones at a distance, which keeps any day's sum below the limit.
 */
export function assumedWrites(nowMs: number): WriteHistory {
  return { slots: [], allowance: 1, allowanceAtMs: nowMs };
}

/** @param isRefresh - a save does not use up what refreshes may do */
export function afterWrite(history: WriteHistory, isRefresh: boolean, nowMs: number): WriteHistory {
  const startMs = Math.floor(nowMs / SLOT_MS) * SLOT_MS;
  const lately = history.slots.filter((slot) => slot.startMs > nowMs - DAY_MS - SLOT_MS);
  const last = lately.at(-1);
  const slots =
    last !== undefined && last.startMs >= startMs
      ? [...lately.slice(0, -1), { startMs: last.startMs, count: last.count + 1 }]
      : [...lately, { startMs, count: 1 }];
  if (!isRefresh) return { ...history, slots };
  return { slots, allowance: allowanceAt(history, nowMs) - 1, allowanceAtMs: nowMs };
}

/** When the next refresh may be written: in the past if it may be now. */
export function nextRefreshAtMs(history: WriteHistory): number {
  const missing = 1 - history.allowance;
  const distanceMs = missing > 0 ? history.allowanceAtMs + Math.ceil(missing * DISTANCE_MS) : 0;
  return Math.max(distanceMs, roomAtMs(history));
}

/** When a day's writes are fewer than the most: once the oldest slots are a day behind. */
function roomAtMs({ slots }: WriteHistory): number {
  let writes = slots.reduce((sum, { count }) => sum + count, 0);
  let roomMs = 0;
  for (const { startMs, count } of slots) {
    if (writes < MAX_A_DAY) break;
    writes -= count;
    roomMs = startMs + SLOT_MS + DAY_MS;
  }
  return roomMs;
}

function allowanceAt({ allowance, allowanceAtMs }: WriteHistory, nowMs: number): number {
  const regained = Math.max(0, nowMs - allowanceAtMs) / DISTANCE_MS;
  return Math.min(BURST, allowance + regained);
}
