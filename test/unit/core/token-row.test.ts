/** How a row follows from the one before it. */
import type { TokenJson } from '../../../lib/contract.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import { kindOf } from '../../../lib/token-index/lookup-key.ts';
import { isAlive, type TokenRow } from '../../../lib/token-index/token-index.ts';
import { deletedRow, nextRow, restoredRow, supersededRow } from '../../../lib/token-row.ts';
import { rowOf, tokenOf } from '../../support/core/tokens.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const LATER_MS = START_MS + 5_000;
const VERSION = { secretArn: 'arn:other', versionId: 'v2' };
const ANN = tokenOf('ann', { grantToken: 'G' });
const FAILURE = { verdict: 'outage: no-answer', atMs: START_MS, count: 3, retryAtMs: LATER_MS };

const next = (row: TokenRow, json: TokenJson) =>
  nextRow(row, tokenFromJson(json), VERSION, LATER_MS);

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

  test('a client secret ends a backoff', () => {
    const failing = rowOf('id', ANN, { failure: FAILURE });
    expect(next(failing, { ...ANN, clientSecret: 'corrected' })).not.toHaveProperty('failure');
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
    });
  });

  test('a superseded one names its successor', () => {
    const tombstone = supersededRow(row, 'successor', LATER_MS, WINDOW_MS);
    expect(isAlive(tombstone, 0)).toBe(false);
    expect(tombstone).toMatchObject({ state: 'superseded', supersededBy: 'successor' });
  });

  test('a restored one lives in the present generation as if it had not been deleted', () => {
    const back = restoredRow(deletedRow(row, LATER_MS, WINDOW_MS), 4);
    expect(isAlive(back, 4)).toBe(true);
    expect(back).toEqual({ ...rowOf('id', ANN), revision: 3, generation: 4 });
  });
});
