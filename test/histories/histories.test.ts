/**
 * A few histories of each kind, none of which must be wrong; and the search itself: a bug that is
 * planted is found, and made small. `npm run test:histories` runs thousands.
 */
import { runProgram } from './machine/run-program.ts';
import { examine } from './model/examine.ts';
import { PLANTS } from './plants.ts';
import { programs, programsWithFaults } from './program/programs.ts';
import { timeline } from './report/timeline.ts';
import { type HistoriesResult, runHistories } from './run-histories.ts';

/** So that a failure says what it is. */
function shown({ failure }: HistoriesResult): string | undefined {
  return failure && timeline(failure.history, failure.examined);
}

test.each([
  ['as it should be', programs],
  ['where calls fail and processes die', programsWithFaults],
])('every answer is explained: %s', async (_where, made) => {
  const result = await runHistories({ programs: made, seeds: [1], histories: 150 });
  expect(shown(result)).toBeUndefined();
  expect(result.tallies).toMatchObject({ histories: 150, undecided: 0, violations: 0 });
  expect(result.tallies.overlapping).toBeGreaterThan(150);
  expect(result.tallies.mints).toBeGreaterThan(20);
});

test('the same seed is the same run', async () => {
  const run = () => runHistories({ programs: programsWithFaults, seeds: [2], histories: 30 });
  expect(await run()).toEqual(await run());
});

/** Seeds that come to it soon. */
const SEEDS: Readonly<Record<keyof typeof PLANTS, number>> = {
  'commit before secret': 1,
  'no condition on the row': 1,
  'no condition on key rows': 1,
  'no check of rows that are relied on': 24,
  'unfenced commit': 1,
  'a find that reads AWSCURRENT': 1,
  'a cache without the row check': 14,
  'a deletion that is forgotten': 1,
};

test.each(Object.entries(PLANTS))('found: %s', async (name, plant) => {
  const seeds = [SEEDS[name as keyof typeof PLANTS]];
  const result = await runHistories({ programs, seeds, histories: 300, plant });
  expect(result.failure?.examined.outcome).toMatch(/unexplained|damaged/);
  expect(result.failure?.history.performed.length).toBeLessThan(16);
  expect(shown(result)).toMatch(/No order explains it|is damaged/);
});

test('a failure is found again by its seed and path', async () => {
  const plant = PLANTS['a find that reads AWSCURRENT'];
  const options = { programs, seeds: [1], histories: 300, plant };
  const { failure } = await runHistories(options);
  if (failure === undefined) throw new Error('It was not found.');
  const { seed, path } = failure;
  const again = await runHistories({ ...options, seeds: [seed], path });
  expect(again.tallies.histories).toBe(1);
  expect(again.failure?.history).toEqual(failure.history);
});

test('a failure is a line of time, and why no order explains it', async () => {
  const token = { userName: 'ann', clientId: 'client-1', accessToken: 'access-1' };
  const history = await runProgram(
    {
      before: [{ kind: 'save', request: { token } }],
      containers: [[{ kind: 'delete', request: { id: 0, revoke: false } }]],
      ...{ background: [], choices: [], readOrder: 'rows first' },
    },
    PLANTS['a deletion that is forgotten'],
  );
  const lines = timeline(history, examine(history)).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^ +1 {2}┌ +before: save userName ann, clientId client-1/),
      expect.stringMatching(/^ +\d+ {4}┌ +container 1: delete id A, revoke false/),
      expect.stringMatching(/^ +\d+ {4}└ +→ {deleted true}/),
      'No order explains it. "findById id A" came to "{id A, userName ann, clientId client-1, accessToken access-1}".',
      '     A, deleted: userName ann, clientId client-1, accessToken access-1',
      '      which is answered with: no token',
    ]),
  );
});
