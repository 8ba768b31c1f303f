/**
 * What the housekeeper relies on in a TokenIndex, beside what the operations do: scans of
 * everything, and commits that rely on rows which they do not write.
 */
import { systemClock } from '../../../lib/clock.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import { keyRowWrites } from '../../../lib/token-index/key-row-writes.ts';
import type { LookupKey } from '../../../lib/token-index/lookup-key.ts';
import type { KeyRow, TokenIndex, TokenRow } from '../../../lib/token-index/token-index.ts';
import { loggedOutRow, secretGoneRow } from '../../../lib/token-row.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { INDEX_SIDES, newTokenId, type PortSide } from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';
import { rowOf } from '../../support/core/tokens.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

describe.each(INDEX_SIDES)('%s', (_name, start) => {
  let side: PortSide<TokenIndex>;
  let index: TokenIndex;
  let deadline: Deadline;
  beforeAll(async () => {
    side = await start();
    index = side.port;
  });
  afterAll(() => side?.close());
  beforeEach(() => {
    deadline = ampleDeadline(systemClock);
  });

  /** Stores a new token with two keys that no other token has. */
  async function stored(): Promise<TokenRow> {
    const id = newTokenId();
    const row = rowOf(id, { accessToken: `access-${id}`, refreshToken: `refresh-${id}` });
    const keyRows = keyRowWrites(undefined, row, new Map(), () => false);
    await index.commit({ rows: [{ row, expected: 'absent' }], keyRows }, deadline);
    return row;
  }

  async function rowNow({ id }: TokenRow): Promise<TokenRow | undefined> {
    return (await index.read({ ids: [id] }, deadline)).rows.get(id);
  }

  describe('a commit that relies on a row', () => {
    const key = (): LookupKey => `user#${newTokenId()}`;
    const entries = [{ id: 'a' }];
    const entriesNow = async (of: LookupKey) =>
      (await index.read({ keys: [of] }, deadline)).keyRows.get(of)?.entries;

    test('is made where the row is as it was read, and leaves it so', async () => {
      const row = await stored();
      const of = key();
      const checks = [{ id: row.id, expected: { revision: row.revision } }];
      const keyRows = [{ key: of, entries, expected: [] }];
      expect(await index.commit({ rows: [], keyRows, checks }, deadline)).toBe('committed');
      expect(await entriesNow(of)).toEqual(entries);
      expect(await rowNow(row)).toEqual(row);
    });

    test('is made where the row is absent as expected, and makes none', async () => {
      const id = newTokenId();
      const of = key();
      const write = { rows: [], keyRows: [{ key: of, entries, expected: [] }] };
      const checks = [{ id, expected: 'absent' as const }];
      expect(await index.commit({ ...write, checks }, deadline)).toBe('committed');
      expect((await index.read({ ids: [id] }, deadline)).rows.size).toBe(0);
    });

    test.each<[string, (row: TokenRow) => Parameters<TokenIndex['commit']>[0]['checks']]>([
      ['has another revision', ({ id }) => [{ id, expected: { revision: 2 } }]],
      ['is there', ({ id }) => [{ id, expected: 'absent' }]],
      ['is not there', () => [{ id: newTokenId(), expected: { revision: 1 } }]],
      [
        'is one of two that are not as expected',
        ({ id }) => [
          { id, expected: { revision: 1 } },
          { id: newTokenId(), expected: { revision: 1 } },
        ],
      ],
    ])('is a conflict where it %s', async (_what, checksOf) => {
      const row = await stored();
      const of = key();
      const checks = checksOf(row) ?? [];
      const keyRows = [{ key: of, entries, expected: [] }];
      expect(await index.commit({ rows: [], keyRows, checks }, deadline)).toBe('conflict');
      expect(await entriesNow(of)).toBeUndefined();
    });

    test('does not meet a save of that row: one of the two is made', async () => {
      for (let round = 0; round < 5; round += 1) {
        const row = await stored();
        const of = key();
        const outcomes = await Promise.all([
          index.commit(
            {
              rows: [{ row: { ...row, revision: 2 }, expected: { revision: 1 } }],
              keyRows: [{ key: of, entries: [{ id: 'save' }], expected: [] }],
            },
            deadline,
          ),
          index.commit(
            {
              rows: [],
              keyRows: [{ key: of, entries: [{ id: 'repair' }], expected: [] }],
              checks: [{ id: row.id, expected: { revision: 1 } }],
            },
            deadline,
          ),
        ]);
        expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
      }
    });
  });

  test.each<[string, (row: TokenRow) => TokenRow]>([
    ['of a logged-out token', (row) => loggedOutRow(row, START_MS, 86_400_000)],
    ['of a token whose secret is gone', (row) => secretGoneRow(row, START_MS)],
  ])('the row %s comes back as it was written', async (_what, changed) => {
    const row = await stored();
    const write = { row: changed(row), expected: { revision: 1 } };
    await index.commit({ rows: [write], keyRows: [] }, deadline);
    expect(await rowNow(row)).toEqual(changed(row));
  });

  describe('a commit that relies on there being no lease since', () => {
    const untilMs = START_MS + 60_000;
    const lease = (row: TokenRow, owner: string) =>
      index.acquireLease({ row, owner, nowMs: START_MS, untilMs }, deadline);
    const bury = (row: TokenRow, fence: number) => {
      const expected = { revision: row.revision, fence };
      const write = { row: loggedOutRow(row, START_MS, 86_400_000), expected };
      return index.commit({ rows: [write], keyRows: [] }, deadline);
    };

    test.each([0, 1])('is written where there was none since fence %d', async (fence) => {
      const row = await stored();
      if (fence === 1) await lease(row, 'A');
      expect(await bury(row, fence)).toBe('committed');
    });

    test.each([0, 1])('is refused where there was one since fence %d', async (fence) => {
      const row = await stored();
      if (fence === 1) await lease(row, 'A');
      await lease(row, 'A');
      expect(await bury(row, fence)).toBe('conflict');
    });
  });

  describe('scans', () => {
    type Between = (keyRows: readonly KeyRow[]) => Promise<unknown>;

    async function scanned(limit: number, between: Between = async () => {}) {
      const ids: string[] = [];
      const keys: LookupKey[] = [];
      let cursor: string | undefined;
      do {
        const page = await index.scan({ limit, ...(cursor && { cursor }) }, deadline);
        expect(page.rows.length + page.keyRows.length).toBeLessThanOrEqual(limit);
        ids.push(...page.rows.map(({ id }) => id));
        keys.push(...page.keyRows.map(({ key }) => key));
        cursor = page.cursor;
        await between(page.keyRows);
      } while (cursor !== undefined);
      return { ids, keys };
    }

    test.each([1, 7, 100])('in pages of %d hold every row and key row once', async (limit) => {
      await index.startNextGeneration(newTokenId(), deadline);
      const rows = await race(5, stored);
      const { ids, keys } = await scanned(limit);
      expect(new Set(ids).size).toBe(ids.length);
      expect(new Set(keys).size).toBe(keys.length);
      expect(ids).toEqual(expect.arrayContaining(rows.map(({ id }) => id)));
      expect(keys).toEqual(expect.arrayContaining(rows.flatMap((row) => row.keys)));
    });

    test('show rows and key rows whole, and the generation', async () => {
      const row = await stored();
      const { generation, rows, keyRows } = await index.scan({ limit: 1_000 }, deadline);
      expect(rows.find(({ id }) => id === row.id)).toEqual(row);
      for (const key of row.keys) {
        expect(keyRows).toContainEqual({ key, entries: [{ id: row.id }] });
      }
      expect(generation).toBe((await index.read({}, deadline)).generation);
    });

    test('go on behind a key row that has gone since', async () => {
      const rows = await race(5, stored);
      const { ids } = await scanned(1, async ([seen]) => {
        if (seen === undefined) return;
        const keyRows = [{ key: seen.key, entries: [], expected: seen.entries }];
        await index.commit({ rows: [], keyRows }, deadline);
      });
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(rows.map(({ id }) => id)));
    });
  });
});
