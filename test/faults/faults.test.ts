/**
 * A storm and the conflicts of a few scenarios, in which nothing must happen; and both themselves:
 * a bug that is planted is found. All of it is `npm run test:faults`.
 */
import { scenarioNamed } from '../crash/scenarios/all.ts';
import { conflictsOf } from './conflicts/conflict-matrix.ts';
import { CONFLICT_PLANTS, STORM_PLANTS } from './plants.ts';
import { runStorm } from './storm/storm.ts';

// Thousands of calls, on a machine that may be busy.
jest.setTimeout(300_000);

test('a storm leaves nothing behind, and everything befell', async () => {
  const { violations, faults, counts, refreshes } = await runStorm({ seed: 1, hours: 1 });
  expect(violations).toEqual([]);
  expect(Object.keys(faults)).toEqual(
    expect.arrayContaining([
      ...['throttle', 'serverError', 'lostResponse', 'slow', 'transactionConflict', 'staleRead'],
      ...['frozen container', 'dead container', 'message delivered twice', 'provider: throttled'],
    ]),
  );
  expect(counts.unanswered).toBeGreaterThan(10);
  expect(counts.acknowledged).toBeGreaterThan(100);
  expect(refreshes).toBeGreaterThan(10);
});

/** Seeds that come to it soon, until the order of calls changes: then a later one does. */
const SEEDS: Readonly<Record<keyof typeof STORM_PLANTS, number>> = {
  'no condition on the row': 8,
  'unfenced commit': 5,
  'a find that reads AWSCURRENT': 1,
  'a conflict that is taken for success': 1,
  'a stale read that is believed': 5,
};

const TRIES = 20;

test('the same seed is the same storm', async () => {
  const run = () => runStorm({ seed: 9, hours: 0.25 });
  expect(await run()).toEqual(await run());
});

test.each(Object.entries(STORM_PLANTS))('found by a storm: %s', async (name, plant) => {
  const first = SEEDS[name as keyof typeof STORM_PLANTS];
  let violations: readonly string[] = [];
  for (let seed = first; violations.length === 0 && seed < first + TRIES; seed += 1) {
    ({ violations } = await runStorm({ seed, hours: 1, plant, untilBroken: true }));
  }
  const broken = /not whole|not as it was saved|NOT_FOUND|REAUTHORIZATION|lost its grant/;
  expect(violations.join('\n')).toMatch(broken);
});

test.each(['save a changed token', 'restore a token'])(
  '%s: conflicts change nothing',
  async (name) => {
    const { violations, writes, runs } = await conflictsOf(scenarioNamed(name));
    expect(violations).toEqual([]);
    expect(writes).toBeGreaterThan(0);
    expect(runs).toBeGreaterThan(3 * writes);
  },
);

test.each(Object.entries(CONFLICT_PLANTS))(
  'found by a conflict: %s',
  async (_what, { scenario, plant, conflict }) => {
    const { violations } = await conflictsOf(scenarioNamed(scenario), plant);
    expect(violations).not.toEqual([]);
    expect(violations.map((each) => each.conflict)).not.toContain('undisturbed');
    expect(violations.map((each) => each.conflict).join('\n')).toMatch(conflict);
  },
);
