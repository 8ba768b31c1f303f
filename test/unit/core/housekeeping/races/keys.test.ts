/** Saves and deletions between the housekeeper's last look at a key and its repair. */
import { counted } from '../../../../support/core/housekept-store.ts';
import { ann, bob, dryRun, store } from './store-in-order.ts';

describe('a stray key', () => {
  test('that a save gives to its token at that moment stays', async () => {
    const other = await store.save('eve');
    const key = await store.keyOf(other, 'refresh');
    await store.container().delete(other);
    store.acknowledged.delete(other);
    await store.setEntries(key, [{ id: ann, clientId: 'C' }]);
    store.index.at('commit', async () => {
      await store.save('ann', { refreshToken: 'eve-refresh' });
    });
    await store.housekeep('repair');
    expect(await store.entriesOf(key)).toEqual([{ id: ann, clientId: 'C' }]);
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test('that another token takes at that moment leads to that one', async () => {
    const key = await store.keyOf(ann, 'user');
    const entries = await store.entriesOf(key);
    await store.setEntries(key, [{ id: 'f'.repeat(32) }, ...entries]);
    store.index.at('commit', async () => {
      await store.save('ann', { clientId: 'D', refreshToken: 'R', accessToken: 'A' });
    });
    await store.housekeep('repair');
    expect(await store.entriesOf(key)).toHaveLength(2);
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test('is none where a save writes token and key between the reads', async () => {
    store.index.at('scan', () => store.save('ann', { accessToken: 'newer' }), { when: 'after' });
    expect(await dryRun()).toEqual({});
  });
});

describe('a missing key', () => {
  test('of a token that is deleted at that moment stays away', async () => {
    const key = await store.keyOf(ann, 'refresh');
    await store.setEntries(key, []);
    store.acknowledged.delete(ann);
    store.index.at('commit', () => store.container().delete(ann));
    await store.housekeep('repair');
    expect(await store.entriesOf(key)).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test("is the newer token's where the user logs in at that moment", async () => {
    const key = await store.keyOf(bob, 'user');
    await store.setEntries(key, []);
    store.acknowledged.delete(bob);
    let since = '';
    store.index.at('commit', async () => {
      since = await store.save('bob', { refreshToken: 'R', accessToken: 'A' });
    });
    const { findings, repaired } = await store.housekeep('repair');
    expect(counted(findings)).toEqual({ 'conflicting-key': 1 });
    expect(counted(repaired)).toEqual({});
    expect((await store.container().find({ userName: 'bob' }))?.id).toBe(since);
  });
});
