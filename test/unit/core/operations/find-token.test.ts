/** findToken and findTokenById over the memory twins: which token, how fresh, what it costs. */
import type { TokenJson } from '../../../../lib/contract.ts';
import type { IndexSnapshot } from '../../../../lib/token-index/token-index.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { expiredTokenOf, tokenOf } from '../../../support/core/tokens.ts';

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

test.each<[string, TokenJson]>([
  ['nothing', {}],
  ['a client only', { clientId: 'C', clientSecret: 'C-secret' }],
  ['an access token with a client', { clientId: 'C', accessToken: 'ann-access' }],
  ['an API domain', { apiDomain: 'https://www.zohoapis.eu' }],
  ['an id that was never given, whatever else', { id: 'unknown', userName: 'ann' }],
  ['another user', { userName: 'bob', refreshToken: 'ann-refresh' }],
  ['another client', { userName: 'ann', clientId: 'other' }],
  ['another case', { userName: 'ANN' }],
  ['an access token where a user was meant', { userName: 'ann-access' }],
  ["x' or '1'='1", { userName: "x' or '1'='1" }],
])('%s finds no token', async (_what, named) => {
  await container.save(tokenOf('ann'));
  expect(await container.find(named)).toBeNull();
});

test.each<[string, TokenJson]>([
  ['its user', { userName: 'ann' }],
  ['its user and client', { userName: 'ann', clientId: 'C' }],
  ['its user and an access token of its past', { userName: 'ann', accessToken: 'old' }],
  ['its access token', { accessToken: 'ann-access' }],
  ['its grant', { grantToken: 'ann-grant' }],
  ['its refresh token', { refreshToken: 'ann-refresh' }],
  ['its refresh token and client', { refreshToken: 'ann-refresh', clientId: 'C' }],
  ['its refresh token and a grant of no token', { grantToken: 'new', refreshToken: 'ann-refresh' }],
])('%s finds the token', async (_what, named) => {
  const { id } = await container.save(tokenOf('ann', { grantToken: 'ann-grant' }));
  await container.save(tokenOf('bob'));
  expect((await container.find(named))?.id).toBe(id);
});

test('the grant decides before the refresh token where both are named', async () => {
  const byGrant = await container.save(tokenOf('ann', { grantToken: 'ann-grant' }));
  await container.save(tokenOf('bob'));
  const found = await container.find({ grantToken: 'ann-grant', refreshToken: 'bob-refresh' });
  expect(found?.id).toBe(byGrant.id);
});

test('an earlier access token does not find the token any more', async () => {
  const { id } = await container.save(tokenOf('ann'));
  await container.save({ id, accessToken: 'newer' });
  expect(await container.find({ accessToken: 'ann-access' })).toBeNull();
});

describe('an id with other names beside it', () => {
  test.each<[string, TokenJson, string | undefined]>([
    ["another user's", { userName: 'bob' }, undefined],
    ["another user's, with the same client", { userName: 'bob', clientId: 'C' }, undefined],
    ['of nobody', { userName: 'eve', accessToken: 'ann-access' }, undefined],
    ['its own', { userName: 'ann', clientId: 'C' }, 'ann of C'],
    ["its user's other client", { userName: 'ann', clientId: 'D' }, 'ann of D'],
    ['a client of nobody', { clientId: 'E' }, undefined],
  ])('%s: no token is handed to another user or client', async (_whose, named, expected) => {
    const { id } = await container.save(tokenOf('ann'));
    const ofD = tokenOf('ann', { clientId: 'D', refreshToken: 'd-refresh', accessToken: 'd' });
    const ids = { 'ann of C': id, 'ann of D': (await container.save(ofD)).id };
    await container.save(tokenOf('bob'));
    const found = await container.find({ id, ...named });
    expect(found?.id).toBe(expected === undefined ? undefined : ids[expected as keyof typeof ids]);
  });

  test('a token that has no name yet is found with any', async () => {
    const { id } = await container.save({ accessToken: 'a' });
    expect((await container.find({ id, userName: 'ann', clientId: 'C' }))?.id).toBe(id);
  });
});

describe('re-authorization', () => {
  test.each<[string, TokenJson, boolean]>([
    ['nothing but the user', { userName: 'ann' }, false],
    ["the token's own refresh token", { userName: 'ann', refreshToken: 'ann-refresh' }, false],
    ['a refresh token it never had', { userName: 'ann', refreshToken: 'new' }, true],
    ['a grant it never had', { userName: 'ann', grantToken: 'new' }, true],
  ])('a caller that shows %s: %s', async (_what, named, reauthorized) => {
    await container.save(tokenOf('ann'));
    expect((await container.found(named))?.reauthorized).toBe(reauthorized);
  });

  test('a caller with a refresh token of its past is behind, not ahead', async () => {
    const { id } = await container.save(tokenOf('ann'));
    await container.save({ id, refreshToken: 'newer' });
    const found = await container.found({ userName: 'ann', refreshToken: 'ann-refresh' });
    expect(found?.reauthorized).toBe(false);
  });
});

describe('what it costs', () => {
  const reads = () => ({ index: store.index.count('read'), vault: store.vault.count('read') });
  const since = (before: ReturnType<typeof reads>) => ({
    index: store.index.count('read') - before.index,
    vault: store.vault.count('read') - before.vault,
  });

  test('by user: two index reads and the secret in a cold container, one read in a warm one', async () => {
    await container.save(tokenOf('ann'));
    const cold = store.container();
    let before = reads();
    await cold.find({ userName: 'ann' });
    expect(since(before)).toEqual({ index: 2, vault: 1 });
    before = reads();
    await cold.find({ userName: 'ann' });
    expect(since(before)).toEqual({ index: 1, vault: 0 });
  });

  test('by id: one index read and the secret in a cold container, one read in a warm one', async () => {
    const { id } = await container.save(tokenOf('ann'));
    const cold = store.container();
    let before = reads();
    await cold.findById(id);
    expect(since(before)).toEqual({ index: 1, vault: 1 });
    before = reads();
    await cold.findById(id);
    expect(since(before)).toEqual({ index: 1, vault: 0 });
  });
});

test('a warm container sees what another one saved', async () => {
  const { id } = await container.save(tokenOf('ann'));
  const other = store.container();
  await other.find({ userName: 'ann' });
  await container.save({ id, accessToken: 'newer' });
  expect((await other.find({ userName: 'ann' }))?.accessToken).toBe('newer');
});

test('a warm container follows a user to the token that replaced a deleted one', async () => {
  const old = await container.save(tokenOf('ann'));
  const other = store.container();
  await other.find({ userName: 'ann' });
  await container.delete(old.id);
  const { id } = await container.save(tokenOf('ann'));
  expect((await other.find({ userName: 'ann' }))?.id).toBe(id);
});

test('a version that is not visible yet is waited for', async () => {
  await container.save(tokenOf('ann'));
  const cold = store.container();
  for (let n = 0; n < 3; n += 1) store.vault.around('read', async () => undefined);
  expect((await cold.find({ userName: 'ann' }))?.accessToken).toBe('ann-access');
});

test('a token deleted while its secret was read is not found', async () => {
  const { id } = await container.save(tokenOf('ann'));
  const read = store.vault.hold('read');
  const finding = store.container().findById(id);
  await read.reached;
  await container.delete(id);
  read.release();
  expect(await finding).toBeNull();
});

test('a logout and a restore that fall into one read do not hide the restored token', async () => {
  const { id } = await container.save(tokenOf('ann'));
  const warm = store.container();
  await warm.find({ userName: 'ann' });
  store.index.around('read', async (read) => {
    const { generation } = (await read()) as IndexSnapshot;
    await container.deleteAll();
    await container.restore({ lastLogout: true });
    return { ...((await read()) as IndexSnapshot), generation };
  });
  await warm.save(tokenOf('ann', { refreshToken: 'late' }));
  expect(await container.find({ userName: 'ann' })).toMatchObject({ id, refreshToken: 'late' });
});

describe('freshness', () => {
  test('a token with an hour left is handed out as it is', async () => {
    await container.save(tokenOf('ann'));
    await container.find({ userName: 'ann' });
    expect(store.scripted.refreshes).toHaveLength(0);
  });

  test('an expired token comes back refreshed, and stays so', async () => {
    const { id } = await container.save(expiredTokenOf('ann'));
    expect((await container.findById(id))?.accessToken).toBe('minted-1');
    expect((await store.container().findById(id))?.accessToken).toBe('minted-1');
    expect(store.scripted.refreshes).toMatchObject([
      { clientId: 'C', clientSecret: 'C-secret', refreshToken: 'ann-refresh' },
    ]);
  });

  test('a token that cannot be refreshed is found as it is', async () => {
    const { refreshToken: _none, ...token } = expiredTokenOf('ann');
    const { id } = await container.save(token);
    expect(await container.findById(id)).toEqual({ id, ...token });
  });

  test.each(['outage', 'throttled', 'client-fault', 'revoked'] as const)(
    'a find answers with what is stored where the provider says %s',
    async (verdict) => {
      store.scripted.answers({ verdict, reason: 'test' });
      const { id } = await container.save(expiredTokenOf('ann'));
      expect((await container.findById(id))?.accessToken).toBe('ann-access');
    },
  );
});
