/** The invariants find what they are for: each kind of damage, done behind the store's back. */
import type { TokenJson } from '../../../lib/contract.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import { HOUR_MS, HousekeptStore } from '../../support/core/housekept-store.ts';
import {
  type Invariant,
  orphansOf,
  type Promises,
  violationsOf,
} from '../../support/invariants/invariants.ts';

let store: HousekeptStore;
let ann: string;
let token: TokenJson;
let bob: string;
beforeEach(async () => {
  store = new HousekeptStore();
  ann = await store.save('ann');
  bob = await store.save('bob');
  token = store.acknowledged.get(ann) ?? {};
});

const ports = () => ({ index: store.memoryIndex, vault: store.memoryVault });

async function found(promises: Promises = {}): Promise<Invariant[]> {
  const violations = await violationsOf(ports(), promises, store.deadline());
  return [...new Set(violations.map(({ invariant }) => invariant))];
}

async function rewrite(id: string, change: Partial<TokenRow>): Promise<void> {
  const row = await store.rowOf(id);
  const rows = [{ row: { ...row, ...change }, expected: { revision: row.revision } }];
  await store.memoryIndex.commit({ rows, keyRows: [] }, store.deadline());
}

const saved = (...anyOf: TokenJson[]): Promises => ({ saved: new Map([[ann, { anyOf }]]) });

test('nothing is wrong with a store that was left alone', async () => {
  const takes = (refreshToken: string) => refreshToken === 'ann-refresh';
  expect(await found({ ...saved(token), gone: [], grants: new Map([[ann, takes]]) })).toEqual([]);
  expect(await orphansOf(ports(), store.deadline())).toEqual([]);
});

describe('a save that was acknowledged', () => {
  test.each<[string, TokenJson]>([
    ['another value', { apiDomain: 'https://www.zohoapis.in' }],
    ['an access token that nobody minted', { accessToken: 'stranger' }],
    ['a field more', { redirectUrl: 'https://app' }],
  ])('is lost with %s', async (_what, change) => {
    await store.container().save({ ...token, ...change });
    expect(await found(saved(token))).toEqual(['save-lost']);
    expect(await found(saved({ ...token, ...change }))).toEqual([]);
    expect(await found(saved(token, { ...token, ...change }))).toEqual([]);
  });

  test('may have been refreshed since', async () => {
    await store.container().save({ ...token, accessToken: 'minted', expiresAt: 1 });
    const isMinted = (field: string, value: string) =>
      field === 'accessToken' && value === 'minted';
    const both = { saved: new Map([[ann, { anyOf: [token], isMinted }]]) };
    expect(await found(both)).toEqual([]);
    await store.container().save({ ...token, refreshToken: 'minted' });
    expect(await found(both)).toEqual(['save-lost']);
  });

  test('is lost where a key does not lead to it', async () => {
    await store.setEntries(await store.keyOf(ann, 'user'), []);
    expect(await found(saved(token))).toEqual(['missing-key', 'save-lost']);
  });

  test('is lost where its id does not', async () => {
    await store.container().delete(ann);
    expect(await found(saved(token))).toEqual(['save-lost']);
  });
});

test('a user has two tokens of a client', async () => {
  await rewrite(bob, { userName: 'ann' });
  expect(await found()).toEqual(['duplicate', 'pin-broken']);
});

test.each<[string, () => Promise<void>]>([
  ['to nothing', async () => store.memoryIndex.removeRow(ann)],
  ['to a tombstone', () => rewrite(ann, { state: 'deleted' })],
  ['to a token of another client', () => rewrite(ann, { clientId: 'D' })],
])('a key leads %s', async (_where, damage) => {
  await damage();
  expect(await found()).toContain('stray-key');
});

test.each<[string, () => Promise<void>]>([
  ['is gone', async () => store.memoryVault.purge((await store.rowOf(ann)).secretArn)],
  ["is another token's", async () => rewrite(ann, pinOf(await store.rowOf(bob)))],
  ['is one that was never written', () => rewrite(ann, { versionId: 'v' })],
  ['has another expiry than the row', () => rewrite(ann, { expiresAtMs: 1 })],
  ['is ahead of its row', () => rewrite(ann, { revision: 0 })],
])('a pinned version %s', async (_what, damage) => {
  await damage();
  expect(await found()).toEqual(['pin-broken']);
});

const pinOf = ({ secretArn, versionId }: TokenRow) => ({ secretArn, versionId });

test('what is gone is found', async () => {
  expect(await found({ gone: [ann] })).toEqual(['gone-found']);
  await store.container().deleteAll();
  expect(await found({ gone: [ann, bob] })).toEqual([]);
});

test('the store has another refresh token than the provider', async () => {
  const takes = (refreshToken: string) => refreshToken === 'rotated';
  expect(await found({ grants: new Map([[ann, takes]]) })).toEqual(['grant-lost']);
});

describe('after the housekeeper', () => {
  const orphans = async () =>
    (await orphansOf(ports(), store.deadline())).map(({ id, detail }) => [id, detail]);

  test('a secret is left that nobody names', async () => {
    const content = { id: 'f'.repeat(32), revision: 1, token: {} };
    const { secretArn } = await store.memoryVault.create(content, {}, store.deadline());
    expect(await orphans()).toEqual([[content.id, `nobody names secret ${secretArn}`]]);
  });

  test("a living token's secret is in deletion", async () => {
    await store.deleteSecretByHand(ann);
    expect(await orphans()).toEqual([[ann, 'its secret is in deletion']]);
  });

  test('a logged-out token is not buried', async () => {
    await store.container().deleteAll();
    expect(await orphans()).toContainEqual([ann, 'logged out, not buried']);
    store.clock.advance(2 * HOUR_MS);
    await store.housekeep('repair');
    expect(await orphans()).toEqual([]);
  });
});
