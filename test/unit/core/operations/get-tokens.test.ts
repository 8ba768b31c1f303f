/** getTokens over the memory twins: every living token once, in pages that fit an answer. */
import type { TokenJson } from '../../../../lib/contract.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { expiredTokenOf, tokenOf } from '../../../support/core/tokens.ts';

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

async function allPages(limit: number): Promise<TokenJson[][]> {
  const pages: TokenJson[][] = [];
  let cursor: string | undefined;
  do {
    const page = await container.list({ limit, ...(cursor && { cursor }) });
    pages.push([...page.tokens]);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return pages;
}

test('an empty store has no tokens and no further page', async () => {
  expect(await container.list()).toEqual({ tokens: [] });
});

test('tokens come as they are stored, not refreshed', async () => {
  const { id } = await container.save(expiredTokenOf('ann'));
  expect(await container.list()).toEqual({ tokens: [{ id, ...expiredTokenOf('ann') }] });
  expect(store.scripted.refreshes).toEqual([]);
});

test('without secrets a page shows whose tokens there are and reads no secret', async () => {
  const { id } = await container.save(tokenOf('ann'));
  const { tokens } = await container.list({ includeSecrets: false });
  expect(tokens).toEqual([
    {
      id,
      userName: 'ann',
      clientId: 'C',
      apiDomain: 'https://www.zohoapis.eu',
      expiresAt: tokenOf('ann').expiresAt,
    },
  ]);
  expect(store.vault.count('readMany')).toBe(0);
});

test('pages hold every living token once and no other', async () => {
  const ids: string[] = [];
  for (let n = 0; n < 20; n += 1) ids.push((await container.save(tokenOf(`user-${n}`))).id);
  for (const id of ids.slice(0, 12)) await container.delete(id);
  const pages = await allPages(5);
  expect(pages.flat().map(({ id }) => id)).toEqual(ids.slice(12));
  expect(pages.every((page) => page.length <= 5)).toBe(true);
});

test('a page of large tokens ends before it outgrows an answer, and none is left out', async () => {
  const large = 'a'.repeat(60_000);
  for (let n = 0; n < 100; n += 1) {
    await container.save(tokenOf(`user-${n}`, { accessToken: `${n}-${large}` }));
  }
  const pages = await allPages(100);
  expect(pages.length).toBeGreaterThan(1);
  for (const page of pages) {
    expect(Buffer.byteLength(JSON.stringify({ tokens: page }))).toBeLessThan(6_291_556);
  }
  expect(pages.flat().map(({ userName }) => userName)).toEqual(
    Array.from({ length: 100 }, (_, n) => `user-${n}`),
  );
});

test('a token that is saved between the index and the secrets shows whole, old or new', async () => {
  const { id } = await container.save(tokenOf('ann'));
  const read = store.vault.hold('readMany');
  const listing = container.list();
  await read.reached;
  const newer = tokenOf('ann', { accessToken: 'newer', refreshToken: 'newer-r' });
  await store.container().save(newer);
  read.release();
  expect([[{ id, ...tokenOf('ann') }], [{ id, ...newer }]]).toContainEqual((await listing).tokens);
});
