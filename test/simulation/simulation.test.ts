/**
 * The scheduled refresh over days of faults, small: no violation, for several seeds. And the checks
 * themselves: a bug that is planted makes the check that is for it speak.
 */
import { LatchkeyError } from '../../lib/errors.ts';
import { type SimulationResult, simulate } from './simulation.ts';
import type { ViolationKind } from './watch/violations.ts';
import type { Plant } from './world/plant.ts';
import { HARD, HOUR_MS } from './world/world-settings.ts';

const SMALL = { tokens: 200, hours: 8 };
/** A bug shows sooner. */
const SMALLER = { tokens: 150, hours: 6 };

/** Violations by kind, so that a failure says what and where. */
function found({ violations, startMs }: SimulationResult): string[] {
  return violations.kept.map(({ kind, atMs, tokenId, detail }) => {
    return `${kind} ${tokenId} after ${Math.round((atMs - startMs) / 1000)} s: ${detail}`;
  });
}

test.each([1, 2])('seed %i: nothing happens that must not', async (seed) => {
  const result = await simulate({ ...SMALL, seed });
  expect(found(result)).toEqual([]);
  expect(result.tallies.refreshed.schedule).toBeGreaterThan(2_000);
  expect(result.tallies.died.worker).toBeGreaterThan(10);
  expect(result.tallies.requestsTook.total).toBeGreaterThan(5);
});

test.each([3, 4])('seed %i, in a hard world: nothing either', async (seed) => {
  const result = await simulate({ ...SMALL, seed, plant: HARD });
  expect(found(result)).toEqual([]);
  expect(result.tallies.refreshed.schedule).toBeGreaterThan(2_000);
  expect(result.tallies.died.worker).toBeGreaterThan(10);
});

test.each<[string, Plant]>([
  ['many spurious errors', { spurious: 0.02 }],
  ['workers that mostly freeze', { workerFreezes: 0.3, workerDies: 0 }],
  ['workers that often die', { workerDies: 0.15 }],
  ['saves during refreshes', { changesDuringRefresh: 0.05 }],
  ['operators who ask and ask', { asksEveryMs: HOUR_MS / 2, workerDies: 0.15 }],
])('%s, and all of them rotating: nothing either', async (_what, plant) => {
  const result = await simulate({ ...SMALL, seed: 5, plant: { ...plant, rotating: 1 } });
  expect(found(result)).toEqual([]);
});

test('the same seed is the same run', async () => {
  const run = async () => {
    const { tallies, recoveries } = await simulate({ tokens: 60, hours: 6, seed: 5 });
    return { tallies, recoveries };
  };
  expect(await run()).toEqual(await run());
});

/** Of a worker's rows: what it is made to believe of those that live. */
const believing = (change: object): Plant => ({
  index: (index, role) => ({
    ...index,
    cursorAfter: index.cursorAfter,
    read: async (request, deadline) => {
      const snapshot = await index.read(request, deadline);
      if (role !== 'worker') return snapshot;
      const rows = [...snapshot.rows].map(([id, row]) => {
        return [id, row.state === 'active' ? { ...row, ...change } : row] as const;
      });
      return { ...snapshot, rows: new Map(rows) };
    },
  }),
});

const PLANTED: readonly (readonly [string, Plant, ViolationKind])[] = [
  ['no margin', { policy: { marginMs: 0 } }, 'overdue'],
  ['no margin, seen by a find', { policy: { marginMs: 0 } }, 'unexplained-miss'],
  [
    'a worker that knows no minimum interval',
    believing({ expiresAtMs: 1, refreshedAtMs: undefined }),
    'too-soon',
  ],
  [
    'a worker that knows no backoff',
    {
      index: (index) => ({
        ...index,
        cursorAfter: index.cursorAfter,
        endLease: (request, deadline) => {
          const { judged } = request;
          const eager = judged && {
            judged: { ...judged, failure: { ...judged.failure, retryAtMs: 0 }, dueAtMs: 0 },
          };
          return index.endLease({ ...request, ...eager }, deadline);
        },
      }),
    },
    'over-limit',
  ],
  [
    'a refusal that is believed at once',
    {
      spurious: 0.02,
      index: (index) => ({
        ...index,
        cursorAfter: index.cursorAfter,
        endLease: (request, deadline) => {
          const { judged } = request;
          const refused = judged?.failure.refusals !== undefined;
          const believed = refused && { judged: { ...judged, state: 'needs-reauthorization' } };
          return index.endLease({ ...request, ...(believed as object) }, deadline);
        },
      }),
    },
    'marked-healthy',
  ],
  [
    'a refusal that is never believed',
    {
      index: (index) => ({
        ...index,
        cursorAfter: index.cursorAfter,
        endLease: (request, deadline) => {
          const { judged } = request;
          const doubted = judged && { judged: { ...judged, state: 'active' as const } };
          return index.endLease({ ...request, ...doubted }, deadline);
        },
      }),
    },
    'not-marked',
  ],
  [
    'nobody looks for what a dead worker left',
    {
      rotating: 1,
      vault: (vault) => ({
        ...vault,
        readRefreshed: async () => undefined,
      }),
    },
    'grant-lost',
  ],
  [
    'a worker that does not see what operators ask for',
    { asksEveryMs: HOUR_MS, ...believing({ refreshRequestedAtMs: undefined }) },
    'request-lost',
  ],
  [
    'a verdict that leaves the request for it standing',
    {
      asksEveryMs: HOUR_MS,
      index: (index) => ({
        ...index,
        cursorAfter: index.cursorAfter,
        endLease: (request, deadline) => {
          const { judged } = request;
          const asked = judged && { judged: { ...judged, refreshRequestedAtMs: 1 } };
          return index.endLease({ ...request, ...asked }, deadline);
        },
      }),
    },
    'request-repeated',
  ],
  ['a pace that every worker takes for its own', { paceFactor: 5 }, 'write-rate'],
  [
    'a worker that cannot read the table',
    {
      index: (index, role) => ({
        ...index,
        cursorAfter: index.cursorAfter,
        read: async (request, deadline) => {
          if (role === 'worker') throw new LatchkeyError('STORE_UNAVAILABLE', 'planted');
          return index.read(request, deadline);
        },
      }),
    },
    'dead-letter',
  ],
];

test.each(PLANTED)('found: %s', async (_what, plant, kind) => {
  const { violations } = await simulate({ ...SMALLER, seed: 1, plant });
  expect(violations.count(kind)).toBeGreaterThan(0);
});
