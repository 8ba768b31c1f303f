/** Workers that freeze, die or fail in the middle of a refresh: the next one goes on from there. */
import { HOUR_MS, minted } from '../../../../support/core/scripted-provider.ts';
import { START_MS } from '../../../../support/core/virtual-clock.ts';
import { calls, container, id, store } from './expired-token.ts';

describe('workers that freeze, die or fail', () => {
  test('a worker frozen past its lease does not overwrite its successor', async () => {
    store.scripted.answers(minted('of the frozen one', START_MS), minted('new', START_MS));
    const frozen = store.provider.hold('refresh', { when: 'after' });
    const first = container.findById(id);
    await frozen.reached;
    const second = await store.container().findById(id);
    expect(second?.accessToken).toBe('new');
    expect(store.clock.nowMs()).toBeGreaterThanOrEqual(START_MS + 9_000);
    frozen.release();
    expect((await first)?.accessToken).toBe('new');
    expect((await store.container().findById(id))?.accessToken).toBe('new');
    expect(await store.row(id)).toMatchObject({ fence: 2, revision: 2 });
  });

  test('what a dead worker stored is adopted without asking the provider again', async () => {
    store.scripted.answers(minted('of the dead one', START_MS, 'rotated'));
    const dead = store.index.hold('commit');
    void container.findById(id);
    await dead.reached;
    store.clock.advance(10_000);

    const found = await store.container().findById(id);
    expect(found).toMatchObject({ accessToken: 'of the dead one', refreshToken: 'rotated' });
    expect(calls()).toBe(1);
    expect((await store.container().find({ refreshToken: 'rotated' }))?.id).toBe(id);
  });

  test('what is adopted and has expired meanwhile is refreshed, with the rotated token', async () => {
    store.scripted.answers(minted('of the dead one', START_MS, 'rotated'));
    const abandoned = store.vault.hold('write', { when: 'after' });
    void container.findById(id);
    await abandoned.reached;
    store.clock.advance(2 * HOUR_MS);

    expect(await store.container().findById(id)).toMatchObject({
      accessToken: 'minted-2',
      refreshToken: 'rotated',
    });
    expect(store.scripted.refreshes[1]).toMatchObject({ refreshToken: 'rotated' });
  });

  test('a version that a save left uncommitted is not adopted', async () => {
    const save = store.vault.hold('write', { when: 'after' });
    void container.save({ id, accessToken: 'never saved' });
    await save.reached;
    const refresh = store.provider.hold('refresh');
    void container.findById(id);
    await refresh.reached;
    store.clock.advance(10_000);
    expect((await store.container().findById(id))?.accessToken).toBe('minted-1');
  });

  test('a rotated refresh token whose commit failed is adopted by the next worker', async () => {
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    store.index.fail('commit', new Error('throttled away'));
    await expect(container.findById(id)).rejects.toThrow('throttled away');
    expect(await store.container().findById(id)).toMatchObject({
      accessToken: 'new',
      refreshToken: 'rotated',
    });
    expect(calls()).toBe(1);
  });

  test('a lease whose worker got nothing is free at once', async () => {
    store.provider.fail('refresh', new Error('bug'));
    await expect(container.findById(id)).rejects.toThrow('bug');
    expect(await store.row(id)).not.toHaveProperty('lease');
  });
});
