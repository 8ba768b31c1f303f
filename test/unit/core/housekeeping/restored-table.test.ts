/**
 * The housekeeper on a table that was restored to an earlier time, before anybody has recovered it:
 * whatever it does not know of, it lets nothing go and takes nothing back.
 */
import { counted, DAY_MS, HOUR_MS } from '../../../support/core/housekept-store.ts';
import { StruckStore } from '../../../support/core/struck-store.ts';

const WEEK_MS = 7 * DAY_MS;

/** The table is as it was before `since`; from then an hour has passed, and a week. */
async function restoredTo(before: StruckStore, since: () => Promise<unknown>): Promise<void> {
  const copy = before.memoryIndex.snapshot();
  await since();
  before.clock.advance(HOUR_MS);
  before.memoryIndex.restore(copy);
}

async function secretsInDeletion(store: StruckStore): Promise<number> {
  const { secrets } = await store.everything();
  return secrets.filter(({ inDeletion }) => inDeletion).length;
}

test('a user who came since and was refreshed is kept for ever, and is recovered', async () => {
  const store = new StruckStore();
  await restoredTo(store, async () => store.refresh(await store.saveExpiring('ann'), 'ann-2'));
  store.clock.advance(WEEK_MS);
  const report = await store.housekeep('repair');
  expect(counted(report.findings)).toEqual({ 'lost-row': 1 });
  expect(report.looksRestored).toBe(true);
  expect(await secretsInDeletion(store)).toBe(0);
  await store.recover();
  expect(await store.wrong()).toEqual([]);
});

test('a user who came since and was saved once is kept for a week', async () => {
  const store = new StruckStore();
  await restoredTo(store, () => store.save('ann'));
  store.clock.advance(WEEK_MS - 2 * HOUR_MS);
  expect(counted((await store.housekeep('repair')).repaired)).toEqual({});
  expect(await secretsInDeletion(store)).toBe(0);
  await store.recover();
  expect(await store.wrong()).toEqual([]);
});

test('a token that was changed and deleted since is not brought back', async () => {
  const store = new StruckStore();
  const id = await store.save('ann');
  await restoredTo(store, async () => {
    await store.change(id, { redirectUrl: 'https://app.example' });
    await store.remove(id);
  });
  const { findings, repaired } = await store.housekeep('repair');
  expect(counted(findings)).toEqual({ 'secret-in-deletion': 1 });
  expect(counted(repaired)).toEqual({});
  await store.recover();
  expect(await store.wrong()).toEqual([]);
});

test.each([
  ['lost', async (store: StruckStore) => store.refresh(await store.saveExpiring('eve'), 'eve-2')],
  [
    'behind',
    async (store: StruckStore, bob: string) => {
      await store.change(bob, { redirectUrl: 'https://app.example' });
      await store.change(bob, { redirectUrl: 'https://other.example' });
    },
  ],
])('where another row is %s, not even one that was only deleted', async (_how, other) => {
  const store = new StruckStore();
  const ann = await store.save('ann');
  const bob = await store.save('bob');
  await restoredTo(store, async () => {
    await store.remove(ann);
    await other(store, bob);
  });
  store.clock.advance(HOUR_MS);
  const report = await store.housekeep('repair');
  expect(counted(report.repaired)).toEqual({});
  expect(await secretsInDeletion(store)).toBe(1);
  await store.recover();
  expect(await store.wrong()).toEqual([]);
  // And then the housekeeper is itself again.
  const after = await store.housekeep('repair');
  expect(after.looksRestored).toBe(false);
});

test('a token that was restored since is not deleted again, where the table shows its age', async () => {
  const store = new StruckStore();
  const ann = await store.save('ann');
  const token = store.acknowledged.get(ann) ?? {};
  const bob = await store.save('bob');
  await store.remove(ann);
  store.clock.advance(HOUR_MS);
  await restoredTo(store, async () => {
    await store.container().restore({ id: ann });
    store.deleted.length = 0;
    store.acknowledged.set(ann, token);
    await store.change(bob, { redirectUrl: 'https://app.example' });
    await store.change(bob, { redirectUrl: 'https://other.example' });
  });
  store.clock.advance(HOUR_MS);
  expect(counted((await store.housekeep('repair')).repaired)).toEqual({});
  expect(await secretsInDeletion(store)).toBe(0);
});

test('an operator may say all the same that what has no row goes', async () => {
  const store = new StruckStore();
  await restoredTo(store, async () => {
    await store.save('ann');
    await store.refresh(await store.saveExpiring('bob'), 'bob-2');
  });
  const { repaired } = await store.housekeep('repair', { force: true });
  expect(counted(repaired)).toEqual({ 'lost-row': 1, 'orphan-secret': 1 });
  expect(await secretsInDeletion(store)).toBe(2);
});

describe('a table that was not restored does not look so', () => {
  test('where a save died before its row', async () => {
    const store = new StruckStore();
    const id = await store.save('ann');
    store.index.fail('commit', new Error('crash'));
    await store
      .container()
      .save({ id, redirectUrl: 'https://app.example' })
      .catch(() => undefined);
    store.clock.advance(2 * HOUR_MS);
    const { findings, looksRestored } = await store.housekeep('repair');
    expect([counted(findings), looksRestored]).toEqual([{}, false]);
  });

  test('where the list of secrets is minutes late', async () => {
    const store = new StruckStore();
    const id = await store.save('ann');
    store.clock.advance(2 * HOUR_MS);
    const late = await store.memoryVault.list({}, store.deadline());
    await store.change(id, { redirectUrl: 'https://app.example' });
    await store.change(id, { redirectUrl: 'https://other.example' });
    store.vault.around('list', async () => late);
    const { findings, looksRestored } = await store.housekeep('repair');
    expect([counted(findings), looksRestored]).toEqual([{}, false]);
  });
});
