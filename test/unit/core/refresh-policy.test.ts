/** When a token that somebody asks for is refreshed, and when it is left alone. */
import type { TokenJson } from '../../../lib/contract.ts';
import {
  DEFAULT_REFRESH_POLICY,
  expiryMs,
  isIdle,
  isUseWorthNoting,
  policyOf,
  refreshNeed,
} from '../../../lib/refresh-policy.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import { nextRefreshAtMs } from '../../../lib/write-budget.ts';
import { HOUR_MS } from '../../support/core/scripted-provider.ts';
import { rowOf, tokenOf } from '../../support/core/tokens.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const POLICY = DEFAULT_REFRESH_POLICY;

/** What is needed of a row when somebody asks for its token. */
const needOf = (row: TokenRow, nowMs: number, minValidMs = MINUTE_MS) =>
  refreshNeed(row, { kind: 'use', minValidMs }, nowMs, POLICY);

/** What is needed of a token saved at START_MS with an hour to live, when `leftMs` of it are left. */
function need(
  leftMs: number,
  fields: TokenJson = {},
  more: Partial<TokenRow> = {},
  minValidMs = MINUTE_MS,
) {
  const row = rowOf('id', tokenOf('ann', fields), more);
  return needOf(row, START_MS + HOUR_MS - leftMs, minValidMs);
}

const without = (field: keyof TokenJson) => {
  const { [field]: _left, ...others } = tokenOf('ann');
  return rowOf('id', others);
};

test.each([
  [HOUR_MS, false, 'fresh'],
  [MINUTE_MS, false, 'fresh'],
  [MINUTE_MS - 1, true, 'short-lived'],
  [5_000, true, 'short-lived'],
  [4_999, true, 'expiring'],
  [0, true, 'expiring'],
  [-HOUR_MS, true, 'expiring'],
])('with %d ms left: %s, %s', (leftMs, refresh, reason) => {
  expect(need(leftMs)).toEqual({ refresh, reason });
});

test.each(['refreshToken', 'clientId', 'clientSecret'] as const)(
  'without a %s it cannot be',
  (field) => {
    expect(needOf(without(field), START_MS + HOUR_MS)).toEqual({
      refresh: false,
      reason: 'cannot-refresh',
    });
  },
);

test('without an access token it is, at once', () => {
  expect(needOf(without('accessToken'), START_MS)).toEqual({
    refresh: true,
    reason: 'no-access-token',
  });
});

test('a revoked one is not, however expired; a fresh access token of it is still fresh', () => {
  const state = 'needs-reauthorization';
  expect(need(-HOUR_MS, {}, { state })).toEqual({ refresh: false, reason: 'revoked' });
  expect(need(HOUR_MS, {}, { state })).toEqual({ refresh: false, reason: 'fresh' });
});

test('an idle one is, as any other', () => {
  expect(need(0, {}, { state: 'idle' })).toEqual({ refresh: true, reason: 'expiring' });
});

describe('one whose refresh failed', () => {
  const nowMs = START_MS + HOUR_MS;
  const waiting = { refresh: false, reason: 'backing-off' };
  const expiring = { refresh: true, reason: 'expiring' };
  const failed = (verdict: string, agoMs: number, retryAtMs: number) => ({
    failure: { verdict: `${verdict}: x`, atMs: nowMs - agoMs, count: 3, retryAtMs },
  });

  test.each(['outage', 'malformed', 'throttled', 'client-fault', 'revoked'])(
    'by %s is not before its time, and then is',
    (verdict) => {
      expect(need(0, {}, failed(verdict, 89_999, nowMs + 1))).toEqual(waiting);
      expect(need(0, {}, failed(verdict, 89_999, nowMs))).toEqual(expiring);
    },
  );

  test.each(['outage', 'malformed'])(
    'by %s is tried every 90 s where it has expired and somebody wants it',
    (verdict) => {
      expect(need(0, {}, failed(verdict, 90_000, nowMs + MINUTE_MS))).toEqual(expiring);
      expect(need(5_000, {}, failed(verdict, 95_000, nowMs + MINUTE_MS))).toEqual(waiting);
    },
  );

  test.each(['throttled', 'client-fault', 'revoked'])(
    'by %s is not, who wants it or not',
    (verdict) => {
      expect(need(0, {}, failed(verdict, 59_000, nowMs + 1))).toEqual(waiting);
    },
  );
});

describe('what provider and Secrets Manager allow', () => {
  const nowMs = START_MS + HOUR_MS;
  const tooSoon = { refresh: false, reason: 'too-soon' };

  test.each<[string, TokenJson]>([
    ['an expired token', {}],
    ['a token without an access token', { accessToken: undefined } as unknown as TokenJson],
  ])(
    '%s that was refreshed is not refreshed again within the minimum interval',
    (_what, fields) => {
      const at = (agoMs: number) => need(0, fields, { refreshedAtMs: nowMs - agoMs });
      expect(at(POLICY.minIntervalMs - 1)).toEqual(tooSoon);
      expect(at(POLICY.minIntervalMs).refresh).toBe(true);
    },
  );

  test('without a version to write it waits until there is one', () => {
    const writes = { slots: [], allowance: 0, allowanceAtMs: nowMs };
    const row = rowOf('id', tokenOf('ann'), { writes });
    const againMs = nextRefreshAtMs(writes);
    expect(againMs).toBeGreaterThan(nowMs);
    expect(needOf(row, againMs - 1)).toEqual(tooSoon);
    expect(needOf(row, againMs).refresh).toBe(true);
    const full = { slots: [{ startMs: nowMs, count: 100 }], allowance: 9, allowanceAtMs: 0 };
    expect(need(0, {}, { writes: full })).toEqual(tooSoon);
  });

  test('a fresh token is handed out whatever is allowed', () => {
    const writes = { slots: [], allowance: 0, allowanceAtMs: START_MS };
    const more = { refreshedAtMs: START_MS, writes };
    expect(need(HOUR_MS, {}, more)).toEqual({ refresh: false, reason: 'fresh' });
  });
});

describe('a provider of short lives', () => {
  const shortLife = (lifeMs: number, ageMs: number, minValidMs = MINUTE_MS) =>
    need(lifeMs - ageMs, {}, { accessTokenSinceMs: START_MS + HOUR_MS - lifeMs }, minValidMs);

  test('a token of 50 s is not refreshed with every find, but before it expires', () => {
    expect(shortLife(50_000, 10_000)).toEqual({ refresh: false, reason: 'too-soon' });
    expect(shortLife(50_000, 46_000)).toEqual({ refresh: true, reason: 'expiring' });
  });

  test('who asks for more life than a token has does not spend the versions of a day', () => {
    const half = HOUR_MS / 2;
    expect(need(half, {}, {}, 45 * MINUTE_MS)).toEqual({ refresh: true, reason: 'short-lived' });
    expect(shortLife(half, POLICY.sustainedIntervalMs - 1, 45 * MINUTE_MS)).toEqual({
      refresh: false,
      reason: 'too-soon',
    });
    expect(shortLife(half, POLICY.sustainedIntervalMs, 45 * MINUTE_MS).refresh).toBe(true);
  });
});

test('where nobody said when it expires, it lives an hour from when it was first stored', () => {
  const row = without('expiresAt');
  expect(expiryMs(row, POLICY)).toBe(START_MS + HOUR_MS);
  expect(expiryMs({ ...row, writtenAtMs: START_MS + 1 }, POLICY)).toBe(START_MS + HOUR_MS);
});

test('without an access token there is nothing to expire', () => {
  expect(expiryMs(without('accessToken'), POLICY)).toBeUndefined();
});

describe('what is not used', () => {
  const row = rowOf('id', tokenOf('ann'));

  test('is idle once nobody has used it for 30 days', () => {
    expect(isIdle(row, START_MS + 30 * DAY_MS - 1, POLICY)).toBe(false);
    expect(isIdle(row, START_MS + 30 * DAY_MS, POLICY)).toBe(true);
  });

  test.each(['idle', 'needs-reauthorization'] as const)(
    'is not idle once more if it is %s',
    (state) => {
      expect(isIdle({ ...row, state }, START_MS + 300 * DAY_MS, POLICY)).toBe(false);
    },
  );

  test('a use is worth noting a day after the last, and at once of an idle token', () => {
    expect(isUseWorthNoting(row, START_MS + DAY_MS - 1)).toBe(false);
    expect(isUseWorthNoting(row, START_MS + DAY_MS)).toBe(true);
    expect(isUseWorthNoting({ ...row, state: 'idle' }, START_MS)).toBe(true);
  });
});

describe('providers with a policy of their own', () => {
  const acme = { ...POLICY, marginMs: 1 };
  const policies = { standard: POLICY, ofProvider: { acme } };

  test.each([
    ['acme', acme],
    ['other', POLICY],
    [undefined, POLICY],
    ['constructor', POLICY],
    ['__proto__', POLICY],
  ])('%s', (provider, policy) => {
    expect(policyOf(policies, provider)).toBe(policy);
  });
});
