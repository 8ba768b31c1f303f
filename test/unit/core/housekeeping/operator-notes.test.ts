/** What an operator asked for and noted is none of the housekeeper's business, but for tokens that end. */
import { marksOf, type TokenRow } from '../../../../lib/token-index/token-index.ts';
import {
  counted,
  type HousekeptStore,
  storeOfSomeDays,
} from '../../../support/core/housekept-store.ts';

let store: HousekeptStore;
let ann: string;
beforeEach(async () => {
  ({ store, ann } = await storeOfSomeDays());
});

const FAILED = { verdict: 'outage: http-503', count: 1 };

/** A refresh is asked for, and a failure looked at; and what else a test changes of the row. */
async function note(more: Partial<TokenRow> = {}): Promise<TokenRow> {
  const nowMs = store.clock.nowMs();
  const failure = { ...FAILED, atMs: nowMs, retryAtMs: nowMs + 60_000 };
  const marks = { refreshRequestedAtMs: nowMs, checkedAtMs: nowMs };
  const before = await store.rowOf(ann);
  const row = { ...before, dueAtMs: nowMs, failure, ...marks, ...more };
  const write = { row, expected: { revision: before.revision } };
  await store.memoryIndex.commit({ rows: [write], keyRows: [] }, store.deadline());
  return row;
}

test('of a token in order they are no finding, and stay', async () => {
  const row = await note();
  expect(counted((await store.housekeep('repair')).findings)).toEqual({});
  expect(await store.rowOf(ann)).toEqual(row);
});

test('of a token that is due at no time they stay, and the request is taken up', async () => {
  const row = await note({ dueAtMs: undefined } as unknown as Partial<TokenRow>);
  expect(counted((await store.housekeep('repair')).repaired)).toEqual({ 'unscheduled-token': 1 });
  expect(await store.rowOf(ann)).toEqual({ ...row, dueAtMs: store.clock.nowMs() });
  expect(await store.worker().refresh(ann)).toBe('backing-off');
  store.clock.advance(60_000);
  expect(await store.worker().refresh(ann)).toBe('refreshed');
});

test('of a token that is asked about just then the request stands', async () => {
  const { refreshRequestedAtMs: _none, ...row } = await note();
  const { dueAtMs: _never, ...unscheduled } = row;
  const write = {
    row: { ...unscheduled, revision: row.revision + 1 },
    expected: { revision: row.revision },
  };
  await store.memoryIndex.commit({ rows: [write], keyRows: [] }, store.deadline());
  const asked = { nowMs: store.clock.nowMs(), dueAtMs: store.clock.nowMs() + 5 };
  store.due.at('settle', async () => {
    const seen = await store.rowOf(ann);
    await store.notes.port.requestRefresh({ row: seen, ...asked }, store.deadline());
  });
  await store.housekeep('repair');
  expect(await store.rowOf(ann)).toMatchObject({
    refreshRequestedAtMs: asked.nowMs,
    dueAtMs: asked.dueAtMs,
  });
});

test('of a token that was logged out they are over', async () => {
  await note();
  await store.container().deleteAll();
  await store.housekeep('repair');
  expect(await store.rowOf(ann)).toMatchObject({ state: 'logged-out' });
  expect(marksOf(await store.rowOf(ann))).toEqual({});
});

test('of a token whose secret is gone they are over: that is another matter', async () => {
  await note();
  store.clock.advance(2 * 86_400_000);
  store.memoryVault.purge(await store.deleteSecretByHand(ann));
  await store.housekeep('repair');
  expect(await store.rowOf(ann)).toMatchObject({ state: 'needs-reauthorization' });
  expect(marksOf(await store.rowOf(ann))).toEqual({});
});
