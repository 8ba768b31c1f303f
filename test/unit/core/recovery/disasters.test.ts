/** Disasters, and what is found after a recovery: all that was acknowledged, and nothing deleted. */
import { counted, HOUR_MS } from '../../../support/core/housekept-store.ts';
import { type Disaster, disasters, StruckStore } from '../../../support/core/struck-store.ts';

async function struck({ strike }: Disaster): Promise<StruckStore> {
  const store = new StruckStore();
  await strike(store);
  return store;
}

const notLevel = (counts: Readonly<Record<string, number>>) =>
  Object.fromEntries(Object.entries(counts).filter(([kind, n]) => n > 0 && kind !== 'level'));

describe.each(disasters)('%s', (_what, disaster) => {
  test('loses tokens', async () => {
    expect(await (await struck(disaster)).wrong()).not.toEqual([]);
  });

  test('is told and not touched by a report', async () => {
    const store = await struck(disaster);
    const before = await store.everything();
    const report = await store.recover('report');
    expect(notLevel(report.counts)).toEqual(disaster.tells ?? disaster.finds);
    expect(await store.everything()).toEqual(before);
  });

  test('is undone: every token under its id and its keys, and the deleted stay deleted', async () => {
    const store = await struck(disaster);
    const report = await store.recover();
    expect(notLevel(report.counts)).toEqual(disaster.finds);
    expect(report).toMatchObject({ failed: 0, failures: [] });
    expect(await store.wrong()).toEqual([]);
  });

  test('leaves nothing to recover, nor writes anything a second time', async () => {
    const store = await struck(disaster);
    await store.recover();
    const before = await store.everything();
    expect(notLevel((await store.recover()).counts)).toEqual({});
    expect(await store.everything()).toEqual(before);
  });

  test('the housekeeper then agrees with it, and after it all is still there', async () => {
    const store = await struck(disaster);
    await store.recover();
    store.clock.advance(8 * 24 * HOUR_MS);
    await store.housekeep('repair');
    expect(counted((await store.housekeep('report')).findings)).toEqual({});
    expect(await store.wrong()).toEqual([]);
  });

  test('tokens are saved, refreshed and deleted as ever after', async () => {
    const store = await struck(disaster);
    await store.recover();
    for (const [id, { userName }] of [...store.acknowledged]) {
      await store.change(id, { accessToken: `${userName}-after`, expiresAt: 0 });
      await store.refresh(id, `${userName}-later`);
    }
    expect(await store.wrong()).toEqual([]);
    for (const id of [...store.acknowledged.keys()]) await store.remove(id);
    expect(await store.wrong()).toEqual([]);
  });

  test('what was deleted cannot be saved under its id', async () => {
    const store = await struck(disaster);
    await store.recover();
    expect(store.deleted.length).toBeGreaterThan(0);
    for (const id of store.deleted) {
      const save = store.container().save({ id, userName: 'cid', accessToken: 'under way' });
      await expect(save).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
    }
  });
});
