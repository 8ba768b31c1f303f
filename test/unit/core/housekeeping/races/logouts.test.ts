/** Saves, restores and refreshes around a logout, between the housekeeper's last look and its repair. */
import { counted } from '../../../../support/core/housekept-store.ts';
import { expiredTokenOf } from '../../../../support/core/tokens.ts';
import { ann, dryRun, store } from './store-in-order.ts';

describe('a logged-out token', () => {
  test('that is restored before its tombstone is written stays restored', async () => {
    await store.container().deleteAll();
    store.index.at('commit', () => store.container().restore({ lastLogout: true }));
    const { findings } = await store.housekeep('repair');
    expect(counted(findings)).toEqual({});
    expect(store.vault.count('scheduleDeletion')).toBe(0);
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test.each(['before', 'after'] as const)(
    'that is restored %s its secret is let go stays restored',
    async (when) => {
      await store.container().deleteAll();
      store.vault.at('scheduleDeletion', () => store.container().restore({ lastLogout: true }), {
        when,
      });
      await store.housekeep('repair');
      expect(await store.damaged()).toEqual([]);
      expect(await dryRun()).toEqual({});
    },
  );

  test('that a save of before the logout reaches is gone all the same', async () => {
    const commit = store.index.hold('commit');
    const saving = store.container().save({ id: ann, accessToken: 'late' });
    await commit.reached;
    await store.container().deleteAll();
    store.acknowledged.clear();
    store.index.at('commit', async () => {
      commit.release();
      await saving;
    });
    await store.housekeep('repair');
    expect(await store.container().find({ accessToken: 'late' })).toBeNull();
    expect(await store.rowOf(ann)).toMatchObject({ state: 'logged-out' });
    expect(await dryRun()).toEqual({});
  });

  test('that a save of before the logout comes too late for is not brought back', async () => {
    const commit = store.index.hold('commit');
    const saving = store.container().save({ id: ann, accessToken: 'late' });
    await commit.reached;
    await store.container().deleteAll();
    store.acknowledged.clear();
    await store.housekeep('repair');
    commit.release();
    await expect(saving).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
    expect(await dryRun()).toEqual({});
  });

  test('that a refresh of before the logout comes back to is not brought back', async () => {
    const { id } = await store.container().save(expiredTokenOf('dora'));
    const refresh = store.provider.hold('refresh');
    const finding = store.container().findById(id);
    await refresh.reached;
    await store.container().deleteAll();
    store.acknowledged.clear();
    await store.housekeep('repair');
    refresh.release();
    await finding.catch(() => undefined);
    expect(await store.container().find({ accessToken: 'minted-1' })).toBeNull();
    await store.housekeep('repair');
    expect(await store.rowOf(id)).toMatchObject({ state: 'logged-out' });
    expect(await dryRun()).toEqual({});
  });

  test('whose user logs in again meanwhile does not take the new login along', async () => {
    await store.container().deleteAll();
    store.acknowledged.clear();
    store.index.at('commit', async () => void (await store.save('ann')));
    await store.housekeep('repair');
    expect(store.acknowledged.size).toBe(1);
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });
});

test('a repair that others keep getting ahead of is left for the next run', async () => {
  await store.container().deleteAll();
  store.acknowledged.clear();
  for (let n = 0; n < 3; n += 1) {
    store.index.around('commit', async () => 'conflict' as const);
  }
  const { findings, repaired } = await store.housekeep('repair');
  expect(counted(findings)).toEqual({ 'logged-out-token': 3 });
  expect(counted(repaired)).toEqual({ 'logged-out-token': 2 });
});
