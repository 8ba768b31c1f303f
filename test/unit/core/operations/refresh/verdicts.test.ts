/** What the verdicts of a provider do to a token, and when it is asked again. */
import { minted } from '../../../../support/core/scripted-provider.ts';
import { expiredTokenOf } from '../../../../support/core/tokens.ts';
import { START_MS } from '../../../../support/core/virtual-clock.ts';
import { calls, container, id, store } from './expired-token.ts';

describe('verdicts', () => {
  const REFUSED = { verdict: 'revoked', reason: 'invalid_code' } as const;
  /** Longer than the first wait, with all the jitter there can be. */
  const SECOND_TRY_MS = 90_000;

  /** One refusal is a suspicion; the second one, a while later, is believed. */
  async function refusedTwice() {
    store.scripted.answers(REFUSED, REFUSED);
    await container.findById(id);
    store.clock.advance(SECOND_TRY_MS);
    await container.findById(id);
  }

  test.each([
    ['outage', 5_000],
    ['malformed', 5_000],
    ['client-fault', 30_000],
    ['throttled', 60_000],
    ['revoked', 60_000],
  ] as const)('%s: finds leave the provider alone for %d ms', async (verdict, leastMs) => {
    store.scripted.answers({ verdict, reason: 'test' });
    await container.findById(id);
    store.clock.advance(leastMs - 1);
    await container.findById(id);
    expect(calls()).toBe(1);
    store.clock.advance(leastMs / 2 + 1);
    expect((await container.findById(id))?.accessToken).toBe('minted-2');
    expect(await store.row(id)).not.toHaveProperty('failure');
  });

  test.each([
    ['an access token', minted('a'.repeat(65_536), START_MS)],
    ['a refresh token', minted('new', START_MS, 'r'.repeat(65_536))],
  ])(
    '%s too long to keep is no token: what is stored is found, and it is asked again later',
    async (_what, answer) => {
      store.scripted.answers(answer);
      expect((await container.findById(id))?.accessToken).toBe('ann-access');
      await expect(container.accessToken({ id })).rejects.toMatchObject({
        code: 'PROVIDER_UNAVAILABLE',
        retryable: true,
      });
      expect(calls()).toBe(1);
      const failure = { verdict: 'malformed: too-long-to-keep', count: 1 };
      expect(await store.row(id)).toMatchObject({ state: 'active', revision: 1, failure });
      expect(await store.row(id)).not.toHaveProperty('lease');
      expect(store.observed.of('refresh')).toMatchObject([{ verdict: 'malformed' }]);
      store.clock.advance(10_000);
      expect((await container.findById(id))?.accessToken).toBe('minted-2');
    },
  );

  test('a find that read the row before another one failed leaves the provider alone too', async () => {
    store.scripted.answers({ verdict: 'outage', reason: 'test' });
    const late = store.index.hold('acquireLease');
    const finding = store.container().findById(id);
    await late.reached;
    await container.findById(id);
    late.release();
    await finding;
    expect(calls()).toBe(1);
    const row = await store.row(id);
    expect(row).toMatchObject({ failure: { count: 1 } });
    expect(row).not.toHaveProperty('lease');
    expect(row).not.toHaveProperty('openFence');
  });

  test('revoked: the first time it is a suspicion', async () => {
    store.scripted.answers(REFUSED);
    await container.findById(id);
    expect(await store.row(id)).toMatchObject({
      state: 'active',
      failure: { verdict: 'revoked: invalid_code', refusals: { count: 1 } },
    });
    store.clock.advance(SECOND_TRY_MS);
    expect((await container.findById(id))?.accessToken).toBe('minted-2');
    expect(await store.row(id)).not.toHaveProperty('failure');
  });

  test('revoked twice: the token is kept and not asked for again until it is saved anew', async () => {
    await refusedTwice();
    expect(await store.row(id)).toMatchObject({
      state: 'needs-reauthorization',
      failure: { verdict: 'revoked: invalid_code', count: 2 },
    });
    store.clock.advance(30 * 86_400_000);
    expect((await container.findById(id))?.accessToken).toBe('ann-access');
    expect(calls()).toBe(2);

    await container.save({ id, refreshToken: 'authorized again' });
    expect((await container.findById(id))?.accessToken).toBe('minted-3');
    expect(await store.row(id)).toMatchObject({ state: 'active' });
  });

  test('revoked is not believed of a token that was saved meanwhile', async () => {
    store.scripted.answers(REFUSED, REFUSED);
    await container.findById(id);
    store.clock.advance(SECOND_TRY_MS);
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save(expiredTokenOf('ann', { refreshToken: 'authorized again' }));
    refresh.release();
    expect((await finding)?.accessToken).toBe('minted-3');
    const row = await store.row(id);
    expect(row).toMatchObject({ state: 'active' });
    expect(row).not.toHaveProperty('failure');
  });

  test('a corrected client secret is tried at once', async () => {
    store.scripted.answers({ verdict: 'client-fault', reason: 'invalid_client_secret' });
    await container.findById(id);
    expect(await store.row(id)).toMatchObject({ state: 'active' });
    await container.save({ id, clientSecret: 'corrected' });
    expect((await container.findById(id))?.accessToken).toBe('minted-2');
    expect(store.scripted.refreshes[1]).toMatchObject({ clientSecret: 'corrected' });
  });

  test('a save that brings no credentials does not bring a revoked token back', async () => {
    await refusedTwice();
    await container.save({ id, redirectUrl: 'https://app.example/' });
    expect(await store.row(id)).toMatchObject({
      state: 'needs-reauthorization',
      failure: { verdict: 'revoked: invalid_code' },
    });
  });

  test('nor does it make the store forget that a token is suspected', async () => {
    store.scripted.answers(REFUSED, REFUSED);
    await container.findById(id);
    store.clock.advance(60_000);
    await container.save({ id, clientSecret: 'corrected' });
    await container.findById(id);
    expect(await store.row(id)).toMatchObject({ state: 'needs-reauthorization' });
  });
});
