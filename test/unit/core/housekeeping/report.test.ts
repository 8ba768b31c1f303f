/** What the housekeeper reports: ids and no more, and what AWS refused to mend. Pages are read once. */
import {
  counted,
  HOUR_MS,
  HousekeptStore,
  storeOfSomeDays,
} from '../../../support/core/housekept-store.ts';

test('a page of a hundred is read whole: nothing of it is looked at twice', async () => {
  const store = new HousekeptStore();
  for (let n = 0; n < 100; n += 1) await store.save(`user-${n}`);
  store.clock.advance(HOUR_MS);
  const before = store.index.count('read');
  await store.housekeep('report', {}, { pageSize: 100 });
  expect(store.vault.count('inspect')).toBe(0);
  expect(store.index.count('read') - before).toBeLessThanOrEqual(2 + 4 * 5);
});

describe('the report', () => {
  test('names tokens, the first fifty, and nothing that a token can be known by', async () => {
    const store = new HousekeptStore();
    for (let n = 0; n < 60; n += 1) await store.save(`user-${n}`);
    await store.container().deleteAll();
    await store.setEntries('access#canary', [{ id: 'a'.repeat(32) }]);
    const report = await store.housekeep('report');
    expect(report.findings['logged-out-token']).toBe(60);
    expect(report.examples).toHaveLength(50);
    expect(report.examples.every(({ id }) => /^[0-9a-f]{32}$/.test(id))).toBe(true);
    const { keyRows } = await store.everything();
    const text = JSON.stringify(report);
    for (const { key } of keyRows) expect(text).not.toContain(key.split('#')[1]);
    expect(text).not.toContain('user-');
  });

  test('counts what AWS refuses to mend, and the rest is mended all the same', async () => {
    const { store, bob, cid } = await storeOfSomeDays();
    for (const id of [bob, cid]) {
      store.vault.fail('scheduleDeletion', new Error('crash'));
      await store
        .container()
        .delete(id)
        .catch(() => undefined);
      store.acknowledged.delete(id);
    }
    store.clock.advance(HOUR_MS);
    store.vault.fail('scheduleDeletion', new Error('AWS refused a call: AccessDeniedException'));
    const report = await store.housekeep('repair');
    expect(report.failed).toBe(1);
    expect(report.failures).toEqual([
      { kind: 'undeleted-secret', id: bob, error: 'AWS refused a call: AccessDeniedException' },
    ]);
    expect(counted(report.repaired)).toEqual({ 'undeleted-secret': 1 });
    expect(await store.secretOf(cid)).toBe('in-deletion');
  });

  test('keeps to itself what a library says of the values it chokes on', async () => {
    const { store, ann } = await storeOfSomeDays();
    await store.deleteSecretByHand(ann);
    store.vault.fail('cancelDeletion', new TypeError('canary is not a secret'));
    const { failures } = await store.housekeep('repair');
    expect(failures).toMatchObject([{ id: ann, error: 'TypeError' }]);
  });
});
