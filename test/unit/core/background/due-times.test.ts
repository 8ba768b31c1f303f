/** When the scheduled refresh of a token comes. */
import { createHash } from 'node:crypto';
import type { TokenJson } from '../../../../lib/contract.ts';
import {
  DEFAULT_REFRESH_POLICY,
  type RefreshPolicy,
  refreshNeed,
  scheduledAtMs,
} from '../../../../lib/refresh-policy.ts';
import { tokenFromJson } from '../../../../lib/token.ts';
import type { TokenRow } from '../../../../lib/token-index/token-index.ts';
import { firstRow, nextRow } from '../../../../lib/token-row.ts';
import { nextRefreshAtMs } from '../../../../lib/write-budget.ts';
import { HOUR_MS } from '../../../support/core/scripted-provider.ts';
import { rowOf, tokenOf, writingAt } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const POLICY = DEFAULT_REFRESH_POLICY;
/** As good as any ids of the store: random, and the same in every run. */
const IDS = Array.from({ length: 10_000 }, (_, n) =>
  createHash('sha256').update(String(n)).digest('hex').slice(0, 32),
);

function without(field: keyof TokenJson): TokenJson {
  const { [field]: _left, ...others } = tokenOf('ann');
  return others;
}

/** The row of a token that the provider minted at START_MS, to live for so long. */
function mintedRow(id: string, lifeMs?: number, policy: RefreshPolicy = POLICY): TokenRow {
  const before = rowOf(id, tokenOf('ann'));
  const expiresAt = lifeMs === undefined ? {} : { expiresAt: START_MS + lifeMs };
  const token = tokenFromJson({ ...without('expiresAt'), accessToken: 'minted', ...expiresAt });
  const writing = writingAt(START_MS, { by: 'schedule', minted: true, policy });
  return nextRow(before, token, before, writing);
}

const savedRow = (id: string, lifeMs: number, policy: RefreshPolicy = POLICY): TokenRow => {
  const token = tokenFromJson(tokenOf('ann', { expiresAt: START_MS + lifeMs }));
  const version = { secretArn: 'arn:a', versionId: 'v1' };
  return firstRow(id, token, version, 0, writingAt(START_MS, { policy }));
};

/** How long before `expiresMs` tokens are due: the least and the most of many ids. */
function leads(expiresMs: number, rowWith: (id: string) => TokenRow) {
  const all = IDS.slice(0, 2_000).map((id) => expiresMs - (rowWith(id).dueAtMs ?? Number.NaN));
  return { least: Math.min(...all), most: Math.max(...all) };
}

/** A margin, and the spread of up to half of it. */
function expectMargin(marginMs: number, { least, most }: { least: number; most: number }) {
  expect(least).toBeGreaterThanOrEqual(marginMs - 1);
  expect(least).toBeLessThan(marginMs * 1.01);
  expect(most).toBeLessThan(marginMs * 1.5);
  expect(most).toBeGreaterThan(marginMs * 1.49);
}

describe('the margin', () => {
  test.each([
    ['a day', 24 * HOUR_MS, 10 * MINUTE_MS],
    ['an hour', HOUR_MS, 10 * MINUTE_MS],
    ['half an hour', HOUR_MS / 2, 6 * MINUTE_MS],
    ['10 minutes', 10 * MINUTE_MS, 2 * MINUTE_MS],
    ['5 minutes', 5 * MINUTE_MS, 2 * MINUTE_MS],
    ['4 minutes', 4 * MINUTE_MS, 2 * MINUTE_MS],
  ])('of a token minted for %s', (_what, lifeMs, marginMs) => {
    expectMargin(
      marginMs,
      leads(START_MS + lifeMs, (id) => mintedRow(id, lifeMs)),
    );
  });

  test('of a token minted for 3 minutes, half of them, but for the minimum interval', () => {
    const { least, most } = leads(START_MS + 3 * MINUTE_MS, (id) => mintedRow(id, 3 * MINUTE_MS));
    expect(least).toBeLessThan(1.51 * MINUTE_MS);
    expect(most).toBe(2 * MINUTE_MS);
  });

  test('where nobody said how long, that of the assumed lifetime', () => {
    expectMargin(
      10 * MINUTE_MS,
      leads(START_MS + HOUR_MS, (id) => mintedRow(id)),
    );
    const policy = { ...POLICY, assumedLifetimeMs: 10 * MINUTE_MS };
    expectMargin(
      2 * MINUTE_MS,
      leads(START_MS + 10 * MINUTE_MS, (id) => mintedRow(id, undefined, policy)),
    );
  });

  test('a token saved with little life left is not taken for one of a short life', () => {
    expectMargin(
      10 * MINUTE_MS,
      leads(START_MS + 20 * MINUTE_MS, (id) => savedRow(id, 20 * MINUTE_MS)),
    );
    expect(savedRow('id', 5 * MINUTE_MS).dueAtMs).toBe(START_MS);
  });

  test('is as the policy says', () => {
    const policy = { ...POLICY, marginMs: 30 * MINUTE_MS, marginShare: 0.4 };
    expectMargin(
      24 * MINUTE_MS,
      leads(START_MS + HOUR_MS, (id) => mintedRow(id, HOUR_MS, policy)),
    );
    expectMargin(
      30 * MINUTE_MS,
      leads(START_MS + 2 * HOUR_MS, (id) => savedRow(id, 2 * HOUR_MS, policy)),
    );
  });
});

describe('after an outage', () => {
  /** Every token is due within the last 40 minutes of an outage; then all are minted at once. */
  const outageEndMs = START_MS + HOUR_MS;
  const writing = { by: 'schedule', minted: true } as const;
  const dueBefore = (id: string, agoMs: number) =>
    rowOf(id, tokenOf('ann', { expiresAt: outageEndMs + 10 * MINUTE_MS - agoMs }));
  const caughtUp = (id: string, more: Partial<TokenRow> = {}) => {
    const row = { ...dueBefore(id, 20 * MINUTE_MS), ...more };
    const minted = { accessToken: 'minted', expiresAt: outageEndMs + HOUR_MS };
    const token = tokenFromJson({ ...tokenOf('ann'), ...minted });
    return nextRow(row, token, row, writingAt(outageEndMs, writing));
  };

  test('what is made up for at once comes due over 29 minutes, not over 5', () => {
    const { least, most } = leads(outageEndMs + HOUR_MS, caughtUp);
    expect(least).toBeGreaterThanOrEqual(10 * MINUTE_MS - 1);
    expect(most).toBeLessThan(39 * MINUTE_MS);
    expect(most).toBeGreaterThan(38.9 * MINUTE_MS);
  });

  test('only once: the refresh after that comes at its usual time', () => {
    const row = caughtUp('id');
    expect(row.caughtUp).toBe(true);
    const atMs = row.dueAtMs ?? Number.NaN;
    const token = tokenFromJson({ ...tokenOf('ann'), accessToken: 'next' });
    expect(nextRow(row, token, row, writingAt(atMs, writing))).not.toHaveProperty('caughtUp');
  });

  test('a save that keeps the access token keeps its due time; one that brings another does not', () => {
    const row = caughtUp('id');
    const minted = { ...tokenOf('ann'), accessToken: 'minted', expiresAt: outageEndMs + HOUR_MS };
    const save = (more: TokenJson, on = row) =>
      nextRow(on, tokenFromJson({ ...minted, ...more }), on, writingAt(outageEndMs + 1));
    expect(save({ redirectUrl: 'https://app.example/' }).dueAtMs).toBe(row.dueAtMs);
    const overdue = dueBefore('id', 20 * MINUTE_MS);
    expect(save({ accessToken: 'saved' }, overdue)).not.toHaveProperty('caughtUp');
    expect(save({ accessToken: 'saved' })).not.toHaveProperty('caughtUp');
  });

  test.each([
    ['a few minutes late', { expiresAtMs: outageEndMs + 8 * MINUTE_MS }],
    ['idle', { state: 'idle' as const }],
    ['healed', { state: 'needs-reauthorization' as const }],
  ])('a token that is %s is late by itself', (_what, more) => {
    expect(caughtUp('id', more)).not.toHaveProperty('caughtUp');
  });
});

describe('the spread', () => {
  const dueOf = (id: string) => mintedRow(id, HOUR_MS).dueAtMs ?? Number.NaN;
  const earliestMs = START_MS + HOUR_MS - 15 * MINUTE_MS;
  const spreadMs = 5 * MINUTE_MS;

  test('of one id is always the same', () => {
    expect(IDS.slice(0, 100).map(dueOf)).toEqual(IDS.slice(0, 100).map(dueOf));
  });

  test('of 10,000 ids is even', () => {
    const tenths = Array.from({ length: 20 }, () => 0);
    for (const id of IDS) {
      const bucket = Math.floor(((dueOf(id) - earliestMs) / spreadMs) * 20);
      tenths[Math.min(bucket, 19)] = (tenths[Math.min(bucket, 19)] ?? Number.NaN) + 1;
    }
    expect(Math.min(...tenths)).toBeGreaterThan(400);
    expect(Math.max(...tenths)).toBeLessThan(600);
  });

  test('tells ids apart that differ in one digit', () => {
    const ids = [...'0123456789abcdef'].map((digit) => `${'0'.repeat(31)}${digit}`);
    expect(new Set(ids.map(dueOf)).size).toBe(16);
  });
});

describe('not before', () => {
  test('the minimum interval after the last refresh', () => {
    const policy = { ...POLICY, minIntervalMs: 50 * MINUTE_MS };
    expect(mintedRow('id', HOUR_MS, policy).dueAtMs).toBe(START_MS + 50 * MINUTE_MS);
  });

  test('there is a version to write', () => {
    const row = mintedRow('id', HOUR_MS);
    const overdrawn = { slots: [], allowance: -4, allowanceAtMs: START_MS };
    const again = scheduledAtMs({ ...row, writes: overdrawn }, POLICY);
    expect(again).toBe(nextRefreshAtMs(overdrawn));
    expect(again).toBeGreaterThan(START_MS + HOUR_MS);
    const allowed = { ...overdrawn, allowance: 1 };
    expect(scheduledAtMs({ ...row, writes: allowed }, POLICY)).toBe(row.dueAtMs);
  });

  test('a moment after an access token that is missing could have been saved too', () => {
    expect(rowOf('id', without('accessToken')).dueAtMs).toBe(START_MS + POLICY.minIntervalMs);
  });
});

describe('other states', () => {
  const retryAtMs = START_MS + 7;
  const failure = { verdict: 'outage: x', atMs: START_MS, count: 1, retryAtMs };
  const keepAlive = { ...POLICY, keepAliveMs: 20 * DAY_MS };
  const dueOf = (more: Partial<TokenRow>, policy = POLICY) =>
    scheduledAtMs(rowOf('id', tokenOf('ann'), more), policy);

  test.each(['refreshToken', 'clientId', 'clientSecret'] as const)(
    'without a %s: never',
    (field) => {
      expect(rowOf('id', without(field))).not.toHaveProperty('dueAtMs');
    },
  );

  test('after a failure: when it is to be tried again', () => {
    expect(dueOf({ failure })).toBe(retryAtMs);
  });

  test('idle: never, also where a try was put off', () => {
    expect(dueOf({ state: 'idle' })).toBeUndefined();
    expect(dueOf({ state: 'idle', failure })).toBeUndefined();
  });

  test('idle, kept alive: so long after the last refresh, or after the first save', () => {
    const refreshedAtMs = START_MS + DAY_MS;
    expect(dueOf({ state: 'idle' }, keepAlive)).toBe(START_MS + 20 * DAY_MS);
    expect(dueOf({ state: 'idle', refreshedAtMs }, keepAlive)).toBe(START_MS + 21 * DAY_MS);
    expect(dueOf({ state: 'idle', failure }, keepAlive)).toBe(START_MS + 20 * DAY_MS);
    const later = { ...failure, retryAtMs: START_MS + 30 * DAY_MS };
    expect(dueOf({ state: 'idle', failure: later }, keepAlive)).toBe(START_MS + 30 * DAY_MS);
  });

  test('needing re-authorization: when it is probed', () => {
    expect(dueOf({ state: 'needs-reauthorization', failure })).toBe(retryAtMs);
    expect(dueOf({ state: 'needs-reauthorization' })).toBeUndefined();
  });

  test.each(['deleted', 'superseded', 'logged-out'] as const)('%s: never', (state) => {
    expect(dueOf({ state, failure }, keepAlive)).toBeUndefined();
  });
});

describe('a look by the schedule', () => {
  const row = mintedRow('id', HOUR_MS);
  const dueAtMs = row.dueAtMs ?? Number.NaN;
  const failure = { verdict: 'outage: x', atMs: 0, count: 1, retryAtMs: dueAtMs };
  const look = (more: Partial<TokenRow>, nowMs: number) =>
    refreshNeed({ ...row, ...more }, { kind: 'schedule' }, nowMs, POLICY);

  test.each<[string, Partial<TokenRow>, string]>([
    ['a token', {}, 'fresh'],
    ['a failed one', { failure }, 'backing-off'],
    ['a revoked one', { failure, state: 'needs-reauthorization' }, 'backing-off'],
  ])('%s is refreshed when it is due, and not a moment sooner', (_what, more, reason) => {
    expect(look(more, dueAtMs - 1)).toEqual({ refresh: false, reason });
    expect(look(more, dueAtMs)).toEqual({ refresh: true, reason: 'due' });
  });

  test('what is never due is not refreshed', () => {
    const never = { refresh: false, reason: 'cannot-refresh' };
    expect(look({ refreshable: false }, dueAtMs)).toEqual(never);
    expect(look({ state: 'idle' }, dueAtMs)).toEqual(never);
  });
});
