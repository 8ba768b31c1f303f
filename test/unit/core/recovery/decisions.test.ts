/** What recovery decides where secret and index do not tell the whole: two tokens of one user, a logout,
 * a restore, a secret that is gone. */
import { DAY_MS, HOUR_MS } from '../../../support/core/housekept-store.ts';
import { StruckStore } from '../../../support/core/struck-store.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

const CRASH = new Error('crash');

/** A first save of `user` that dies before its row; its caller was told nothing. */
async function unacknowledged(store: StruckStore, user: string) {
  store.index.fail('commit', CRASH);
  await store
    .container()
    .save(tokenOf(user, { accessToken: 'never', refreshToken: 'never' }))
    .catch(() => undefined);
}

async function hourLater(store: StruckStore): Promise<void> {
  store.clock.advance(HOUR_MS);
}

describe('two secrets of one user and client', () => {
  test("the later one is the user's, and the id of the other leads to it", async () => {
    const store = new StruckStore();
    const first = await store.save('ann');
    await hourLater(store);
    // Logged out, and in again: neither has a row any more.
    store.memoryIndex.restore();
    store.acknowledged.delete(first);
    const second = await store.save('ann', { refreshToken: 'R2', accessToken: 'A2' });
    await hourLater(store);
    store.memoryIndex.restore();
    const { counts } = await store.recover();
    expect(counts.adopted + counts.superseded).toBe(2);
    expect(await store.wrong()).toEqual([]);
    expect((await store.container().findById(first))?.id).toBe(second);
    expect((await store.rowOf(first)).state).toBe('superseded');
  });

  test('a token in use is not displaced by what a dead save left earlier', async () => {
    const store = new StruckStore();
    await unacknowledged(store, 'ann');
    await hourLater(store);
    await store.save('ann');
    await hourLater(store);
    const { counts } = await store.recover();
    expect(counts).toMatchObject({ superseded: 1, level: 1, adopted: 0 });
    expect(await store.wrong()).toEqual([]);
  });

  test('who gives way leaves the keys of its user', async () => {
    const store = new StruckStore();
    const first = await store.save('ann');
    const copy = store.memoryIndex.snapshot();
    await hourLater(store);
    // Of the deletion, which nobody knows of any more, a crash left the secret.
    store.vault.fail('scheduleDeletion', CRASH);
    await store
      .container()
      .delete(first)
      .catch(() => undefined);
    store.acknowledged.delete(first);
    const second = await store.save('ann', { refreshToken: 'R2', accessToken: 'A2' });
    await hourLater(store);
    store.memoryIndex.restore(copy);
    expect((await store.recover()).counts).toMatchObject({ adopted: 1 });
    expect(await store.wrong()).toEqual([]);
    expect(await store.entriesOf(await store.keyOf(second, 'user'))).toEqual([
      { id: second, clientId: 'C' },
    ]);
  });

  test('a user has as many tokens as clients, and the last saved is found by name', async () => {
    const store = new StruckStore();
    await store.save('ann');
    await hourLater(store);
    const fields = { clientId: 'D', refreshToken: 'RD', accessToken: 'AD' };
    const later = await store.save('ann', fields);
    await hourLater(store);
    store.memoryIndex.restore();
    expect((await store.recover()).counts).toMatchObject({ adopted: 2 });
    expect(await store.wrong()).toEqual([]);
    expect((await store.container().find({ userName: 'ann' }))?.id).toBe(later);
  });
});

describe('a logout of everybody that the index has forgotten', () => {
  async function loggedOut() {
    const store = new StruckStore();
    const before = [await store.save('ann'), await store.save('bob')];
    await hourLater(store);
    const copy = store.memoryIndex.snapshot();
    const logoutAtMs = store.clock.nowMs();
    await store.container().deleteAll();
    store.acknowledged.clear();
    store.deleted.push(...before);
    store.clock.advance(1_000);
    await store.save('ann', { refreshToken: 'since', accessToken: 'since' });
    await hourLater(store);
    return { store, copy, logoutAtMs };
  }

  test.each(['restored', 'lost'])('stands where the operator says when, table %s', async (fate) => {
    const { store, copy, logoutAtMs } = await loggedOut();
    store.memoryIndex.restore(fate === 'restored' ? copy : undefined);
    expect((await store.recover('report')).counts['logged-out']).toBe(0);
    const { counts } = await store.recover('repair', { logoutAtMs });
    expect(counts).toMatchObject({ 'logged-out': 2, adopted: 1 });
    expect(await store.wrong()).toEqual([]);
    // A second time it finds them ended.
    expect((await store.recover('repair', { logoutAtMs })).counts).toMatchObject({ level: 3 });
    await hourLater(store);
    await store.housekeep('repair');
    expect(await Promise.all(store.deleted.map((id) => store.secretOf(id)))).toEqual([
      'in-deletion',
      'in-deletion',
    ]);
    expect(await store.wrong()).toEqual([]);
  });

  test('one of them can be restored, as after any logout', async () => {
    const { store, logoutAtMs } = await loggedOut();
    store.memoryIndex.restore();
    await store.recover('repair', { logoutAtMs });
    const bob = store.deleted.pop() ?? '';
    expect(await store.container().restore({ id: bob })).toMatchObject({ restored: [bob] });
    expect((await store.container().find({ userName: 'bob' }))?.id).toBe(bob);
    expect(await store.wrong()).toEqual([]);
  });

  test('is not undone by a save that it met, whose commit the index has forgotten', async () => {
    const store = new StruckStore();
    const id = await store.save('ann');
    const commit = store.index.hold('commit');
    const saving = store.container().save({ id, accessToken: 'under way' });
    await commit.reached;
    await store.container().deleteAll();
    store.acknowledged.clear();
    store.deleted.push(id);
    const copy = store.memoryIndex.snapshot();
    commit.release();
    await saving;
    await hourLater(store);
    store.memoryIndex.restore(copy);
    await store.recover();
    expect(await store.wrong()).toEqual([]);
  });

  test('is undone by a restore and what was refreshed after it', async () => {
    const store = new StruckStore();
    const id = await store.saveExpiring('ann');
    await store.container().deleteAll();
    await hourLater(store);
    await store.housekeep('repair');
    const copy = store.memoryIndex.snapshot();
    await store.container().restore({ lastLogout: true });
    await store.refresh(id, 'ann-2');
    await hourLater(store);
    store.memoryIndex.restore(copy);
    expect((await store.recover()).counts).toMatchObject({ 'brought-forward': 1 });
    expect(await store.wrong()).toEqual([]);
  });

  test('a logout that the index knows of is left to the housekeeper', async () => {
    const { store } = await loggedOut();
    expect((await store.recover()).counts).toMatchObject({ level: 3 });
    expect(await store.wrong()).toEqual([]);
  });
});

describe('what was restored', () => {
  test('a deleted token whose tombstone is lost comes back whole, by a restore and a recovery', async () => {
    const store = new StruckStore();
    const id = await store.save('ann');
    const token = store.acknowledged.get(id) ?? {};
    await store.remove(id);
    await hourLater(store);
    store.memoryIndex.restore();
    expect((await store.recover()).counts).toMatchObject({ tombstone: 1 });
    expect(await store.wrong()).toEqual([]);
    expect(await store.container().restore({ id })).toMatchObject({ restored: [id] });
    expect((await store.recover()).counts).toMatchObject({ 'brought-forward': 1 });
    store.deleted.length = 0;
    store.acknowledged.set(id, token);
    expect(await store.wrong()).toEqual([]);
  });

  test('a token that was deleted, restored and refreshed since lives', async () => {
    const store = new StruckStore();
    const id = await store.saveExpiring('ann');
    const token = store.acknowledged.get(id) ?? {};
    await store.remove(id);
    await hourLater(store);
    const copy = store.memoryIndex.snapshot();
    await store.container().restore({ id });
    store.deleted.length = 0;
    store.acknowledged.set(id, token);
    await store.refresh(id, 'ann-2');
    await hourLater(store);
    store.memoryIndex.restore(copy);
    expect((await store.recover()).counts).toMatchObject({ 'brought-forward': 1 });
    expect(await store.wrong()).toEqual([]);
    expect(await store.rowOf(id)).not.toHaveProperty('purgeAtMs');
  });

  test('a deletion that met a save stays one', async () => {
    const store = new StruckStore();
    const id = await store.save('ann');
    const commit = store.index.hold('commit');
    const saving = store.container().save({ id, accessToken: 'under way' });
    await commit.reached;
    await store.remove(id);
    commit.release();
    await expect(saving).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
    await hourLater(store);
    expect((await store.recover()).counts).toMatchObject({ level: 1 });
    expect(await store.wrong()).toEqual([]);
  });
});

describe('secrets that tell nothing', () => {
  test('a token whose secret is gone was deleted longer ago than a secret can be restored', async () => {
    const store = new StruckStore();
    const id = await store.save('ann');
    const copy = store.memoryIndex.snapshot();
    await store.remove(id);
    store.memoryVault.purge((await store.rowOf(id)).secretArn);
    store.memoryIndex.restore(copy);
    store.clock.advance(7 * DAY_MS - HOUR_MS);
    expect((await store.recover()).counts).toMatchObject({ level: 1 });
    await hourLater(store);
    expect((await store.recover()).counts).toMatchObject({ deleted: 1 });
    expect(await store.wrong()).toEqual([]);
  });

  test('one that is known to have lost its secret is left to its user', async () => {
    const store = new StruckStore();
    const id = await store.save('ann');
    store.clock.advance(8 * DAY_MS);
    store.memoryVault.purge((await store.rowOf(id)).secretArn);
    await store.housekeep('repair');
    expect((await store.recover()).counts).toMatchObject({ level: 1 });
    expect((await store.rowOf(id)).state).toBe('needs-reauthorization');
  });

  test("a placeholder is nobody's token", async () => {
    const store = new StruckStore();
    const id = 'f'.repeat(32);
    await store.memoryVault.create({ id, revision: 0, token: {} }, {}, store.deadline());
    await hourLater(store);
    expect((await store.recover()).counts).toMatchObject({ 'nothing-acknowledged': 1 });
    expect(await store.row(id)).toBeUndefined();
  });

  test('a secret that holds another token is refused, and named', async () => {
    const store = new StruckStore();
    const ann = await store.save('ann');
    const { secretArn } = await store.rowOf(ann);
    const stranger = { id: 'e'.repeat(32), revision: 9, token: {} };
    await store.memoryVault.write(secretArn, stranger, store.deadline());
    await hourLater(store);
    const { failures } = await store.recover();
    expect(failures).toEqual([
      { id: ann, error: `The secret of token ${ann} holds token ${stranger.id}.` },
    ]);
  });
});

describe('a recovered token', () => {
  test('is refreshed by the schedule, not all at once', async () => {
    const store = new StruckStore();
    for (let n = 0; n < 20; n += 1) await store.container().save(tokenOf(`user-${n}`));
    store.clock.advance(10 * 60_000);
    store.memoryIndex.restore();
    await store.recover();
    expect(await store.sweep()).toMatchObject({ due: 0 });
    store.clock.advance(45 * 60_000);
    expect(await store.sweep()).toMatchObject({ due: 20, dispatched: 20 });
    const outcomes = await store.worker().drain();
    expect(outcomes).toEqual(outcomes.map(() => 'refreshed'));
  });

  test("has its secret written so rarely that a day's versions fit, whatever came before", async () => {
    const store = new StruckStore();
    const id = await store.save('ann');
    await hourLater(store);
    store.memoryIndex.restore();
    await store.recover();
    const { writes } = await store.rowOf(id);
    expect(writes).toMatchObject({ allowance: 1, allowanceAtMs: store.clock.nowMs() });
  });
});
