/** How a row follows from the one before it. */
import type { TokenJson } from '../../../lib/contract.ts';
import { DEFAULT_REFRESH_POLICY } from '../../../lib/refresh-policy.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import { kindOf } from '../../../lib/token-index/lookup-key.ts';
import { isAlive, marksOf, type TokenRow } from '../../../lib/token-index/token-index.ts';
import {
  deletedRow,
  loggedOutRow,
  nextRow,
  restoredRow,
  secretGoneRow,
  supersededRow,
  type Writing,
  withDueTime,
} from '../../../lib/token-row.ts';
import { rowOf, tokenOf, writingAt } from '../../support/core/tokens.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const LATER_MS = START_MS + 5_000;
const VERSION = { secretArn: 'arn:other', versionId: 'v2' };
const ANN = tokenOf('ann', { grantToken: 'G' });
const FAILURE = { verdict: 'outage: no-answer', atMs: START_MS, count: 3, retryAtMs: LATER_MS };

const next = (row: TokenRow, json: TokenJson, more: Partial<Writing> = {}) =>
  nextRow(row, tokenFromJson(json), VERSION, writingAt(LATER_MS, more));
const USE = { by: 'use', minted: true } as const;
const SCHEDULE = { by: 'schedule', minted: true } as const;

test('the first row is active, describes its token and holds no value of a secret', () => {
  const row = rowOf('id', ANN);
  expect(row).toMatchObject({
    revision: 1,
    fence: 0,
    state: 'active',
    userName: 'ann',
    clientId: 'C',
  });
  expect(row.keys.map(kindOf)).toEqual(['user', 'access', 'grant', 'refresh']);
  for (const secret of ['C-secret', 'ann-refresh', 'ann-access']) {
    expect(JSON.stringify(row)).not.toContain(secret);
  }
});

test('the next row pins the new version and is one revision on', () => {
  expect(next(rowOf('id', ANN), { ...ANN, redirectUrl: 'https://app.example/' })).toMatchObject({
    ...VERSION,
    revision: 2,
    redirectUrl: 'https://app.example/',
    createdAtMs: START_MS,
    writtenAtMs: LATER_MS,
    accessTokenSinceMs: START_MS,
  });
});

test('a new access token is as old as its row', () => {
  expect(next(rowOf('id', ANN), { ...ANN, accessToken: 'new' }).accessTokenSinceMs).toBe(LATER_MS);
});

test('grants and refresh tokens that were replaced stay known, access tokens do not', () => {
  const row = rowOf('id', ANN);
  const { formerKeys } = next(row, {
    ...ANN,
    grantToken: 'G2',
    refreshToken: 'R2',
    accessToken: 'A2',
  });
  expect(formerKeys).toEqual(row.keys.filter((key) => /^(grant|refresh)/.test(key)));
});

test('sixteen of them, the newest', () => {
  let row = rowOf('id', { refreshToken: 'R0' });
  const keys: (string | undefined)[] = [];
  for (let n = 1; n <= 20; n += 1) {
    keys.push(row.keys[0]);
    row = next(row, { refreshToken: `R${n}` });
  }
  expect(row.formerKeys).toEqual(keys.slice(-16));
});

describe('what ends a failure', () => {
  const revoked = rowOf('id', ANN, { state: 'needs-reauthorization', failure: FAILURE });
  test.each<[string, TokenJson]>([
    ['a refresh token', { refreshToken: 'R2' }],
    ['a grant', { grantToken: 'G2' }],
    ['an access token', { accessToken: 'A2' }],
  ])('%s makes the token active', (_what, given) => {
    const row = next(revoked, { ...ANN, ...given });
    expect(row.state).toBe('active');
    expect(row).not.toHaveProperty('failure');
  });

  test.each<[string, TokenJson]>([
    ['a redirect', { redirectUrl: 'https://app.example/' }],
    ['a user name', { userName: 'anna' }],
    ['a client secret', { clientSecret: 'corrected' }],
  ])('%s does not, of a revoked one', (_what, given) => {
    expect(next(revoked, { ...ANN, ...given })).toMatchObject({
      state: 'needs-reauthorization',
      failure: FAILURE,
    });
  });

  test('a client secret ends a backoff, and the next one is not shorter for it', () => {
    const failing = rowOf('id', ANN, { failure: { ...FAILURE, retryAtMs: 9e15 } });
    expect(next(failing, { ...ANN, clientSecret: 'corrected' }).failure).toEqual({
      ...FAILURE,
      retryAtMs: LATER_MS,
    });
    expect(next(failing, { ...ANN, accessToken: 'A2' })).not.toHaveProperty('failure');
  });

  test('and of a suspected one it ends the backoff, not the suspicion', () => {
    const refusals = { count: 1, sinceMs: START_MS };
    const suspected = rowOf('id', ANN, { failure: { ...FAILURE, retryAtMs: 9e15, refusals } });
    expect(next(suspected, { ...ANN, clientSecret: 'corrected' }).failure).toEqual({
      ...FAILURE,
      retryAtMs: LATER_MS,
      refusals,
    });
    expect(next(suspected, { ...ANN, refreshToken: 'R2' })).not.toHaveProperty('failure');
  });

  test.each([
    ['needs-reauthorization', 'active'],
    ['active', 'active'],
    ['idle', 'idle'],
  ] as const)('the provider mints for one that was %s, if only the same again', (state, after) => {
    const refusals = { count: 2, sinceMs: START_MS };
    const refused = rowOf('id', ANN, { state, failure: { ...FAILURE, refusals } });
    const row = next(refused, ANN, SCHEDULE);
    expect(row.state).toBe(after);
    expect(row).not.toHaveProperty('failure');
  });
});

describe('use and idleness', () => {
  const idle = rowOf('id', ANN, { state: 'idle', usedAtMs: START_MS - 1 });

  test.each([
    ['a save', {}, 'active', LATER_MS],
    ['a refresh for a user', USE, 'active', LATER_MS],
    ['a refresh by the schedule', SCHEDULE, 'idle', START_MS - 1],
  ] as const)('%s of an idle token', (_what, writing, state, usedAtMs) => {
    const row = next(idle, { ...ANN, accessToken: 'A2' }, writing);
    expect(row).toMatchObject({ state, usedAtMs });
  });

  test('only what the provider mints counts as refreshed', () => {
    const before = rowOf('id', ANN, { refreshedAtMs: START_MS });
    expect(next(before, { ...ANN, accessToken: 'A2' }).refreshedAtMs).toBe(START_MS);
    expect(next(before, { ...ANN, accessToken: 'A2' }, USE).refreshedAtMs).toBe(LATER_MS);
    const adopted = { by: 'schedule', minted: false } as const;
    expect(next(before, { ...ANN, accessToken: 'A2' }, adopted).refreshedAtMs).toBe(START_MS);
  });
});

describe('what is left to announce', () => {
  const revoked = { state: 'needs-reauthorization', failure: FAILURE } as const;
  const pending = { announce: 'client-fault' } as const;
  const adopted = (by: Writing['by']) => ({ by, minted: false });

  test.each<[string, Partial<TokenRow>, Partial<Writing>, TokenRow['announce']]>([
    ['a save', {}, {}, undefined],
    ['a refresh by the schedule', {}, SCHEDULE, undefined],
    ['a refresh for a user', {}, USE, 'refreshed'],
    ['what a dead worker minted, adopted for a user', {}, adopted('use'), 'refreshed'],
    ['what a dead worker minted, adopted by the schedule', {}, adopted('schedule'), 'refreshed'],
    ['a save that heals', revoked, {}, 'healed'],
    ['a probe that heals', revoked, SCHEDULE, 'healed'],
    ['a save over what is not announced yet', pending, {}, 'client-fault'],
    ['a refresh for a user over it', pending, USE, 'client-fault'],
    ['a refresh by the schedule over it', pending, SCHEDULE, 'client-fault'],
    ['healing over it', { ...revoked, announce: 'needs-reauthorization' }, {}, 'healed'],
  ])('%s', (_what, before, writing, announce) => {
    const row = next(rowOf('id', ANN, before), { ...ANN, accessToken: 'A2' }, writing);
    expect(row.announce).toBe(announce);
    if (announce === undefined) expect(row.dueAtMs).toBeGreaterThan(LATER_MS);
    else expect(row.dueAtMs).toBe(LATER_MS);
  });
});

test('a row whose token is not to be refreshed any more is not due any more', () => {
  const row = rowOf('id', ANN);
  expect(row).toHaveProperty('dueAtMs');
  const never = withDueTime({ ...row, refreshable: false }, LATER_MS, DEFAULT_REFRESH_POLICY);
  expect(never).not.toHaveProperty('dueAtMs');
});

test('a new row forgets how often the old one was dispatched', () => {
  const dispatched = rowOf('id', ANN, { dispatches: 3 });
  expect(next(dispatched, { ...ANN, accessToken: 'A2' })).not.toHaveProperty('dispatches');
});

describe('what an operator asked for and noted', () => {
  const marks = { refreshRequestedAtMs: START_MS, checkedAtMs: START_MS };
  const marked = rowOf('id', ANN, { ...marks, failure: FAILURE });

  test.each<[string, TokenJson, Partial<Writing>]>([
    ['a new access token', { accessToken: 'A2' }, {}],
    ['a new refresh token', { refreshToken: 'R2' }, {}],
    ['what the provider mints', {}, SCHEDULE],
    ['what it mints for a user', {}, USE],
  ])('is over with %s', (_what, given, writing) => {
    expect(marksOf(next(marked, { ...ANN, ...given }, writing))).toEqual({});
  });

  test.each<[string, TokenJson]>([
    ['a redirect', { redirectUrl: 'https://app.example/' }],
    ['a client secret', { clientSecret: 'corrected' }],
  ])('is not over with %s, and what was asked for is due', (_what, given) => {
    const row = next(marked, { ...ANN, ...given });
    expect(marksOf(row)).toEqual(marks);
    expect(row.dueAtMs).toBe(LATER_MS);
  });

  test.each<[string, (row: TokenRow) => TokenRow]>([
    ['deleted', (row) => deletedRow(row, LATER_MS, 1)],
    ['superseded', (row) => supersededRow(row, 'successor', LATER_MS, 1)],
    ['logged out and buried', (row) => loggedOutRow(row, LATER_MS, 1)],
    ['brought back after a logout', (row) => restoredRow(row, 1, LATER_MS)],
    ['found without its secret', (row) => secretGoneRow(row, LATER_MS)],
  ])('is over once the token is %s', (_what, change) => {
    expect(marksOf(change(marked))).toEqual({});
  });
});

describe('tombstones', () => {
  const WINDOW_MS = 7 * 86_400_000;
  const row = rowOf('id', ANN, { failure: FAILURE });

  test('a deleted one is dead, keeps its keys and says until when', () => {
    const tombstone = deletedRow(row, LATER_MS, WINDOW_MS);
    expect(isAlive(tombstone, 0)).toBe(false);
    expect(tombstone).toMatchObject({
      revision: 2,
      keys: row.keys,
      deletedAtMs: LATER_MS,
      purgeAtMs: LATER_MS + WINDOW_MS,
      announce: 'deleted',
      dueAtMs: LATER_MS,
    });
  });

  test('a superseded one names its successor', () => {
    const tombstone = supersededRow(row, 'successor', LATER_MS, WINDOW_MS);
    expect(isAlive(tombstone, 0)).toBe(false);
    expect(tombstone).toMatchObject({
      state: 'superseded',
      supersededBy: 'successor',
      announce: 'deleted',
      dueAtMs: LATER_MS,
    });
  });

  test('a restored one lives in the present generation as if it had not been deleted', () => {
    const back = restoredRow(deletedRow(row, LATER_MS, WINDOW_MS), 4, LATER_MS + 1);
    expect(isAlive(back, 4)).toBe(true);
    expect(back).toEqual({
      ...rowOf('id', ANN),
      revision: 3,
      generation: 4,
      usedAtMs: LATER_MS + 1,
      dueAtMs: LATER_MS + 1,
    });
  });
});
