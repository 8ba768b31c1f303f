/**
 * A refresh and a save or deletion in the middle of it: what was acknowledged stands, and nothing
 * that the provider gave is lost.
 */
import type { TokenJson } from '../../../../../lib/contract.ts';
import { minted } from '../../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../../support/core/tokens.ts';
import { START_MS } from '../../../../support/core/virtual-clock.ts';
import { calls, container, id, store } from './expired-token.ts';

describe('against a save', () => {
  test('a save in the middle of a refresh wins', async () => {
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save(tokenOf('ann', { accessToken: 'saved', refreshToken: 'saved-r' }));
    refresh.release();
    expect(await finding).toMatchObject({ accessToken: 'saved', refreshToken: 'saved-r' });
    expect(await store.container().findById(id)).toMatchObject({ accessToken: 'saved' });
    expect(await store.row(id)).not.toHaveProperty('lease');
  });

  test('it wins where the provider gave nothing as well', async () => {
    store.scripted.answers({ verdict: 'throttled', reason: 'test' });
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const getting = container.accessToken({ id });
    await refresh.reached;
    await store.container().save(tokenOf('ann', { accessToken: 'saved' }));
    refresh.release();
    expect(await getting).toMatchObject({ accessToken: 'saved' });
    expect(await store.row(id)).not.toHaveProperty('failure');
  });

  const failDuring = async (verdict: 'outage' | 'throttled' | 'client-fault', saved: TokenJson) => {
    store.scripted.answers({ verdict, reason: 'test' });
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save({ id, ...saved });
    refresh.release();
    return finding;
  };

  test.each(['outage', 'throttled'] as const)(
    'after an %s the provider is not asked again for a save that left the question as it was',
    async (verdict) => {
      const redirectUrl = 'https://saved.example/';
      const found = await failDuring(verdict, { redirectUrl });
      expect(found).toMatchObject({ redirectUrl, accessToken: 'ann-access' });
      expect(calls()).toBe(1);
      const { failure, lease } = (await store.row(id)) ?? {};
      expect(failure).toMatchObject({ verdict: `${verdict}: test`, count: 1 });
      expect(lease).toBeUndefined();
    },
  );

  test.each<['outage' | 'throttled' | 'client-fault', TokenJson]>([
    ['outage', { apiDomain: 'https://www.zohoapis.in' }],
    ['throttled', { refreshToken: 'other-refresh' }],
    ['client-fault', { clientSecret: 'corrected' }],
  ])('after a %s it is, where the save may have changed the answer', async (verdict, saved) => {
    expect(await failDuring(verdict, saved)).toMatchObject({ accessToken: 'minted-2', ...saved });
    expect(calls()).toBe(2);
    expect(await store.row(id)).not.toHaveProperty('failure');
  });

  test('a rotated refresh token is committed on top of a save that did not know it', async () => {
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save({
      id,
      redirectUrl: 'https://saved.example/',
      clientSecret: 'saved-secret',
    });
    refresh.release();
    const expected = {
      accessToken: 'new',
      refreshToken: 'rotated',
      redirectUrl: 'https://saved.example/',
      clientSecret: 'saved-secret',
    };
    expect(await finding).toMatchObject(expected);
    expect(await store.container().find({ refreshToken: 'rotated' })).toMatchObject(expected);
    expect(await store.container().find({ refreshToken: 'ann-refresh' })).toBeNull();
  });

  test('and it does not undo what that save changed', async () => {
    await container.save({ id, redirectUrl: 'https://before.example/' });
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save({ id, redirectUrl: 'https://after.example/' });
    refresh.release();
    expect(await finding).toMatchObject({ redirectUrl: 'https://after.example/' });
  });

  test('also where another token has the same refresh token', async () => {
    await container.save(tokenOf('bob', { refreshToken: 'ann-refresh' }));
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save({ id, redirectUrl: 'https://saved.example/' });
    refresh.release();
    expect(await finding).toMatchObject({ refreshToken: 'rotated' });
    expect((await store.container().find({ refreshToken: 'ann-refresh' }))?.userName).toBe('bob');
  });

  test('a save that brings a refresh token of its own wins over a rotated one', async () => {
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save(tokenOf('ann', { refreshToken: 'of the save' }));
    refresh.release();
    expect(await finding).toMatchObject({ refreshToken: 'of the save' });
  });

  test('a deleted token stays deleted', async () => {
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().delete(id);
    refresh.release();
    expect(await finding).toBeNull();
    expect(await store.container().find({ userName: 'ann' })).toBeNull();
  });
});
