/**
 * Operations that meet at the worst moment, one step at a time. `npm run test:histories` looks for
 * such meetings by itself; those that it found stay here.
 */
import type { IndexSnapshot } from '../../../../lib/token-index/token-index.ts';
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { expiredTokenOf, tokenOf } from '../../../support/core/tokens.ts';
import { violationsOf } from '../../../support/invariants/invariants.ts';

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

const whatIsWrong = () => {
  const { memoryIndex: index, memoryVault: vault, clock } = store;
  return violationsOf({ index, vault }, {}, ampleDeadline(clock));
};

/** Ann's token, and one of nobody's that a later save with her name makes hers. */
async function twoOfAnn(): Promise<{ old: string; heir: string }> {
  const { id: old } = await container.save(tokenOf('ann'));
  const { userName: _, ...nameless } = tokenOf('ann', { refreshToken: 'r', accessToken: 'a' });
  const { id: heir } = await container.save(nameless);
  return { old, heir };
}

describe('a token that takes over a user and client', () => {
  test('leaves no key behind that leads to the one that gave way', async () => {
    const { heir } = await twoOfAnn();
    await container.save({ id: heir, userName: 'ann' });
    expect(await whatIsWrong()).toEqual([]);
  });

  test('has a key to itself that both had', async () => {
    await container.save({ userName: 'ann', refreshToken: 'shared' });
    const { id: heir } = await container.save({ accessToken: 'a' });
    await container.save({ id: heir, refreshToken: 'shared' });
    await container.save({ id: heir, userName: 'ann' });
    expect(await whatIsWrong()).toEqual([]);
  });

  test('is found by a find that has read the old key and not yet the old row', async () => {
    const { heir } = await twoOfAnn();
    const warm = store.container();
    await warm.find({ userName: 'ann' });
    store.index.around('read', async (read) => {
      const { keyRows } = (await read()) as IndexSnapshot;
      await container.save({ id: heir, userName: 'ann' });
      return { ...((await read()) as IndexSnapshot), keyRows };
    });
    expect((await warm.find({ userName: 'ann' }))?.id).toBe(heir);
  });

  test('is found where it does so while the old one is refreshed', async () => {
    const { id } = await container.save(expiredTokenOf('ann'));
    const { userName: _, ...nameless } = tokenOf('ann', { refreshToken: 'r', accessToken: 'a' });
    const { id: heir } = await container.save(nameless);
    store.provider.at('refresh', () => container.save({ id: heir, userName: 'ann' }));
    expect((await store.container().findById(id))?.id).toBe(heir);
  });
});

describe('a token that is deleted while it is refreshed for a find', () => {
  test.each(['find', 'accessToken'] as const)(
    "does not hide the user's other token: %s",
    async (how) => {
      const other = await container.save(tokenOf('ann', { clientId: 'D' }));
      const { id } = await container.save(expiredTokenOf('ann', { refreshToken: 'r' }));
      store.provider.at('refresh', () => container.delete(id));
      const named = { userName: 'ann' };
      const found =
        how === 'find'
          ? (await store.container().find(named))?.id
          : (await store.container().accessToken(named)).tokenId;
      expect(found).toBe(other.id);
    },
  );
});

describe('a restore of a token that was logged out, and a login of its user', () => {
  const login = () => store.container().save(tokenOf('ann', { refreshToken: 'r' }));

  test('at the same time leave one token: the login commits first', async () => {
    const { id } = await container.save(tokenOf('ann'));
    await container.deleteAll();
    store.index.at('commit', login);
    expect((await container.restore({ id })).skipped).toMatchObject([{ id }]);
    expect(await whatIsWrong()).toEqual([]);
  });

  test('at the same time leave one token: the restore commits first', async () => {
    const { id } = await container.save(tokenOf('ann'));
    await container.deleteAll();
    store.index.at('commit', () => store.container().restore({ id }));
    expect(await login()).toEqual({ id, created: false });
    expect(await whatIsWrong()).toEqual([]);
  });

  test('so it is where the login makes a token of nobody theirs', async () => {
    const { id } = await container.save(tokenOf('ann'));
    await container.deleteAll();
    const { userName: _, ...nameless } = tokenOf('ann', { refreshToken: 'r' });
    const { id: heir } = await container.save(nameless);
    store.index.at('commit', () => store.container().restore({ id }));
    await container.save({ id: heir, userName: 'ann' });
    expect(await whatIsWrong()).toEqual([]);
    expect((await container.find({ userName: 'ann' }))?.id).toBe(heir);
  });
});

test('a token that is restored while it is deleted keeps its secret', async () => {
  const { id } = await container.save(tokenOf('ann'));
  store.vault.at('scheduleDeletion', async () => {
    await store.container().restore({ id });
    await store.container().save({ id, redirectUrl: 'https://app' });
  });
  await container.delete(id);
  expect(await whatIsWrong()).toEqual([]);
  expect(await store.container().findById(id)).toMatchObject({ redirectUrl: 'https://app' });
});

test("a save of a user's latest token does not change one that was the latest a moment ago", async () => {
  const other = await container.save(tokenOf('ann', { clientId: 'D', refreshToken: 'r' }));
  await container.save(tokenOf('ann'));
  store.index.at('commit', () =>
    store.container().save({ userName: 'ann', clientId: 'D', clientSecret: 'newer' }),
  );
  const { id } = await container.save({ userName: 'ann', redirectUrl: 'https://app' });
  expect(id).toBe(other.id);
});
