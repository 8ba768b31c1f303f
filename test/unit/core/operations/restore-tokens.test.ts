/** restoreTokens over the memory twins: what comes back, and what stands in its way. */
import { HousekeptStore } from '../../../support/core/housekept-store.ts';
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

test('a restore that meets another transaction reads again, and restores', async () => {
  const { id } = await container.save(tokenOf('ann'));
  await container.delete(id);
  for (const _ of [1, 2, 3]) store.index.around('commit', async () => 'conflict' as const);
  expect(await container.restore({ id })).toEqual({ restored: [id], skipped: [] });
  expect(await store.container().findById(id)).toEqual({ id, ...tokenOf('ann') });
});

test('a restore that meets a new login of its user gives way to it', async () => {
  const { id } = await container.save(tokenOf('ann'));
  await container.delete(id);
  let since = '';
  const login = async () => {
    since = (await store.container().save(tokenOf('ann', { accessToken: 'since' }))).id;
  };
  store.index.at('commit', login);
  const { restored, skipped } = await container.restore({ id });
  expect(restored).toEqual([]);
  expect(skipped).toEqual([{ id, reason: expect.stringContaining(since) }]);
  expect((await container.find({ userName: 'ann' }))?.id).toBe(since);
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

describe('an earlier logout than the last', () => {
  let ann = '';
  beforeEach(async () => {
    ann = (await container.save(tokenOf('ann'))).id;
    await container.deleteAll();
  });

  test('does not come back with the last, which names it', async () => {
    await container.deleteAll();
    const none = { restored: [], skipped: [], earlierLogout: 2 };
    expect(await container.restore({ lastLogout: true })).toEqual(none);
    expect(await container.findById(ann)).toBeNull();
    await container.deleteAll();
    expect(await container.restore({ logout: 2 })).toEqual({ ...none, earlierLogout: 3 });
  });

  test('comes back when it is named', async () => {
    await container.deleteAll();
    expect(await container.restore({ logout: 2 })).toEqual({ restored: [ann], skipped: [] });
    expect(await container.findById(ann)).toEqual({ id: ann, ...tokenOf('ann') });
  });

  test('does not come back because the last one is asked for twice', async () => {
    const { id: bob } = await container.save(tokenOf('bob'));
    await container.deleteAll();
    for (const _ of [1, 2]) await container.restore({ lastLogout: true });
    expect(await container.findById(bob)).not.toBeNull();
    expect(await container.findById(ann)).toBeNull();
  });

  test('is not named where none of it can come back', async () => {
    await container.restore({ id: ann });
    await container.delete(ann);
    await container.deleteAll();
    expect(await container.restore({ lastLogout: true })).toEqual({ restored: [], skipped: [] });
  });

  test('comes back without what another logout ended while it was read', async () => {
    const { id: bob } = await container.save(tokenOf('bob'));
    await container.deleteAll();
    store.index.at('page', () => container.deleteAll(), { when: 'after' });
    const { restored, skipped } = await container.restore({ logout: 2 });
    expect(restored).toEqual([]);
    expect(skipped).toEqual([{ id: ann, reason: expect.stringContaining('changed meanwhile') }]);
    expect(await container.findById(bob)).toBeNull();
  });
});

test('a page is not gone on with once there was another logout', async () => {
  for (let n = 0; n < 60; n += 1) await container.save(tokenOf(`user-${n}`));
  await container.deleteAll();
  const { cursor = '' } = await container.restore({ lastLogout: true });
  await container.deleteAll();
  await expect(container.restore({ lastLogout: true, cursor })).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('logout 2'),
  });
  expect((await container.list()).tokens).toEqual([]);
});

test.each(['', 'x', '1', '01.', '-1.', '1.x'])(
  'a cursor that no restore gave, %j, is refused',
  async (prefix) => {
    for (let n = 0; n < 60; n += 1) await container.save(tokenOf(`user-${n}`));
    const { cursor: ofList = '' } = await container.list({ limit: 5 });
    await container.deleteAll();
    const cursor = `${prefix}${ofList}`;
    const refused = { code: 'INVALID_REQUEST', message: expect.stringMatching(/^cursor: /) };
    await expect(container.restore({ lastLogout: true, cursor })).rejects.toMatchObject(refused);
    const { cursor: ofRestore = '' } = await container.restore({ lastLogout: true });
    await expect(container.list({ cursor: ofRestore })).rejects.toMatchObject(refused);
  },
);

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

describe('what the housekeeper buried', () => {
  let kept: HousekeptStore;
  let ann: string;
  let bob: string;
  let deleted: string;
  beforeEach(async () => {
    kept = new HousekeptStore();
    ann = await kept.save('ann');
    bob = await kept.save('bob');
    deleted = await kept.save('cid');
    await kept.container().delete(deleted);
    kept.acknowledged.delete(deleted);
    await kept.container().deleteAll();
    await kept.housekeep('repair');
    expect(await kept.rowOf(ann)).toMatchObject({ state: 'logged-out' });
    expect(await kept.secretOf(ann)).toBe('in-deletion');
  });

  test('comes back by id, whole', async () => {
    kept.acknowledged.delete(bob);
    expect(await kept.container().restore({ id: ann })).toEqual({ restored: [ann], skipped: [] });
    expect(await kept.rowOf(ann)).not.toHaveProperty('purgeAtMs');
    expect(await kept.damaged()).toEqual([]);
  });

  test('comes back with the last logout; what was deleted before that does not', async () => {
    const { restored } = await kept.container().restore({ lastLogout: true });
    expect([...restored].sort()).toEqual([ann, bob]);
    expect(await kept.damaged()).toEqual([]);
    expect(await kept.container().findById(deleted)).toBeNull();
    expect(await kept.secretOf(deleted)).toBe('in-deletion');
  });

  test('comes back by id only, once there was another logout', async () => {
    await kept.container().deleteAll();
    expect((await kept.container().restore({ lastLogout: true })).restored).toEqual([]);
    expect((await kept.container().restore({ id: ann })).restored).toEqual([ann]);
  });

  test('does not come back over the token that the user got since', async () => {
    const since = await kept.save('ann');
    const { restored, skipped } = await kept.container().restore({ lastLogout: true });
    expect(restored).toEqual([bob]);
    expect(skipped).toEqual([{ id: ann, reason: expect.stringContaining(since) }]);
  });

  test('does not come back without its secret', async () => {
    kept.memoryVault.purge((await kept.rowOf(ann)).secretArn);
    const { skipped } = await kept.container().restore({ id: ann });
    expect(skipped).toEqual([{ id: ann, reason: expect.stringContaining('recovery window') }]);
    expect(await kept.rowOf(ann)).toMatchObject({ state: 'logged-out' });
  });

  test('has its secret back before its row', async () => {
    kept.vault.fail('cancelDeletion', new Error('crash'));
    await expect(kept.container().restore({ id: ann })).rejects.toThrow('crash');
    expect(await kept.rowOf(ann)).toMatchObject({ state: 'logged-out' });
    expect((await kept.container().restore({ id: ann })).restored).toEqual([ann]);
  });

  test('and restored, and deleted since the page was read stays deleted', async () => {
    const changed = async () => {
      await kept.container().restore({ id: ann });
      await kept.container().delete(ann);
    };
    kept.index.at('page', changed, { when: 'after' });
    const { restored, skipped } = await kept.container().restore({ lastLogout: true });
    expect(restored).toEqual([bob]);
    expect(skipped).toEqual([{ id: ann, reason: expect.stringContaining('changed meanwhile') }]);
    expect(await kept.container().findById(ann)).toBeNull();
  });

  test('is not deleted anew by its id, nor saved to', async () => {
    expect(await kept.container().delete(ann)).toEqual({ deleted: false });
    await expect(kept.container().save({ id: ann, accessToken: 'late' })).rejects.toMatchObject({
      code: 'TOKEN_NOT_FOUND',
    });
  });
});
