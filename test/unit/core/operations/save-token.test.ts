/** saveToken over the memory twins: which token it updates, what it writes, who wins a race. */
import { lookupKeys } from '../../../../lib/token-index/lookup-key.ts';
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { race } from '../../../support/core/race.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

/** The tokens that a user's key leads to. */
async function entriesOf(userName: string) {
  const { user } = lookupKeys({ userName });
  const request = { keys: user ? [user] : [] };
  const { keyRows } = await store.index.port.read(request, ampleDeadline(store.clock));
  return [...keyRows.values()].flatMap(({ entries }) => entries);
}

const vaultWrites = () => store.vault.count('create') + store.vault.count('write');

test('a new token is found as it was saved, under the id it was given', async () => {
  const { id, created } = await container.save(tokenOf('ann'));
  expect(created).toBe(true);
  expect(await store.container().find({ userName: 'ann' })).toEqual({ id, ...tokenOf('ann') });
});

test('fields given replace, fields absent stay', async () => {
  const { id } = await container.save(tokenOf('ann', { redirectUrl: 'https://app.example/' }));
  const second = await container.save({ userName: 'ann', clientId: 'C', grantToken: 'ann-grant' });
  expect(second).toEqual({ id, created: false });
  expect(await container.findById(id)).toEqual({
    id,
    ...tokenOf('ann', { redirectUrl: 'https://app.example/', grantToken: 'ann-grant' }),
  });
});

test('a new access token without an expiry drops the expiry of the old one', async () => {
  const { id } = await container.save(tokenOf('ann'));
  await container.save({ id, accessToken: 'newer' });
  const found = await container.findById(id);
  expect(found?.accessToken).toBe('newer');
  expect(found).not.toHaveProperty('expiresAt');
});

test('saving what is stored already writes nothing', async () => {
  const { id } = await container.save(tokenOf('ann'));
  const before = { vault: vaultWrites(), commits: store.index.count('commit') };
  expect(await container.save(tokenOf('ann'))).toEqual({ id, created: false });
  expect(await store.container().save({ id, ...tokenOf('ann') })).toEqual({ id, created: false });
  expect({ vault: vaultWrites(), commits: store.index.count('commit') }).toEqual(before);
});

test('a changed token is one version and one commit', async () => {
  const { id } = await container.save(tokenOf('ann'));
  const before = { vault: vaultWrites(), commits: store.index.count('commit') };
  await container.save({ id, ...tokenOf('ann', { accessToken: 'newer' }) });
  expect({ vault: vaultWrites(), commits: store.index.count('commit') }).toEqual({
    vault: before.vault + 1,
    commits: before.commits + 1,
  });
});

test.each([
  ['nothing', {}],
  ['only a user', { userName: 'ann' }],
  ['only a client', { clientId: 'C', clientSecret: 'S' }],
])('%s is nothing to store', async (_what, token) => {
  await expect(container.save(token)).rejects.toMatchObject({ code: 'NOTHING_TO_STORE' });
  expect(vaultWrites()).toBe(0);
});

test('a token past 64 KiB is refused before anything is written', async () => {
  const token = { accessToken: 'a'.repeat(40_000), refreshToken: 'r'.repeat(40_000) };
  await expect(container.save(token)).rejects.toMatchObject({ code: 'TOKEN_TOO_LARGE' });
  expect(await container.find({ accessToken: token.accessToken })).toBeNull();
});

test('an id that this store never gave counts as no id', async () => {
  const { id, created } = await container.save({ id: 'elsewhere', ...tokenOf('ann') });
  expect(created).toBe(true);
  expect(id).not.toBe('elsewhere');
});

describe('clients and users', () => {
  test('two applications of one user have a token each', async () => {
    const one = await container.save(tokenOf('ann', { clientId: 'one' }));
    const two = await container.save(tokenOf('ann', { clientId: 'two', accessToken: 'other' }));
    expect(two.created).toBe(true);
    expect((await container.find({ userName: 'ann', clientId: 'one' }))?.id).toBe(one.id);
    expect((await container.find({ userName: 'ann', clientId: 'two' }))?.id).toBe(two.id);
  });

  test('an id with another client is another token, and its own stays as it was', async () => {
    const { id } = await container.save(tokenOf('ann'));
    const other = await container.save({ id, ...tokenOf('ann', { clientId: 'other' }) });
    expect(other.created).toBe(true);
    expect(await container.findById(id)).toEqual({ id, ...tokenOf('ann') });
  });

  test("without a client a find takes the user's most recently saved token", async () => {
    const one = await container.save(tokenOf('ann', { clientId: 'one' }));
    const two = await container.save(tokenOf('ann', { clientId: 'two' }));
    expect((await container.find({ userName: 'ann' }))?.id).toBe(two.id);
    await container.save(tokenOf('ann', { clientId: 'one', accessToken: 'newer' }));
    expect((await container.find({ userName: 'ann' }))?.id).toBe(one.id);
  });

  test('a save that names only the id makes that token the most recent one too', async () => {
    const one = await container.save({ userName: 'ann', clientId: 'one', accessToken: 'one' });
    await container.save({ userName: 'ann', clientId: 'two', accessToken: 'two' });
    await store.container().save({ id: one.id, accessToken: 'newer' });
    expect((await container.find({ userName: 'ann' }))?.id).toBe(one.id);
  });

  test('a user name learned later goes to the token with that id', async () => {
    const { userName: _unknown, ...nameless } = tokenOf('ann');
    const { id } = await container.save(nameless);
    expect(await container.save({ id, ...tokenOf('ann') })).toEqual({ id, created: false });
    expect((await container.find({ userName: 'ann' }))?.id).toBe(id);
    expect((await container.list()).tokens).toHaveLength(1);
  });

  test.each(['refreshToken', 'grantToken'] as const)(
    'a user name learned later goes to the nameless token with that %s',
    async (field) => {
      const fields = { clientId: 'C', clientSecret: 'S', [field]: 'credential' };
      const { id } = await container.save(fields);
      const named = await container.save({ ...fields, userName: 'ann', accessToken: 'newer' });
      expect(named).toEqual({ id, created: false });
    },
  );

  test("never to another user's token", async () => {
    const { id } = await container.save(tokenOf('bob', { refreshToken: 'shared' }));
    const ann = await container.save(tokenOf('ann', { refreshToken: 'shared' }));
    expect(ann.created).toBe(true);
    await expect(container.save({ id, ...tokenOf('ann') })).rejects.toMatchObject({
      code: 'CONFLICT',
    });
    expect((await container.findById(id))?.userName).toBe('bob');
  });

  test('a token that takes over the user and client of another leads on from its id', async () => {
    const old = await container.save(tokenOf('ann'));
    const { userName: _unknown, ...nameless } = tokenOf('ann', {
      refreshToken: 'again',
      accessToken: 'another',
    });
    const next = await container.save(nameless);
    await container.save({ id: next.id, userName: 'ann' });

    expect(await entriesOf('ann')).toEqual([{ id: next.id, clientId: 'C' }]);
    expect((await container.findById(old.id))?.id).toBe(next.id);
    expect((await container.find({ userName: 'ann' }))?.id).toBe(next.id);
    expect((await container.list()).tokens.map(({ id }) => id)).toEqual([next.id]);
    expect(await container.save({ id: old.id, accessToken: 'late' })).toEqual({
      id: next.id,
      created: false,
    });
    expect([...store.memoryVault.secrets().values()].map(({ inDeletion }) => inDeletion)).toEqual([
      true,
      false,
    ]);
  });
});

describe('after a logout', () => {
  test('saving under an id that was deleted is TOKEN_NOT_FOUND', async () => {
    const { id } = await container.save(tokenOf('ann'));
    await container.delete(id);
    await expect(container.save({ id, ...tokenOf('ann') })).rejects.toMatchObject({
      code: 'TOKEN_NOT_FOUND',
    });
    expect(await container.find({ userName: 'ann' })).toBeNull();
  });

  test('saving under an id that deleteTokens logged out is TOKEN_NOT_FOUND', async () => {
    const { id } = await container.save(tokenOf('ann'));
    await container.deleteAll();
    await expect(container.save({ id, ...tokenOf('ann') })).rejects.toMatchObject({
      code: 'TOKEN_NOT_FOUND',
    });
  });

  test('saving under the id of a token that another took over is, once that is deleted', async () => {
    const old = await container.save(tokenOf('ann'));
    const { id } = await container.save({ clientId: 'C', refreshToken: 'again' });
    await container.save({ id, userName: 'ann' });
    await container.delete(id);
    await expect(container.save({ id: old.id, accessToken: 'late' })).rejects.toMatchObject({
      code: 'TOKEN_NOT_FOUND',
    });
  });

  test('a save under an id loses to a delete that comes first', async () => {
    const { id } = await container.save(tokenOf('ann'));
    const commit = store.index.hold('commit');
    const saving = container.save({ id, accessToken: 'late' });
    await commit.reached;
    await store.container().delete(id);
    commit.release();
    await expect(saving).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
    expect(await container.findById(id)).toBeNull();
  });

  test('the user who logs in again gets a new token', async () => {
    const old = await container.save(tokenOf('ann'));
    await container.deleteAll();
    const { id, created } = await container.save(tokenOf('ann'));
    expect(created).toBe(true);
    expect(id).not.toBe(old.id);
    expect((await container.find({ userName: 'ann' }))?.id).toBe(id);
  });
});

describe('races', () => {
  test('32 first saves of one user at once are one token', async () => {
    const saved = await race(32, () => store.container().save(tokenOf('ann')));
    expect(new Set(saved.map(({ id }) => id)).size).toBe(1);
    expect(saved.filter(({ created }) => created)).toHaveLength(1);
    const kept = [...store.memoryVault.secrets().values()].filter(({ inDeletion }) => !inDeletion);
    expect(kept).toHaveLength(1);
  });

  test('32 first saves with a different access token each are one token with one of them', async () => {
    const saved = await race(32, (n) =>
      store.container().save(tokenOf('ann', { accessToken: `access-${n}` })),
    );
    expect(new Set(saved.map(({ id }) => id)).size).toBe(1);
    const { tokens } = await container.list();
    expect(tokens).toHaveLength(1);
    const { accessToken = '' } = tokens[0] ?? {};
    expect((await container.find({ accessToken }))?.id).toBe(saved[0]?.id);
    const others = await race(32, (n) => container.find({ accessToken: `access-${n}` }));
    expect(others.filter((found) => found !== null)).toHaveLength(1);
  });

  test('two saves of different fields at once both stay', async () => {
    const { id } = await container.save(tokenOf('ann'));
    const commit = store.index.hold('commit');
    const first = container.save({ id, grantToken: 'from the first' });
    await commit.reached;
    await store.container().save({ id, redirectUrl: 'https://from.the.second/' });
    commit.release();
    await first;
    expect(await container.findById(id)).toEqual({
      id,
      ...tokenOf('ann', {
        grantToken: 'from the first',
        redirectUrl: 'https://from.the.second/',
      }),
    });
  });

  test('a crash between the secret and the index leaves what was there', async () => {
    const { id } = await container.save(tokenOf('ann'));
    store.index.fail('commit', new Error('crash'));
    await expect(container.save({ id, accessToken: 'lost' })).rejects.toThrow('crash');
    const cold = store.container();
    expect((await cold.findById(id))?.accessToken).toBe('ann-access');
    expect(await cold.find({ accessToken: 'lost' })).toBeNull();
    expect(await cold.save({ id, accessToken: 'again' })).toEqual({ id, created: false });
    expect((await store.container().findById(id))?.accessToken).toBe('again');
  });

  test('a save whose answer was lost, repeated, is the same token', async () => {
    store.index.fail('commit', new Error('answer lost'), { when: 'after' });
    await expect(container.save(tokenOf('ann'))).rejects.toThrow('answer lost');
    expect((await container.save(tokenOf('ann'))).created).toBe(false);
    expect((await container.list()).tokens).toHaveLength(1);
  });

  test('two saves that give one user name to two tokens leave one of them', async () => {
    const ids = await race(2, async (n) => {
      const { id } = await container.save({ clientId: 'C', refreshToken: `refresh-${n}` });
      return id;
    });
    await race(2, (n) => store.container().save({ id: ids[n] ?? '', userName: 'ann' }));
    const { tokens } = await container.list();
    expect(tokens).toHaveLength(1);
    const found = await Promise.all(ids.map((id) => container.findById(id)));
    expect(found.map((token) => token?.id)).toEqual([tokens[0]?.id, tokens[0]?.id]);
  });
});
