/** Rows that were written before there was a scheduled refresh: they lack what it keeps. */
import {
  keyOf,
  tokenAttributes,
  tokenPartition,
  tokenRow,
} from '../../../../lib/token-index/dynamodb-items.ts';
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { MemoryStore } from '../../../support/core/memory-store.ts';
import { rowOf, tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

const ADDED = ['refreshable', 'usedAtMs', 'writes', 'dueShard', 'dueAtMs'];

/** The item as it was written then. */
function olderItem(json = tokenOf('ann')) {
  const attributes = Object.entries(tokenAttributes(rowOf('id', json)));
  const kept = attributes.filter(([name, value]) => value !== undefined && !ADDED.includes(name));
  return { ...keyOf(tokenPartition('id')), ...Object.fromEntries(kept) } as Parameters<
    typeof tokenRow
  >[0];
}

test('are read as used when they were written, and never due', () => {
  const row = tokenRow(olderItem());
  expect(row).toMatchObject({ usedAtMs: START_MS, refreshable: true });
  expect(row).not.toHaveProperty('dueAtMs');
});

test('without a refresh token are not taken to be refreshable', () => {
  const { refreshToken: _none, ...json } = tokenOf('ann');
  expect(tokenRow(olderItem(json)).refreshable).toBe(false);
});

test('one that lacks a client secret is not due any more once a worker has seen it', async () => {
  const store = new MemoryStore();
  const { clientSecret: _none, ...json } = tokenOf('ann', { expiresAt: START_MS - 1 });
  const { id } = await store.container().save(json);
  const row = await store.row(id);
  if (row === undefined) throw new Error('It was not saved.');
  const taken = { ...row, revision: row.revision, refreshable: true, dueAtMs: START_MS };
  const deadline = ampleDeadline(store.clock);
  await store.index.port.commit(
    { rows: [{ row: taken, expected: { revision: row.revision } }], keyRows: [] },
    deadline,
  );

  expect(await store.worker().refresh(id)).toBe('cannot-refresh');

  expect(await store.row(id)).not.toHaveProperty('dueAtMs');
  expect(store.scripted.refreshes).toEqual([]);
});
