/** Many tokens behind one key: a placeholder that everybody saves, a user with many clients. */
import type { TokenJson } from '../../../../lib/contract.ts';
import { counted, HOUR_MS, HousekeptStore } from '../../../support/core/housekept-store.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { StruckStore } from '../../../support/core/struck-store.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

const MANY = 120;

/** What the n-th of many tokens is saved as. */
type Sharing = (n: number) => TokenJson;
const KINDS: readonly (readonly [string, Sharing])[] = [
  ['an access token', (n) => tokenOf(`user-${n}`, { accessToken: 'placeholder' })],
  ['a refresh token', (n) => tokenOf(`user-${n}`, { refreshToken: 'placeholder' })],
  ['a grant token', (n) => tokenOf(`user-${n}`, { grantToken: 'placeholder' })],
  ['a user', (n) => ({ ...tokenOf(`ann-${n}`, { clientId: `client-${n}` }), userName: 'ann' })],
];

async function saveMany(container: Container, sharing: Sharing, many = MANY): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < many; n += 1) ids.push((await container.save(sharing(n))).id);
  return ids;
}

describe.each(KINDS)('many tokens share %s', (_what, sharing) => {
  let container: Container;
  let ids: readonly string[];
  beforeEach(async () => {
    container = new MemoryStore().container();
    ids = await saveMany(container, sharing);
  });

  test('each is a token of its own, found by its user and client', async () => {
    expect(new Set(ids).size).toBe(MANY);
    for (const n of [0, 77, MANY - 1]) {
      const { userName = '', clientId = '' } = sharing(n);
      expect((await container.find({ userName, clientId }))?.id).toBe(ids[n]);
    }
  });

  test('each can be deleted, also with its grant', async () => {
    for (const [n, id] of ids.entries()) {
      expect(await container.delete(id, n % 2 === 0)).toEqual({ deleted: true });
    }
    expect((await container.list()).tokens).toEqual([]);
  });

  test('each can be changed, by its id and by its user and client', async () => {
    const [first = '', second = ''] = ids;
    await container.save({ id: first, accessToken: 'changed' });
    expect((await container.findById(first))?.accessToken).toBe('changed');
    const { id } = await container.save({ ...sharing(1), redirectUrl: 'https://changed' });
    expect(id).toBe(second);
  });

  test('one that was deleted comes back', async () => {
    const [first = ''] = ids;
    await container.delete(first);
    expect((await container.restore({ id: first })).restored).toEqual([first]);
    expect((await container.findById(first))?.id).toBe(first);
  });

  test('when all were logged out, users log in again, and the others come back', async () => {
    await container.deleteAll();
    const { id } = await container.save(sharing(3));
    const since = await container.save(sharing(MANY));
    const back: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await container.restore({ lastLogout: true, ...(cursor && { cursor }) });
      back.push(...page.restored);
      cursor = page.cursor;
    } while (cursor !== undefined);
    expect(back.sort()).toEqual(ids.filter((_, n) => n !== 3).sort());
    expect((await container.findById(id))?.id).toBe(id);
    expect((await container.findById(since.id))?.id).toBe(since.id);
  });
});

describe('a save that found all tokens of a user logged out', () => {
  test.each([0, 1, 2])('gives way to the restore of number %i of three', async (n) => {
    const store = new MemoryStore();
    const container = store.container();
    const sharing: Sharing = (each) => ({ ...tokenOf('ann', { clientId: `client-${each}` }) });
    const ids = await saveMany(container, sharing, 3);
    await container.deleteAll();
    const commit = store.index.hold('commit');
    const saving = store.container().save({ userName: 'ann', accessToken: 'since' });
    await commit.reached;
    await container.restore({ id: ids[n] ?? '' });
    commit.release();
    expect(await saving).toEqual({ id: ids[n], created: false });
  });
});

describe('a key that no more tokens fit behind', () => {
  const longClient = (n: number) => `client-${n}-${'x'.repeat(2_000)}`;
  const full: readonly (readonly [string, string, Sharing])[] = [
    [
      'a user',
      'userName: this user has 32 tokens',
      (n) => ({ ...tokenOf(`${n}`), userName: 'ann' }),
    ],
    ['a placeholder', 'accessToken: 32 tokens', (n) => tokenOf(`${n}`, { accessToken: 'none' })],
  ];

  describe.each(full)('%s', (_key, problem, sharing) => {
    const shared: Sharing = (n) => ({ ...sharing(n), clientId: longClient(n) });
    let container: Container;
    let ids: readonly string[];
    beforeEach(async () => {
      container = new MemoryStore().container();
      ids = await saveMany(container, shared, 32);
    });

    test('refuses one more, and says which and what helps', async () => {
      const refused = {
        code: 'CONFLICT',
        message: expect.stringContaining(problem),
        retryable: false,
      };
      await expect(container.save(shared(32))).rejects.toMatchObject(refused);
      const { id } = await container.save({ accessToken: 'other', clientId: longClient(32) });
      const { userName, accessToken } = shared(32);
      const taken = userName === 'ann' ? { userName } : { accessToken: String(accessToken) };
      await expect(container.save({ id, ...taken })).rejects.toMatchObject(refused);
    });

    test('takes one more when one was deleted, and not back the one that was', async () => {
      const [first = ''] = ids;
      await container.delete(first);
      expect(await container.save(shared(32))).toMatchObject({ created: true });
      expect((await container.restore({ id: first })).skipped).toEqual([
        { id: first, reason: expect.stringContaining('too many') },
      ]);
    });

    test('lets those behind it change as ever, and return from a logout', async () => {
      const [first = ''] = ids;
      await container.save({ ...shared(0), redirectUrl: 'https://changed' });
      expect((await container.findById(first))?.redirectUrl).toBe('https://changed');
      await container.deleteAll();
      expect((await container.restore({ id: first })).restored).toEqual([first]);
      expect(await container.save(shared(33))).toMatchObject({ created: true });
    });
  });
});

test('recovery gets through a store whose tokens share everything', async () => {
  const store = new StruckStore();
  const ids = new Set<string>();
  for (const [, sharing] of KINDS) {
    for (const id of await saveMany(store.container(), sharing)) ids.add(id);
  }
  store.clock.advance(HOUR_MS);
  store.memoryIndex.restore();
  const { counts, failed } = await store.recover();
  expect({ adopted: counts.adopted, failed }).toEqual({ adopted: ids.size, failed: 0 });
});

test('the housekeeper finds nothing wrong with it', async () => {
  const store = new HousekeptStore();
  for (const [, sharing] of KINDS) await saveMany(store.container(), sharing);
  expect(counted((await store.housekeep('report')).findings)).toEqual({});
});

test('a grant that another of many tokens holds does not end at the provider', async () => {
  const store = new MemoryStore();
  const container = store.container();
  const sharing: Sharing = (n) => tokenOf(`user-${n}`, { refreshToken: 'placeholder' });
  const ids = await saveMany(container, sharing);
  for (const id of ids.slice(1)) await container.delete(id, true);
  expect(store.provider.count('revoke')).toBe(0);
  await container.delete(ids[0] ?? '', true);
  expect(store.provider.count('revoke')).toBe(1);
});
