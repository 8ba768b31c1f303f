/** When a token is refreshed and when it is left alone. */
import type { TokenJson } from '../../../lib/contract.ts';
import {
  DEFAULT_REFRESH_POLICY,
  expiryMs,
  refreshNeed,
  retryAtMs,
} from '../../../lib/refresh-policy.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import { HOUR_MS } from '../../support/core/scripted-provider.ts';
import { rowOf, tokenOf } from '../../support/core/tokens.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const MINUTE_MS = 60_000;

/** What is needed of a token saved at START_MS with an hour to live, when `leftMs` of it are left. */
function need(
  leftMs: number,
  fields: TokenJson = {},
  more: Partial<TokenRow> = {},
  minValidMs = MINUTE_MS,
) {
  const json = tokenOf('ann', fields);
  const stored = { row: rowOf('id', json, more), token: tokenFromJson(json) };
  return refreshNeed(stored, minValidMs, START_MS + HOUR_MS - leftMs, DEFAULT_REFRESH_POLICY);
}

const failure = (retryAtMs: number) => ({ verdict: 'outage: x', atMs: 0, count: 1, retryAtMs });
const without = (field: keyof TokenJson) => {
  const json = tokenOf('ann');
  const { [field]: _left, ...others } = json;
  return { row: rowOf('id', others), token: tokenFromJson(others) };
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
    expect(
      refreshNeed(without(field), MINUTE_MS, START_MS + HOUR_MS, DEFAULT_REFRESH_POLICY),
    ).toEqual({
      refresh: false,
      reason: 'cannot-refresh',
    });
  },
);

test('without an access token it is, at once', () => {
  expect(refreshNeed(without('accessToken'), MINUTE_MS, START_MS, DEFAULT_REFRESH_POLICY)).toEqual({
    refresh: true,
    reason: 'no-access-token',
  });
});

test('a revoked one is not, however expired; a fresh access token of it is still fresh', () => {
  const state = 'needs-reauthorization';
  expect(need(-HOUR_MS, {}, { state })).toEqual({ refresh: false, reason: 'revoked' });
  expect(need(HOUR_MS, {}, { state })).toEqual({ refresh: false, reason: 'fresh' });
});

test('a failed one is not before its time', () => {
  const nowMs = START_MS + HOUR_MS;
  const waiting = { refresh: false, reason: 'backing-off' };
  expect(need(0, {}, { failure: failure(nowMs + 1) })).toEqual(waiting);
  expect(need(0, {}, { failure: failure(nowMs) })).toEqual({ refresh: true, reason: 'expiring' });
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
    expect(shortLife(half, 14 * MINUTE_MS, 45 * MINUTE_MS)).toEqual({
      refresh: false,
      reason: 'too-soon',
    });
    expect(shortLife(half, 15 * MINUTE_MS, 45 * MINUTE_MS).refresh).toBe(true);
  });
});

test('where nobody said when it expires, it lives an hour from when it was first stored', () => {
  const { row, token } = without('expiresAt');
  expect(expiryMs(row, token, DEFAULT_REFRESH_POLICY)).toBe(START_MS + HOUR_MS);
  const rewritten = { ...row, writtenAtMs: START_MS + 1 };
  expect(expiryMs(rewritten, token, DEFAULT_REFRESH_POLICY)).toBe(START_MS + HOUR_MS);
});

test.each([
  [1, 2_500, 5_000],
  [2, 5_000, 10_000],
  [3, 10_000, 20_000],
  [7, 150_000, 300_000],
  [1_000, 150_000, 300_000],
])('after %d failures it waits from %d to %d ms', (failures, least, most) => {
  expect(retryAtMs(failures, START_MS, 0) - START_MS).toBe(least);
  expect(retryAtMs(failures, START_MS, 0.999_999) - START_MS).toBeCloseTo(most, -1);
});
