/**
 * Many secrets without a row: the table was restored to an earlier time, and their tokens were
 * acknowledged since. Nothing of them goes unless somebody says so.
 */
import { tokenFromJson } from '../../../../lib/token.ts';
import { counted, DAY_MS, HousekeptStore } from '../../../support/core/housekept-store.ts';

/** From then on a secret without a row is litter, if there are not too many. */
const LITTER_MS = 7 * DAY_MS;

/** A store of so many secrets, of which those at `orphans` have no row. */
async function storeWith(secrets: number, orphans: (at: number) => boolean) {
  const store = new HousekeptStore();
  for (let at = 0; at < secrets; at += 1) {
    const id = at.toString(16).padStart(32, 'f');
    if (!orphans(at)) await store.save(`user-${at}`);
    else {
      const content = { id, revision: 1, token: tokenFromJson({ accessToken: id }) };
      await store.memoryVault.create(content, {}, store.deadline());
    }
  }
  store.clock.advance(LITTER_MS);
  return store;
}

test('ten are let go, of however few', async () => {
  const store = await storeWith(15, (at) => at < 10);
  const { repaired, looksRestored } = await store.housekeep('repair');
  expect(counted(repaired)).toEqual({ 'orphan-secret': 10 });
  expect(looksRestored).toBe(false);
  expect(await store.damaged()).toEqual([]);
});

describe('eleven of a hundred', () => {
  const eleven = () => storeWith(100, (at) => at % 9 === 4);

  test('are reported and left alone, and keys are mended', async () => {
    const store = await eleven();
    const id = await store.save('ann');
    await store.setEntries(await store.keyOf(id, 'user'), []);
    const report = await store.housekeep('repair', {}, { pageSize: 100 });
    expect(counted(report.findings)).toEqual({ 'orphan-secret': 11, 'missing-key': 1 });
    expect(counted(report.repaired)).toEqual({ 'missing-key': 1 });
    expect(report.looksRestored).toBe(true);
  });

  test('are reported as too many without a repair', async () => {
    const store = await eleven();
    expect(await store.housekeep('report')).toMatchObject({ looksRestored: true });
  });

  test('go where somebody says so', async () => {
    const store = await eleven();
    const report = await store.housekeep('repair', { force: true });
    expect(counted(report.repaired)).toEqual({ 'orphan-secret': 11 });
    expect(counted((await store.housekeep('report')).findings)).toEqual({});
    expect(await store.damaged()).toEqual([]);
  });

  test('are too many page by page: at most ten are let go before it shows', async () => {
    const store = await eleven();
    const report = await store.housekeep('repair', {}, { pageSize: 9 });
    expect(counted(report.repaired)).toEqual({ 'orphan-secret': 10 });
    expect(report.looksRestored).toBe(true);
  });
});

test('eleven of three hundred are litter', async () => {
  const store = await storeWith(300, (at) => at >= 289);
  const report = await store.housekeep('repair', {}, { pageSize: 100 });
  expect(counted(report.repaired)).toEqual({ 'orphan-secret': 11 });
  expect(report.looksRestored).toBe(false);
});

test('once they were too many, they stay so to the end of the run', async () => {
  const store = await storeWith(700, (at) => at < 20 || at >= 690);
  const report = await store.housekeep('repair', {}, { pageSize: 100 });
  expect(report.findings['orphan-secret']).toBe(30);
  expect(report.repaired['orphan-secret']).toBe(0);
});

test('also over a stop', async () => {
  const store = await storeWith(60, (at) => at < 15);
  let progress = (
    await store.housekeeper({ pageSize: 20 }).run({ mode: 'repair' }, store.deadline(9_999))
  ).progress;
  for (let run = 0; run < 5 && progress.phase !== 'done'; run += 1) {
    const housekeeper = store.housekeeper({ pageSize: 20 });
    ({ progress } = await housekeeper.run({ mode: 'repair', progress }, store.deadline()));
  }
  expect(progress.report.repaired['orphan-secret']).toBe(0);
  expect(progress.report.findings['orphan-secret']).toBe(15);
});
