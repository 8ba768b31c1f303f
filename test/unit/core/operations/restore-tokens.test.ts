/** restoreTokens over the memory twins: what comes back, and what stands in its way. */
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

test('a deleted token is found again by all its keys', async () => {
  const { id } = await container.save(tokenOf('ann'));
  await container.delete(id);
  expect(await container.restore({ id })).toEqual({ restored: [id], skipped: [] });
  const cold = store.container();
  expect(await cold.findById(id)).toEqual({ id, ...tokenOf('ann') });
  for (const key of [
    { userName: 'ann' },
    { accessToken: 'ann-access' },
    { refreshToken: 'ann-refresh' },
  ]) {
    expect((await cold.find(key))?.id).toBe(id);
  }
  expect([...store.memoryVault.secrets().values()]).toMatchObject([{ inDeletion: false }]);
});

test('a token that came back can be changed and deleted like any other', async () => {
  const { id } = await container.save(tokenOf('ann'));
  await container.delete(id);
  await container.restore({ id });
  await container.save({ id, accessToken: 'newer' });
  expect((await container.findById(id))?.accessToken).toBe('newer');
  expect(await container.delete(id)).toEqual({ deleted: true });
});

test('a secret that was never on its way out is left alone', async () => {
  const { id } = await container.save(tokenOf('ann'));
  await container.deleteAll();
  expect((await container.restore({ lastLogout: true })).restored).toEqual([id]);
  expect(store.vault.count('cancelDeletion')).toBe(0);
});

test('the last logout comes back page by page, and what was deleted before it does not', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 60; n += 1) ids.push((await container.save(tokenOf(`user-${n}`))).id);
  const [deleted = ''] = ids;
  await container.delete(deleted);
  await container.deleteAll();

  const restored: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await container.restore({ lastLogout: true, ...(cursor && { cursor }) });
    restored.push(...page.restored);
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(restored.sort()).toEqual(ids.slice(1).sort());
  expect((await container.find({ userName: 'user-59' }))?.id).toBe(ids[59]);
  expect(await container.findById(deleted)).toBeNull();
});

test('an earlier logout than the last does not come back', async () => {
  await container.save(tokenOf('ann'));
  await container.deleteAll();
  await container.deleteAll();
  expect(await container.restore({ lastLogout: true })).toEqual({ restored: [], skipped: [] });
});

test('never over the token that the user got since', async () => {
  const old = await container.save(tokenOf('ann'));
  await container.deleteAll();
  const since = await container.save(tokenOf('ann'));
  const { restored, skipped } = await container.restore({ lastLogout: true });
  expect(restored).toEqual([]);
  expect(skipped).toEqual([{ id: old.id, reason: expect.stringContaining(since.id) }]);
  expect((await container.find({ userName: 'ann' }))?.id).toBe(since.id);
});

test("the user's token of another client is not in the way", async () => {
  const { id } = await container.save(tokenOf('ann', { clientId: 'one' }));
  await container.delete(id);
  await container.save(tokenOf('ann', { clientId: 'two' }));
  expect((await container.restore({ id })).restored).toEqual([id]);
});

test('a save that comes first is not overwritten', async () => {
  const { id } = await container.save(tokenOf('ann'));
  await container.delete(id);
  const commit = store.index.hold('commit');
  const restoring = store.container().restore({ id });
  await commit.reached;
  const since = await container.save(tokenOf('ann'));
  commit.release();
  expect((await restoring).restored).toEqual([]);
  expect((await container.find({ userName: 'ann' }))?.id).toBe(since.id);
  expect((await container.list()).tokens).toHaveLength(1);
});

test.each(['unknown', 'alive', 'purged', 'taken over'])(
  'a token that is %s is skipped',
  async (what) => {
    const { id } = await container.save(tokenOf('ann'));
    if (what === 'purged') {
      await container.delete(id);
      store.memoryVault.purge((await store.row(id))?.secretArn ?? '');
    }
    if (what === 'taken over') {
      const next = await container.save({ clientId: 'C', refreshToken: 'again' });
      await container.save({ id: next.id, userName: 'ann' });
    }
    const wanted = what === 'unknown' ? 'f'.repeat(32) : id;
    const { restored, skipped } = await container.restore({ id: wanted });
    expect(restored).toEqual([]);
    expect(skipped).toHaveLength(1);
  },
);
