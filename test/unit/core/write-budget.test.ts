/** How often a secret may be written, so that Secrets Manager never refuses a write. */
import {
  afterWrite,
  NO_WRITES,
  nextRefreshAtMs,
  type WriteHistory,
} from '../../../lib/write-budget.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Secrets Manager keeps about so many versions of a secret that are younger than a day. */
const VERSIONS_A_DAY = 100;

/** Writes from START_MS on: refreshes as soon as they are allowed, saves every so often. */
function busySecret(forMs: number, savesEveryMs = Number.POSITIVE_INFINITY) {
  let history: WriteHistory = NO_WRITES;
  const refreshes: number[] = [];
  const saves: number[] = [];
  for (let nowMs = START_MS; nowMs < START_MS + forMs; nowMs += MINUTE_MS) {
    if ((nowMs - START_MS) % savesEveryMs === 0) {
      history = afterWrite(history, false, nowMs);
      saves.push(nowMs);
    }
    if (nextRefreshAtMs(history) > nowMs) continue;
    history = afterWrite(history, true, nowMs);
    refreshes.push(nowMs);
  }
  return { refreshes, saves, history };
}

/** The most writes in any 24 hours. */
function mostADay(writes: readonly number[]): number {
  return Math.max(
    ...writes.map((from) => writes.filter((at) => at >= from && at < from + DAY_MS).length),
  );
}

test('a dozen refreshes may follow each other, the next one waits', () => {
  let history = NO_WRITES;
  for (let n = 0; n < 12; n += 1) {
    expect(nextRefreshAtMs(history)).toBeLessThanOrEqual(START_MS);
    history = afterWrite(history, true, START_MS);
  }
  expect(nextRefreshAtMs(history)).toBe(START_MS + 20 * MINUTE_MS);
});

test('saves do not make refreshes wait, until the day is nearly full', () => {
  let history = NO_WRITES;
  for (let n = 0; n < 93; n += 1) history = afterWrite(history, false, START_MS + n);
  expect(nextRefreshAtMs(history)).toBeLessThanOrEqual(START_MS);
  history = afterWrite(history, false, START_MS + 93);
  expect(nextRefreshAtMs(history)).toBeGreaterThan(START_MS + DAY_MS);
  expect(nextRefreshAtMs(history)).toBeLessThanOrEqual(START_MS + DAY_MS + 3 * HOUR_MS);
});

test('a token that is refreshed whenever it may be stays within what is kept, for a week', () => {
  const { refreshes } = busySecret(7 * DAY_MS);
  expect(mostADay(refreshes)).toBeLessThan(VERSIONS_A_DAY);
  const gaps = refreshes.slice(1).map((at, n) => at - (refreshes[n] ?? 0));
  expect(Math.max(...gaps)).toBe(20 * MINUTE_MS);
});

test('so it does beside a save every hour', () => {
  const { refreshes, saves } = busySecret(7 * DAY_MS, HOUR_MS);
  expect(mostADay([...refreshes, ...saves])).toBeLessThan(VERSIONS_A_DAY);
});

test('what is remembered does not grow', () => {
  expect(busySecret(7 * DAY_MS, HOUR_MS).history.slots.length).toBeLessThanOrEqual(10);
});

test('a clock that runs behind the last writer does not lose count', () => {
  const ahead = afterWrite(NO_WRITES, true, START_MS + 4 * HOUR_MS);
  const behind = afterWrite(ahead, true, START_MS);
  expect(behind.slots.reduce((sum, { count }) => sum + count, 0)).toBe(2);
});
