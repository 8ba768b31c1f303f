/** Saves, deletions and restores between the housekeeper's last look at a secret and its repair. */
import { counted, DAY_MS, HOUR_MS } from '../../../../support/core/housekept-store.ts';
import { ann, dryRun, store } from './store-in-order.ts';

/** Dies between the tombstone and the secret. */
async function halfDelete(id: string) {
  store.vault.fail('scheduleDeletion', new Error('crash'));
  await store
    .container()
    .delete(id)
    .catch(() => undefined);
  store.clock.advance(HOUR_MS);
}

async function restored(id: string) {
  expect((await store.container().restore({ id })).restored).toEqual([id]);
}

describe('a tombstone whose secret is let go', () => {
  test.each(['before', 'after'] as const)(
    'comes back where it is restored %s that',
    async (when) => {
      await halfDelete(ann);
      store.vault.at('scheduleDeletion', () => restored(ann), { when });
      const { findings } = await store.housekeep('repair');
      expect(counted(findings)).toEqual({});
      expect(await store.secretOf(ann)).toBe('present');
      expect(await store.damaged()).toEqual([]);
      expect(await dryRun()).toEqual({});
    },
  );

  test('comes back where the restore is between its two steps', async () => {
    await halfDelete(ann);
    const commit = store.index.hold('commit');
    const restoring = restored(ann);
    await commit.reached;
    await store.housekeep('repair');
    expect(await store.secretOf(ann)).toBe('in-deletion');
    commit.release();
    await restoring;
    expect(await store.secretOf(ann)).toBe('present');
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test('goes where it is restored and deleted again', async () => {
    await halfDelete(ann);
    store.acknowledged.delete(ann);
    store.vault.at('scheduleDeletion', () => restored(ann));
    store.vault.at('cancelDeletion', () => store.container().delete(ann), { skip: 2 });
    await store.housekeep('repair');
    expect(await store.secretOf(ann)).toBe('in-deletion');
    expect(await dryRun()).toEqual({});
  });
});

test('an orphan whose row comes after all keeps its secret', async () => {
  const commit = store.index.hold('commit');
  const saving = store.save('dora');
  await commit.reached;
  store.clock.advance(7 * DAY_MS);
  store.vault.at('scheduleDeletion', async () => {
    commit.release();
    await saving;
  });
  await store.housekeep('repair');
  expect(await store.damaged()).toEqual([]);
  expect(await dryRun()).toEqual({});
});

describe('a secret deleted by hand', () => {
  test('of a token that is deleted before it is taken back goes', async () => {
    await store.deleteSecretByHand(ann);
    store.acknowledged.delete(ann);
    store.vault.at('cancelDeletion', () => store.container().delete(ann));
    await store.housekeep('repair');
    expect(await store.secretOf(ann)).toBe('in-deletion');
    expect(await dryRun()).toEqual({});
  });

  test('of a token that is deleted before the last look goes', async () => {
    await store.deleteSecretByHand(ann);
    store.acknowledged.delete(ann);
    store.vault.at('cancelDeletion', () => store.container().delete(ann), { when: 'after' });
    await store.housekeep('repair');
    expect(await store.secretOf(ann)).toBe('in-deletion');
    expect(await dryRun()).toEqual({});
  });

  test('that is gone by then is left to the look at its row', async () => {
    const secretArn = await store.deleteSecretByHand(ann);
    store.acknowledged.delete(ann);
    store.vault.at('cancelDeletion', async () => store.memoryVault.purge(secretArn));
    const { findings, repaired } = await store.housekeep('repair');
    expect(counted(findings)).toEqual({ 'secret-in-deletion': 1, 'dangling-row': 1 });
    expect(counted(repaired)).toEqual({ 'dangling-row': 1 });
  });
});

test('a token whose secret is gone, and that a save revives at that moment, is whole', async () => {
  store.memoryVault.purge(await store.deleteSecretByHand(ann));
  store.index.at('commit', async () => void (await store.save('ann')));
  expect(counted((await store.housekeep('repair')).findings)).toEqual({});
  expect(await store.rowOf(ann)).toMatchObject({ state: 'active' });
  expect(await store.damaged()).toEqual([]);
  expect(await dryRun()).toEqual({});
});
