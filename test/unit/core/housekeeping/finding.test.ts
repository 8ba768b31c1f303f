/** What the housekeeper finds in a damaged store, and that it mends it without breaking another. */
import type { FindingKind } from '../../../../lib/housekeeping/housekeeping-report.ts';
import {
  counted,
  DAY_MS,
  HOUR_MS,
  HousekeptStore,
  storeOfSomeDays,
} from '../../../support/core/housekept-store.ts';
import { damages } from './damages.ts';

test('a store in order has no findings, and everything was looked at', async () => {
  const { store } = await storeOfSomeDays();
  const before = await store.everything();
  const report = await store.housekeep('repair');
  expect(counted(report.findings)).toEqual({});
  expect(report).toMatchObject({
    mode: 'repair',
    checked: {
      ...{ secrets: 3, rows: 3, keys: 9 },
      ...{ active: 3, idle: 0, needsReauthorization: 0 },
    },
    examples: [],
    failed: 0,
  });
  expect(report.finishedAtMs).toBeGreaterThanOrEqual(report.startedAtMs);
  expect(await store.everything()).toEqual(before);
});

describe.each(damages())('%s', (_what, { damage, finds, leaves = [] }) => {
  const which = (isLeft: boolean) =>
    Object.fromEntries(
      Object.entries(finds).filter(([kind]) => leaves.includes(kind as FindingKind) === isLeft),
    );

  async function damagedStore() {
    const { store, ...tokens } = await storeOfSomeDays();
    await damage(store, tokens);
    return store;
  }

  test('is reported, exactly, and nothing is changed', async () => {
    const store = await damagedStore();
    const before = await store.everything();
    const report = await store.housekeep('report');
    expect(counted(report.findings)).toEqual(finds);
    expect(counted(report.repaired)).toEqual({});
    expect(await store.everything()).toEqual(before);
  });

  test('is mended, and no acknowledged token suffers', async () => {
    const store = await damagedStore();
    const report = await store.housekeep('repair');
    expect(counted(report.findings)).toEqual(finds);
    expect(counted(report.repaired)).toEqual(which(false));
    const again = await store.housekeep('report');
    expect(counted(again.findings)).toEqual(which(true));
    expect(await store.damaged()).toEqual([]);
  });

  test('so it is item by item', async () => {
    const store = await damagedStore();
    const report = await store.housekeep('repair', {}, { pageSize: 1 });
    expect(counted(report.findings)).toEqual(finds);
    expect(counted((await store.housekeep('report')).findings)).toEqual(which(true));
    expect(await store.damaged()).toEqual([]);
  });
});

describe('what may be under way is left alone', () => {
  test('a secret without a row, within the hour', async () => {
    const { store } = await storeOfSomeDays();
    const commit = store.index.hold('commit');
    const saving = store.save('dora');
    await commit.reached;
    store.clock.advance(HOUR_MS - 1);
    expect(counted((await store.housekeep('repair')).findings)).toEqual({});
    commit.release();
    await saving;
    expect(await store.damaged()).toEqual([]);
  });

  test('a tombstone with a secret, within five minutes', async () => {
    const { store, ann } = await storeOfSomeDays();
    const letGo = store.vault.hold('scheduleDeletion');
    const deleting = store.container().delete(ann);
    await letGo.reached;
    store.clock.advance(299_999);
    expect(counted((await store.housekeep('report')).findings)).toEqual({});
    store.clock.advance(1);
    expect(counted((await store.housekeep('report')).findings)).toEqual({ 'undeleted-secret': 1 });
    letGo.release();
    await deleting;
  });

  test('the secret that a revival made for a token whose own is gone', async () => {
    const { store, ann } = await storeOfSomeDays();
    store.memoryVault.purge(await store.deleteSecretByHand(ann));
    await store.housekeep('repair');
    const commit = store.index.hold('commit');
    const saving = store.save('ann');
    await commit.reached;
    expect(counted((await store.housekeep('repair')).findings)).toEqual({});
    commit.release();
    await saving;
    expect(await store.damaged()).toEqual([]);
  });
});

describe('the list lags', () => {
  /** Answers the next list as it was before `since` happened. */
  async function listedBefore(store: HousekeptStore, since: () => Promise<unknown>) {
    const before = await store.memoryVault.list({}, store.deadline());
    await since();
    store.vault.around('list', async () => before);
  }

  test('a secret that was let go since is not found', async () => {
    const { store, ann } = await storeOfSomeDays();
    await listedBefore(store, () => store.container().delete(ann));
    store.clock.advance(HOUR_MS);
    expect(counted((await store.housekeep('report')).findings)).toEqual({});
  });

  test('a secret that is gone since is not found', async () => {
    const { store, ann } = await storeOfSomeDays();
    store.vault.fail('scheduleDeletion', new Error('crash'));
    await store
      .container()
      .delete(ann)
      .catch(() => undefined);
    await listedBefore(store, async () =>
      store.memoryVault.purge(await store.deleteSecretByHand(ann)),
    );
    store.clock.advance(HOUR_MS);
    expect(counted((await store.housekeep('report')).findings)).toEqual({});
  });

  test('a token that was restored since is left in peace', async () => {
    const { store, ann } = await storeOfSomeDays();
    await store.container().delete(ann);
    await listedBefore(store, () => store.container().restore({ id: ann }));
    const cancelled = store.vault.count('cancelDeletion');
    expect(counted((await store.housekeep('repair')).findings)).toEqual({});
    expect(store.vault.count('cancelDeletion')).toBe(cancelled);
    expect(await store.damaged()).toEqual([]);
  });
});

describe('a living token whose secret is gone for good', () => {
  test('is not looked for within a day of its last version', async () => {
    const store = new HousekeptStore();
    const ann = await store.save('ann');
    store.memoryVault.purge(await store.deleteSecretByHand(ann));
    store.clock.advance(DAY_MS - 1);
    expect(counted((await store.housekeep('report')).findings)).toEqual({});
    expect(store.vault.count('inspect')).toBe(0);
    store.clock.advance(1);
    expect(counted((await store.housekeep('report')).findings)).toEqual({ 'dangling-row': 1 });
  });

  test('needs re-authorization, is announced once, and is not looked for again', async () => {
    const { store, ann } = await storeOfSomeDays();
    store.memoryVault.purge(await store.deleteSecretByHand(ann));
    await store.housekeep('repair');
    expect(await store.rowOf(ann)).toMatchObject({
      state: 'needs-reauthorization',
      failure: { verdict: expect.stringMatching(/^secret-gone: /), atMs: store.clock.nowMs() },
      announce: 'needs-reauthorization',
      dueAtMs: store.clock.nowMs(),
      refreshable: false,
    });
    const before = await store.everything();
    await store.housekeep('repair');
    expect(await store.everything()).toEqual(before);
  });

  test.each([
    ['after it was found', true],
    ['before that', false],
    ['after a revival that died', true],
  ])('a save of the very same token heals it, %s', async (when, found) => {
    const { store, ann } = await storeOfSomeDays();
    store.memoryVault.purge(await store.deleteSecretByHand(ann));
    if (when.includes('revival')) {
      store.index.fail('commit', new Error('crash'));
      await store.save('ann').catch(() => undefined);
    }
    if (found) await store.housekeep('repair');
    expect(await store.save('ann')).toBe(ann);
    expect(await store.damaged()).toEqual([]);
    expect(await store.rowOf(ann)).toMatchObject({ state: 'active', refreshable: true });
    expect(await store.rowOf(ann)).not.toHaveProperty('failure');
    store.clock.advance(2 * DAY_MS);
    expect(counted((await store.housekeep('report')).findings)).toEqual({});
  });
});

test('a missing key comes back where its token was saved in turn', async () => {
  const { store, ann } = await storeOfSomeDays();
  const later = await store.save('ann', { clientId: 'D', refreshToken: 'R', accessToken: 'A' });
  const key = await store.keyOf(ann, 'user');
  const entries = await store.entriesOf(key);
  for (const id of [ann, later]) {
    await store.setEntries(
      key,
      entries.filter((entry) => entry.id !== id),
    );
    await store.housekeep('repair');
    expect(await store.entriesOf(key)).toEqual(entries);
  }
});

test('a conflicting key is left where it is, and the token is found by its others', async () => {
  const { store, ann } = await storeOfSomeDays();
  const key = await store.keyOf(ann, 'user');
  await store.setEntries(key, []);
  const since = await store.save('ann', { refreshToken: 'R', accessToken: 'A' });
  await store.housekeep('repair');
  const container = store.container();
  expect((await container.find({ userName: 'ann' }))?.id).toBe(since);
  expect((await container.find({ accessToken: 'ann-access' }))?.id).toBe(ann);
});

test('one that seems gone at the first look is looked at again', async () => {
  const { store } = await storeOfSomeDays();
  store.vault.around('inspect', async () => 'gone');
  expect(counted((await store.housekeep('repair')).findings)).toEqual({});
});

describe('what a revival that died left', () => {
  async function halfRevived() {
    const { store, ann } = await storeOfSomeDays();
    store.memoryVault.purge(await store.deleteSecretByHand(ann));
    store.index.fail('commit', new Error('crash'));
    await store.save('ann').catch(() => undefined);
    store.clock.advance(HOUR_MS);
    await store.housekeep('repair');
    return { store, ann };
  }

  test('goes with its token, when that is logged out', async () => {
    const { store } = await halfRevived();
    await store.container().deleteAll();
    store.acknowledged.clear();
    expect(counted((await store.housekeep('repair')).findings)).toEqual({ 'logged-out-token': 3 });
    expect(counted((await store.housekeep('repair')).repaired)).toEqual({ 'orphan-secret': 1 });
    expect(counted((await store.housekeep('report')).findings)).toEqual({});
  });

  test('is taken out of deletion, where it would stand in the way of a save', async () => {
    const { store, ann } = await halfRevived();
    const { secrets } = await store.everything();
    const namesake = secrets.find(({ id }) => id === ann)?.secretArn ?? '';
    await store.memoryVault.scheduleDeletion(namesake, store.deadline());
    const report = await store.housekeep('repair');
    expect(counted(report.repaired)).toEqual({ 'secret-in-deletion': 1 });
    expect(await store.save('ann')).toBe(ann);
    expect(await store.damaged()).toEqual([]);
  });
});
