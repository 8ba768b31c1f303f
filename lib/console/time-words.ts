/** Times as people say them at a glance: "12 min ago", "in 1 h 5 min". Pure. */

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Clocks of two machines differ by as much. */
const JUST_NOW_MS = 2 * SECOND_MS;

/** A length of time, rounded down to what matters. */
export function span(ms: number): string {
  const left = Math.max(0, ms);
  if (left < 100 * SECOND_MS) return `${Math.floor(left / SECOND_MS)} s`;
  if (left < 100 * MINUTE_MS) return `${Math.floor(left / MINUTE_MS)} min`;
  if (left < 10 * HOUR_MS) {
    const minutes = Math.floor((left % HOUR_MS) / MINUTE_MS);
    const hours = `${Math.floor(left / HOUR_MS)} h`;
    return minutes === 0 ? hours : `${hours} ${minutes} min`;
  }
  if (left < 2 * DAY_MS) return `${Math.floor(left / HOUR_MS)} h`;
  return `${Math.floor(left / DAY_MS)} d`;
}

export function ago(atMs: number, nowMs: number): string {
  return nowMs - atMs < JUST_NOW_MS ? 'just now' : `${span(nowMs - atMs)} ago`;
}

/** Something that comes by itself; what should have come already comes soon. */
export function comesIn(atMs: number, nowMs: number): string {
  return atMs - nowMs < MINUTE_MS ? 'within a minute' : `in ${span(atMs - nowMs)}`;
}

/** The moment itself, for who wants to compare it with a log: UTC, to the second. */
export function moment(atMs: number): string {
  const date = new Date(atMs);
  if (Number.isNaN(date.getTime())) return 'an unknown time';
  return `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
