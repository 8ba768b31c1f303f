/**
 * What the core relies on in a TokenIndex, on the memory twin and on DynamoDB: the embedded one,
 * or what AWS_ENDPOINT_URL_DYNAMODB names.
 */
import { systemClock } from '../../../lib/clock.ts';
import type { TokenJson } from '../../../lib/contract.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import { entryOf, keyRowWrites } from '../../../lib/token-index/key-row-writes.ts';
import {
  type KeyRow,
  MAX_COMMIT_ITEMS,
  type TokenIndex,
  type TokenRow,
} from '../../../lib/token-index/token-index.ts';
import { nextRow, restoredRow, supersededRow } from '../../../lib/token-row.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { INDEX_SIDES, newTokenId, type PortSide } from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';
import { rowOf, writingAt } from '../../support/core/tokens.ts';
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

  /** Stores a new token with keys that no other token has. */
  async function stored(fields: TokenJson = {}): Promise<TokenRow> {
    const id = newTokenId();
    const row = rowOf(id, {
      accessToken: `access-${id}`,
      refreshToken: `refresh-${id}`,
      ...fields,
    });
    const keyRows = keyRowWrites(undefined, row, new Map(), () => false);
    expect(await index.commit({ rows: [{ row, expected: 'absent' }], keyRows }, deadline)).toBe(
      'committed',
    );
    return row;
  }

  async function rowNow({ id }: TokenRow): Promise<TokenRow | undefined> {
    return (await index.read({ ids: [id] }, deadline)).rows.get(id);
  }

  /** The row after a change that anybody may make, and the write of it. */
  function change(row: TokenRow) {
    const token = tokenFromJson({ accessToken: `access-${row.id}` });
    const version = { ...row, versionId: 'changed' };
    const after = nextRow(row, token, version, writingAt(START_MS + 1_000));
    const expected = { revision: row.revision };
    return { after, write: { rows: [{ row: after, expected }], keyRows: [] } };
  }

  describe('rows', () => {
    test('what is not there is absent from the answer', async () => {
      const id = newTokenId();
      const { rows, keyRows } = await index.read({ ids: [id], keys: [`user#${id}`] }, deadline);
      expect(rows.size).toBe(0);
      expect(keyRows.size).toBe(0);
    });

    test('every field of a row comes back as it was written', async () => {
      const row = await stored({
        userName: `ann-${newTokenId()}`,
        clientId: 'C',
        grantToken: newTokenId(),
        redirectUrl: 'https://app.example/?env=prod',
        apiDomain: 'https://www.zohoapis.eu',
        provider: 'acme',
        clientSecret: 'secret',
        expiresAt: START_MS,
      });
      expect(row).toMatchObject({ refreshable: true, dueAtMs: expect.any(Number) });
      expect(await rowNow(row)).toEqual(row);
    });

    test('so do those that only a later row has', async () => {
      const row = await stored();
      const noted = {
        ...supersededRow(row, newTokenId(), START_MS, 7 * 86_400_000),
        formerKeys: row.keys,
        refreshedAtMs: START_MS,
        caughtUp: true,
        dispatches: 2,
        refreshRequestedAtMs: 8,
        checkedAtMs: 9,
        writes: { slots: [{ startMs: 5, count: 6 }], allowance: -1.25, allowanceAtMs: 7 },
        failure: {
          ...{ verdict: 'revoked: invalid_code', atMs: 1, count: 2, retryAtMs: 3 },
          refusals: { count: 4, sinceMs: 5 },
        },
      };
      expect(noted).toHaveProperty('announce');
      const write = { row: noted, expected: { revision: 1 } };
      expect(await index.commit({ rows: [write], keyRows: [] }, deadline)).toBe('committed');
      expect(await rowNow(row)).toEqual(noted);

      const back = restoredRow({ ...noted, state: 'deleted' }, 0, START_MS);
      await index.commit(
        { rows: [{ row: back, expected: { revision: 2 } }], keyRows: [] },
        deadline,
      );
      expect(await rowNow(row)).toEqual(back);
      for (const gone of ['purgeAtMs', 'failure', 'announce', 'checkedAtMs']) {
        expect(await rowNow(row)).not.toHaveProperty(gone);
      }
    });

    test('however many rows are named, all that there are come', async () => {
      const rows = await race(130, () => stored());
      const ids = [...rows.map(({ id }) => id), newTokenId()];
      const keys = rows.flatMap((row) => row.keys.slice(0, 1));
      const seen = await index.read({ ids, keys }, deadline);
      expect([...seen.rows.keys()].sort()).toEqual(rows.map(({ id }) => id).sort());
      expect([...seen.keyRows.keys()].sort()).toEqual([...keys].sort());
    });

    test('the same id or key named twice is read once', async () => {
      const { id, keys } = await stored();
      const seen = await index.read({ ids: [id, id], keys: [...keys, ...keys] }, deadline);
      expect(seen.rows.size).toBe(1);
    });
  });

  describe('commit', () => {
    test('a row that exists already is not made again', async () => {
      const row = await stored();
      const again = { row, expected: 'absent' as const };
      expect(await index.commit({ rows: [again], keyRows: [] }, deadline)).toBe('conflict');
    });

    test('a row that changed since it was read is not written', async () => {
      const row = await stored();
      const { after, write } = change(row);
      expect(await index.commit(write, deadline)).toBe('committed');
      expect(await index.commit(write, deadline)).toBe('conflict');
      expect(await rowNow(row)).toEqual(after);
    });

    test('a row that is not there is not written', async () => {
      const { write } = change(rowOf(newTokenId()));
      expect(await index.commit(write, deadline)).toBe('conflict');
    });

    test('all or nothing: one lost expectation of a row or a key undoes the others', async () => {
      const row = await stored();
      const other = await stored();
      const { after, write } = change(row);
      const stale = { row: other, expected: { revision: 7 } };
      const outcomes = [
        await index.commit({ ...write, rows: [...write.rows, stale] }, deadline),
        await index.commit({ ...write, rows: [stale, ...write.rows] }, deadline),
        await index.commit(
          { ...write, keyRows: [{ key: `user#${row.id}`, entries: [], expected: [entryOf(row)] }] },
          deadline,
        ),
      ];
      expect(outcomes).toEqual(['conflict', 'conflict', 'conflict']);
      expect(await rowNow(row)).toEqual(row);
      expect(await rowNow(other)).toEqual(other);
      expect(await index.commit(write, deadline)).toBe('committed');
      expect(await rowNow(row)).toEqual(after);
    });

    test('more items than a transaction takes are refused, not written in part', async () => {
      const ids = Array.from({ length: MAX_COMMIT_ITEMS + 1 }, newTokenId);
      const rows = ids.map((id) => ({ row: rowOf(id), expected: 'absent' as const }));
      await expect(index.commit({ rows, keyRows: [] }, deadline)).rejects.toThrow();
      expect((await index.read({ ids }, deadline)).rows.size).toBe(0);
      const { length: fits } = rows.slice(1);
      expect(await index.commit({ rows: rows.slice(1), keyRows: [] }, deadline)).toBe('committed');
      expect((await index.read({ ids }, deadline)).rows.size).toBe(fits);
    });

    test('of 16 commits of one revision one wins', async () => {
      const row = await stored();
      const outcomes = await race(16, () => index.commit(change(row).write, deadline));
      expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
      expect((await rowNow(row))?.revision).toBe(2);
    });
  });

  describe('key rows', () => {
    const keyNow = async (key: KeyRow['key']) =>
      (await index.read({ keys: [key] }, deadline)).keyRows.get(key)?.entries;

    test('entries keep their order and their clients', async () => {
      const key = `user#${newTokenId()}` as const;
      const entries = [{ id: 'b', clientId: 'Ünïcode "quoted"' }, { id: 'a' }];
      await index.commit({ rows: [], keyRows: [{ key, entries, expected: [] }] }, deadline);
      expect(await keyNow(key)).toEqual(entries);
    });

    test.each([
      ['other entries', [{ id: 'x' }]],
      ['another order', [{ id: 'b' }, { id: 'a' }]],
      ['fewer entries', [{ id: 'a' }]],
      ['another client', [{ id: 'a', clientId: 'C' }, { id: 'b' }]],
      ['none', []],
    ])('expecting %s is a conflict', async (_what, expected) => {
      const key = `user#${newTokenId()}` as const;
      const entries = [{ id: 'a' }, { id: 'b' }];
      await index.commit({ rows: [], keyRows: [{ key, entries, expected: [] }] }, deadline);
      const write = { key, entries: [{ id: 'c' }], expected };
      expect(await index.commit({ rows: [], keyRows: [write] }, deadline)).toBe('conflict');
      expect(await keyNow(key)).toEqual(entries);
    });

    test('a row without entries goes, and a new one may come', async () => {
      const key = `user#${newTokenId()}` as const;
      const [a, b] = [[{ id: 'a' }], [{ id: 'b' }]];
      await index.commit({ rows: [], keyRows: [{ key, entries: a, expected: [] }] }, deadline);
      await index.commit({ rows: [], keyRows: [{ key, entries: [], expected: a }] }, deadline);
      expect(await keyNow(key)).toBeUndefined();
      const back = { key, entries: b, expected: [] };
      expect(await index.commit({ rows: [], keyRows: [back] }, deadline)).toBe('committed');
    });

    test('of 16 tokens that take a key at once one gets it', async () => {
      const key = `user#${newTokenId()}` as const;
      const outcomes = await race(16, (n) =>
        index.commit(
          { rows: [], keyRows: [{ key, entries: [{ id: `${n}` }], expected: [] }] },
          deadline,
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'committed')).toHaveLength(1);
    });
  });

  describe('generations', () => {
    const generation = async () => (await index.read({}, deadline)).generation;

    test('each request begins one, a repeated request none', async () => {
      const before = await generation();
      const request = newTokenId();
      await index.startNextGeneration(request, deadline);
      await index.startNextGeneration(request, deadline);
      expect(await generation()).toBe(before + 1);
      await index.startNextGeneration(newTokenId(), deadline);
      expect(await generation()).toBe(before + 2);
    });

    test('every read after it sees it', async () => {
      await index.startNextGeneration(newTokenId(), deadline);
      const seen = await race(64, generation);
      expect(new Set(seen).size).toBe(1);
    });

    test('4 requests at once are 4 generations', async () => {
      const before = await generation();
      await race(4, () => index.startNextGeneration(newTokenId(), deadline));
      expect(await generation()).toBe(before + 4);
    });
  });
});
