/** What a failed refresh means for its token. */
import type { OutcomeCounts } from '../../../lib/client-health/client-health.ts';
import type { FailedRefresh } from '../../../lib/provider/token-provider.ts';
import { isIncident, judgeFailure } from '../../../lib/refresh-failure.ts';
import type { RefreshFailure, TokenState } from '../../../lib/token-index/token-index.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HEALTHY: OutcomeCounts = { refreshed: 1000, refused: 1, faults: 0 };
const INCIDENT: OutcomeCounts = { refreshed: 10, refused: 20, faults: 0 };

interface Seen {
  readonly failure?: RefreshFailure;
  readonly state?: TokenState;
  readonly random?: number;
  readonly client?: OutcomeCounts | undefined;
}

/** The judgement at START_MS over a token as it was before. */
function judge(failed: FailedRefresh, seen: Seen = {}) {
  const { failure, state = 'active', random = 0 } = seen;
  const client = 'client' in seen ? seen.client : HEALTHY;
  const before = { state, ...(failure && { failure }) };
  return judgeFailure({ failed, before, nowMs: START_MS, random, client });
}

const REFUSED = { verdict: 'revoked', reason: 'invalid_code' } as const;
const OUTAGE = { verdict: 'outage', reason: 'http-503' } as const;

/** A failure as the row has it: after `count` of them, `refusals` of which were refusals. */
function failed(count: number, refusals?: number, refusedForMs = 0): RefreshFailure {
  const sinceMs = START_MS - refusedForMs;
  return {
    ...{ verdict: 'revoked: invalid_code', atMs: START_MS - 1, count, retryAtMs: START_MS },
    ...(refusals !== undefined && { refusals: { count: refusals, sinceMs } }),
  };
}

const waitOf = ({ failure }: { failure: RefreshFailure }) => failure.retryAtMs - START_MS;

describe('how long the next try waits', () => {
  test.each<[FailedRefresh['verdict'], readonly number[], number]>([
    ['outage', [5_000, 10_000, 20_000, 40_000], 300_000],
    ['malformed', [5_000, 10_000, 20_000, 40_000], 300_000],
    ['throttled', [60_000, 120_000, 240_000, 480_000], 600_000],
    ['client-fault', [30_000, 60_000, 120_000, 240_000], 3_600_000],
    ['revoked', [60_000, 120_000, 240_000, 480_000], 600_000],
  ])('after %s: doubling from %j to %d ms', (verdict, firstMs, ceilingMs) => {
    const waitAfter = (count: number) =>
      waitOf(judge({ verdict, reason: 'x' }, { failure: failed(count), client: INCIDENT }));
    expect(firstMs.map((_, index) => waitAfter(index))).toEqual(firstMs);
    expect([10, 100, 100_000].map(waitAfter)).toEqual([ceilingMs, ceilingMs, ceilingMs]);
  });

  test.each([
    [0, 5_000],
    [0.5, 6_250],
    [0.999_999_9, 7_500],
  ])('jitter of %d adds up to half of it, and takes nothing off', (random, waitMs) => {
    expect(waitOf(judge(OUTAGE, { random }))).toBe(waitMs);
  });

  test.each([
    ['longer than its own wait, counts', 90_000, 90_000],
    ['shorter, does not', 1_000, 60_000],
  ])("the provider's hint, %s", (_what, retryAfterMs, waitMs) => {
    const throttled = { verdict: 'throttled', reason: 'http-429', retryAfterMs } as const;
    expect(waitOf(judge(throttled))).toBe(waitMs);
    const outage = { verdict: 'outage', reason: 'http-503', retryAfterMs: 90_000 } as const;
    expect(waitOf(judge(outage))).toBe(90_000);
  });

  test('a hint is never undercut by jitter', () => {
    const hinted = { ...OUTAGE, retryAfterMs: 90_000 };
    expect(waitOf(judge(hinted, { random: 0.5 }))).toBeGreaterThanOrEqual(90_000);
  });
});

test.each(['outage', 'malformed', 'throttled', 'client-fault'] as const)(
  '%s says nothing about the token, however often',
  (verdict) => {
    const judged = judge({ verdict, reason: 'why' }, { failure: failed(1_000, 5, 2 * DAY_MS) });
    expect(judged.state).toBe('active');
    expect(judged.failure).toMatchObject({ verdict: `${verdict}: why`, atMs: START_MS });
  },
);

test('failures are counted whatever their kind', () => {
  expect(judge(OUTAGE).failure.count).toBe(1);
  expect(judge(OUTAGE, { failure: failed(3) }).failure.count).toBe(4);
});

describe('refusals', () => {
  test('the first one is a suspicion', () => {
    expect(judge(REFUSED)).toEqual({
      state: 'active',
      failure: {
        verdict: 'revoked: invalid_code',
        atMs: START_MS,
        count: 1,
        retryAtMs: START_MS + 60_000,
        refusals: { count: 1, sinceMs: START_MS },
      },
    });
  });

  test.each<[string, Seen, TokenState]>([
    ['a minute later', { failure: failed(1, 1, 60_000) }, 'needs-reauthorization'],
    ['sooner', { failure: failed(1, 1, 59_999) }, 'active'],
    ['sooner, the tenth', { failure: failed(9, 9, 59_999) }, 'active'],
    [
      'during an incident of its client',
      { failure: failed(1, 1, 60_000), client: INCIDENT },
      'active',
    ],
    [
      'where nobody knows how its client fares',
      { failure: failed(1, 1, 60_000), client: undefined },
      'active',
    ],
    [
      'while another token is refused, and none refreshed',
      { failure: failed(1, 1, 60_000), client: { refreshed: 0, refused: 3, faults: 0 } },
      'active',
    ],
    [
      'while another token is refused, and one refreshed',
      { failure: failed(1, 1, 60_000), client: { refreshed: 1, refused: 3, faults: 0 } },
      'needs-reauthorization',
    ],
    [
      "of a client's only token",
      { failure: failed(1, 1, 60_000), client: { refreshed: 0, refused: 2, faults: 0 } },
      'needs-reauthorization',
    ],
    [
      'nearly a day later, in an incident',
      { failure: failed(9, 9, DAY_MS - 1), client: INCIDENT },
      'active',
    ],
    [
      'a day later, in an incident',
      { failure: failed(9, 9, DAY_MS), client: INCIDENT },
      'needs-reauthorization',
    ],
    [
      'a day later, where nobody knows',
      { failure: failed(9, 9, DAY_MS), client: undefined },
      'needs-reauthorization',
    ],
    ['of an idle token', { failure: failed(1, 1, 60_000), state: 'idle' }, 'needs-reauthorization'],
  ])('another one, %s', (_when, seen, state) => {
    expect(judge(REFUSED, seen).state).toBe(state);
  });

  test('they are counted from the first of them on', () => {
    const { failure } = judge(REFUSED, { failure: failed(4, 2, 5_000) });
    expect(failure).toMatchObject({
      count: 5,
      refusals: { count: 3, sinceMs: START_MS - 5_000 },
    });
  });

  test('the first after other failures is a first one', () => {
    const judged = judge(REFUSED, { failure: failed(40) });
    expect(judged).toMatchObject({ state: 'active', failure: { refusals: { count: 1 } } });
  });

  test.each(['outage', 'malformed', 'throttled', 'client-fault'] as const)(
    'an %s between two of them neither counts nor clears',
    (verdict) => {
      const between = judge({ verdict, reason: 'x' }, { failure: failed(1, 1, 60_000) });
      expect(between.state).toBe('active');
      expect(between.failure.refusals).toEqual({ count: 1, sinceMs: START_MS - 60_000 });
      const { state } = judge(REFUSED, { failure: between.failure });
      expect(state).toBe('needs-reauthorization');
    },
  );
});

describe('a token that needs re-authorization', () => {
  const state = 'needs-reauthorization' as const;

  test('is tried again an hour after it was found out', () => {
    const judged = judge(REFUSED, { failure: failed(1, 1, 60_000), random: 0.5 });
    expect(judged.state).toBe(state);
    expect(waitOf(judged)).toBe(1.25 * HOUR_MS);
  });

  test.each<[string, FailedRefresh, OutcomeCounts | undefined]>([
    ['refused again', REFUSED, HEALTHY],
    ['refused in an incident', REFUSED, INCIDENT],
    ['not answered', OUTAGE, undefined],
  ])('and stays so when it is %s', (_what, verdict, client) => {
    const judged = judge(verdict, { state, failure: failed(2, 2, DAY_MS), client });
    expect(judged.state).toBe(state);
  });

  test.each([
    [3, 2],
    [4, 4],
    [5, 8],
    [6, 16],
    [7, 24],
    [700, 24],
  ])('is tried again ever more rarely: after %d refusals in %d hours', (refusals, hours) => {
    const before = { state, failure: failed(refusals - 1, refusals - 1, DAY_MS) };
    expect(waitOf(judge(REFUSED, { ...before, client: HEALTHY }))).toBe(hours * HOUR_MS);
  });
});

test.each([
  [0, 0, false],
  [4, 0, false],
  [5, 0, true],
  [5, 19, true],
  [5, 20, false],
  [100, 400, false],
  [101, 400, true],
])('%d refusals beside %d refreshes are an incident: %s', (refused, refreshed, incident) => {
  expect(isIncident({ refused, refreshed, faults: 0 })).toBe(incident);
});

test('refused clients are no refused grants', () => {
  expect(isIncident({ refused: 0, refreshed: 0, faults: 100 })).toBe(false);
});
