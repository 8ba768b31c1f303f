/** deleteToken and deleteTokens over the memory twins: what is gone, what can come back. */
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { race } from '../../../support/core/race.ts';
import { expiredTokenOf, tokenOf } from '../../../support/core/tokens.ts';

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

describe('deleteToken', () => {
  test('the token is found by nothing any more and its secret is on its way out', async () => {
    const { id } = await container.save(tokenOf('ann', { grantToken: 'ann-grant' }));
    expect(await container.delete(id)).toEqual({ deleted: true });
    const cold = store.container();
    expect(await cold.findById(id)).toBeNull();
    expect(await cold.find({ userName: 'ann' })).toBeNull();
    expect(await cold.find({ accessToken: 'ann-access' })).toBeNull();
    expect(await cold.find({ grantToken: 'ann-grant' })).toBeNull();
    expect(await cold.find({ refreshToken: 'ann-refresh' })).toBeNull();
    expect([...store.memoryVault.secrets().values()]).toMatchObject([{ inDeletion: true }]);
  });

  test.each(['an unknown id', 'a deleted id'])('%s is no error', async (which) => {
    const { id } = await container.save(tokenOf('ann'));
    await container.delete(id);
    const gone = which === 'a deleted id' ? id : 'f'.repeat(32);
    expect(await container.delete(gone)).toEqual({ deleted: false });
  });

  test("the user's other tokens stay, also where they share a credential", async () => {
    const one = await container.save(tokenOf('ann', { clientId: 'one' }));
    const two = await container.save(tokenOf('ann', { clientId: 'two' }));
    await container.delete(two.id);
    expect((await container.find({ userName: 'ann' }))?.id).toBe(one.id);
    expect((await container.find({ refreshToken: 'ann-refresh' }))?.id).toBe(one.id);
  });

  test('a crash between the index and the secret: found no more, and repeating finishes', async () => {
    const { id } = await container.save(tokenOf('ann'));
    store.vault.fail('scheduleDeletion', new Error('crash'));
    await expect(container.delete(id)).rejects.toThrow('crash');
    expect(await container.findById(id)).toBeNull();
    expect(await container.delete(id)).toEqual({ deleted: false });
    expect([...store.memoryVault.secrets().values()]).toMatchObject([{ inDeletion: true }]);
  });

  test('of 8 deletes at once one deleted it', async () => {
    const { id } = await container.save(tokenOf('ann'));
    const outcomes = await race(8, () => store.container().delete(id));
    expect(outcomes.filter(({ deleted }) => deleted)).toHaveLength(1);
  });

  test('a delete that meets a save deletes what was saved', async () => {
    const { id } = await container.save(tokenOf('ann'));
    const commit = store.index.hold('commit');
    const deleting = container.delete(id);
    await commit.reached;
    await store.container().save({ id, accessToken: 'saved meanwhile' });
    commit.release();
    expect(await deleting).toEqual({ deleted: true });
    expect(await container.find({ accessToken: 'saved meanwhile' })).toBeNull();
  });

  test('the id of a token that another took over deletes that one', async () => {
    const old = await container.save(tokenOf('ann'));
    const { id } = await container.save({ clientId: 'C', refreshToken: 'again' });
    await container.save({ id, userName: 'ann' });
    expect(await container.delete(old.id)).toEqual({ deleted: true });
    expect(await container.findById(id)).toBeNull();
  });

  test('deleting does not revoke unless asked to', async () => {
    const { id } = await container.save(tokenOf('ann'));
    await container.delete(id);
    expect(store.scripted.revocations).toEqual([]);
  });

  test('revoke ends the grant at the provider first', async () => {
    const { id } = await container.save(tokenOf('ann'));
    expect(await container.delete(id, true)).toEqual({ deleted: true });
    expect(store.scripted.revocations).toEqual(['ann-refresh']);
  });

  test('a grant that another token shares is not revoked', async () => {
    const { id } = await container.save(tokenOf('ann', { clientId: 'one' }));
    await container.save(tokenOf('ann', { clientId: 'two' }));
    await container.delete(id, true);
    expect(store.scripted.revocations).toEqual([]);
  });

  test('where the provider does not revoke, the token stays', async () => {
    const { id } = await container.save(tokenOf('ann'));
    store.scripted.revocation = 'unavailable';
    await expect(container.delete(id, true)).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      retryable: true,
    });
    expect((await container.findById(id))?.id).toBe(id);
  });
});

describe('deleteTokens', () => {
  test('no find answers with an old token, in any container, in one write', async () => {
    const { id } = await container.save(tokenOf('ann'));
    const warm = store.container();
    await warm.find({ userName: 'ann' });
    const commits = store.index.count('commit');
    await container.deleteAll();
    expect(await warm.find({ userName: 'ann' })).toBeNull();
    expect(await warm.findById(id)).toBeNull();
    await expect(warm.accessToken({ id })).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
    expect(await warm.list()).toEqual({ tokens: [] });
    expect(store.index.count('commit')).toBe(commits);
  });

  test('repeated under the same request id it does not log out who came since', async () => {
    await container.deleteAll('request');
    const { id } = await container.save(tokenOf('ann'));
    await container.deleteAll('request');
    expect((await container.find({ userName: 'ann' }))?.id).toBe(id);
    await container.deleteAll();
    expect(await container.find({ userName: 'ann' })).toBeNull();
  });

  test('a save under way counts as before it or after it, and never finds the old one', async () => {
    const old = await container.save(tokenOf('ann'));
    const commit = store.index.hold('commit');
    const saving = container.save(tokenOf('ann', { accessToken: 'late' }));
    await commit.reached;
    await store.container().deleteAll();
    commit.release();
    expect(await saving).toEqual({ id: old.id, created: false });
    expect(await container.find({ userName: 'ann' })).toBeNull();
    expect((await container.save(tokenOf('ann'))).created).toBe(true);
  });

  test('32 saves and finds against a logout: afterwards nothing older than it is found', async () => {
    await race(8, (n) => container.save(tokenOf(`user-${n}`)));
    const working = race(32, async (n) => {
      await store.container().save(tokenOf(`user-${n % 8}`, { accessToken: `during-${n}` }));
      await store.container().find({ userName: `user-${n % 8}` });
    });
    await store.container().deleteAll();
    const { tokens } = await store.container().list();
    expect(tokens.filter(({ accessToken }) => !accessToken?.startsWith('during'))).toEqual([]);
    await working;
    for (const { id = '', userName = '' } of (await container.list()).tokens) {
      expect((await container.find({ userName }))?.id).toBe(id);
    }
  });

  test('a refresh under way brings nothing back', async () => {
    const { id } = await container.save(expiredTokenOf('ann'));
    const refresh = store.provider.hold('refresh');
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().deleteAll();
    refresh.release();
    await finding;
    expect(await store.container().findById(id)).toBeNull();
    expect(await store.container().find({ accessToken: 'minted-1' })).toBeNull();
  });
});
