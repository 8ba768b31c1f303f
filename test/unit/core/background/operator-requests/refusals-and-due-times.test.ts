/** Which requests of an operator are refused, and when a token that is asked about is due. */
import { DEFAULT_REFRESH_POLICY, scheduledAtMs } from '../../../../../lib/refresh-policy.ts';
import type { TokenRow } from '../../../../../lib/token-index/token-index.ts';
import { rowOf, tokenOf } from '../../../../support/core/tokens.ts';
import { START_MS } from '../../../../support/core/virtual-clock.ts';
import { container, id, MINUTE_MS, request, row, shown, store } from './token-asked-about.ts';

describe('is refused', () => {
  test('for a token without a refresh token', async () => {
    const { id: other } = await container.save({ userName: 'bob', accessToken: 'B' });
    const token = { id: other, revision: 1 };
    expect(await request(token)).toEqual({ refused: 'cannot-refresh' });
  });

  test('for a tombstone, one that was logged out, and one that never was', async () => {
    const token = await shown();
    await container.deleteAll();
    expect(await request(token)).toEqual({ refused: 'gone' });
    const { id: other } = await container.save(tokenOf('bob'));
    await container.delete(other);
    expect(await request({ id: other, revision: 2 })).toEqual({ refused: 'gone' });
    expect(await request({ id: 'f'.repeat(32), revision: 1 })).toEqual({ refused: 'unknown' });
  });

  test('for one that is asked about already', async () => {
    await request();
    expect(await request()).toEqual({ refused: 'already-requested' });
  });

  test('for one that was saved or refreshed since it was shown', async () => {
    const token = await shown();
    await container.save({ id, redirectUrl: 'https://app.example/' });
    expect(await request(token)).toEqual({ refused: 'changed' });
  });

  test('for one that is saved in that moment', async () => {
    const token = await shown();
    store.notes.at('requestRefresh', () => container.save({ id, accessToken: 'new' }));
    expect(await request(token)).toEqual({ refused: 'changed' });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });
});

describe('when it is due', () => {
  const retryAtMs = START_MS + 5 * MINUTE_MS;
  const failure = { verdict: 'outage: x', atMs: START_MS, count: 1, retryAtMs };
  const atMs = START_MS + 2 * MINUTE_MS;
  const dueOf = (more: Partial<TokenRow>) =>
    scheduledAtMs(
      rowOf('id', tokenOf('ann'), { refreshRequestedAtMs: atMs, ...more }),
      DEFAULT_REFRESH_POLICY,
    );

  test.each<[string, Partial<TokenRow>, number | undefined]>([
    ['it works', {}, atMs],
    ['it fails', { failure }, atMs],
    ['it failed just now', { failure: { ...failure, atMs } }, atMs + MINUTE_MS],
    ['it is throttled', { failure: { ...failure, verdict: 'throttled: x' } }, retryAtMs],
    ['it was refused once', { failure: { ...failure, verdict: 'revoked: x' } }, retryAtMs],
    ['it is idle', { state: 'idle' }, atMs],
    ['it needs re-authorization', { state: 'needs-reauthorization', failure }, atMs],
    ['it was refreshed just now', { refreshedAtMs: atMs }, atMs + MINUTE_MS],
    ['it has no refresh token', { refreshable: false }, undefined],
    ['it is deleted', { state: 'deleted' }, undefined],
    ['it is superseded', { state: 'superseded' }, undefined],
    ['it was logged out', { state: 'logged-out' }, undefined],
  ])('%s', (_what, more, dueAtMs) => {
    expect(dueOf(more)).toBe(dueAtMs);
  });
});
