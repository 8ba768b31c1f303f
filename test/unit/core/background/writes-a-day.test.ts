/**
 * Secrets Manager keeps about 100 versions a day and refuses every write past them: however a token
 * is used, and however short it lives, the store never writes more than 96 in any 24 hours.
 */
import {
  DEFAULT_REFRESH_POLICY,
  type RefreshOccasion,
  refreshNeed,
} from '../../../../lib/refresh-policy.ts';
import { tokenFromJson } from '../../../../lib/token.ts';
import { firstRow, nextRow } from '../../../../lib/token-row.ts';
import { seededRandom } from '../../../support/core/seeded-random.ts';
import { tokenOf, writingAt } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const POLICY = DEFAULT_REFRESH_POLICY;
const VERSION = { secretArn: 'arn:a', versionId: 'v' };
const ON_SCHEDULE: RefreshOccasion = { kind: 'schedule' };
const use = (minValidMs: number): RefreshOccasion => ({ kind: 'use', minValidMs });

/** What happens to the token at that moment after START_MS. */
type Happening = (atMs: number) => readonly ('save' | RefreshOccasion)[];

interface Simulated {
  /** When versions were written, the first by a save. */
  readonly writtenMs: readonly number[];
  readonly refreshedMs: readonly number[];
}

function simulate(days: number, lifeMs: number, happens: Happening, stepMs = 10_000): Simulated {
  const tokenAt = (nowMs: number, count: number) =>
    tokenFromJson(tokenOf('ann', { accessToken: `access-${count}`, expiresAt: nowMs + lifeMs }));
  let row = firstRow('id', tokenAt(START_MS, 0), VERSION, 0, writingAt(START_MS));
  const writtenMs = [START_MS];
  const refreshedMs: number[] = [];
  for (let nowMs = START_MS; nowMs < START_MS + days * DAY_MS; nowMs += stepMs) {
    for (const what of happens(nowMs - START_MS)) {
      if (what !== 'save' && !refreshNeed(row, what, nowMs, POLICY).refresh) continue;
      if (what !== 'save') refreshedMs.push(nowMs);
      const by = what === 'save' ? 'save' : what.kind;
      const writing = writingAt(nowMs, { by, minted: what !== 'save' });
      row = nextRow(row, tokenAt(nowMs, writtenMs.length), VERSION, writing);
      writtenMs.push(nowMs);
    }
  }
  return { writtenMs, refreshedMs };
}

/** The most of these moments that lie within so long of each other. */
function mostWithin(windowMs: number, moments: readonly number[]): number {
  let first = 0;
  return moments.reduce((most, moment, index) => {
    while (moment - (moments[first] ?? moment) >= windowMs) first += 1;
    return Math.max(most, index - first + 1);
  }, 0);
}

const random = seededRandom(7);

test.each<[string, number, Happening]>([
  ['looked at by the schedule only', 5 * MINUTE_MS, () => [ON_SCHEDULE]],
  ['used all the time', 5 * MINUTE_MS, () => [use(MINUTE_MS)]],
  ['used all the time and scheduled', 5 * MINUTE_MS, () => [ON_SCHEDULE, use(MINUTE_MS)]],
  ['asked for more life than it has', 5 * MINUTE_MS, () => [use(45 * MINUTE_MS), ON_SCHEDULE]],
  ['left alone for two days, then used', 5 * MINUTE_MS, (at) => (at < 2 * DAY_MS ? [] : [use(1)])],
  ['used now and then', 5 * MINUTE_MS, () => (random() < 0.02 ? [use(MINUTE_MS)] : [ON_SCHEDULE])],
  ['living for 10 seconds', 10_000, () => [use(MINUTE_MS), ON_SCHEDULE]],
  [
    'saved 50 times in an hour',
    5 * MINUTE_MS,
    (at) => (at % 72_000 === 0 && at < 3_600_000 ? ['save'] : [use(MINUTE_MS), ON_SCHEDULE]),
  ],
])('a token of 5 minutes, or less, %s', (_how, lifeMs, happens) => {
  const { writtenMs, refreshedMs } = simulate(4, lifeMs, happens);
  expect(mostWithin(DAY_MS, writtenMs)).toBeLessThanOrEqual(96);
  // Nor does it get much less than it could: the allowance is there to be used.
  expect(mostWithin(DAY_MS, writtenMs)).toBeGreaterThan(80);
  expect(mostWithin(POLICY.minIntervalMs, refreshedMs)).toBe(1);
  expect(mostWithin(10 * MINUTE_MS, refreshedMs)).toBeLessThanOrEqual(10);
});

test('a token of an hour is never short of it', () => {
  const { writtenMs } = simulate(4, 60 * MINUTE_MS, () => [ON_SCHEDULE, use(MINUTE_MS)]);
  const gaps = writtenMs.slice(1).map((moment, index) => moment - (writtenMs[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(50 * MINUTE_MS);
});
