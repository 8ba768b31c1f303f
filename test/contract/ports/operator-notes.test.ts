/**
 * What the core relies on in an operator's notes: each stands on the row as it was read or not at
 * all, nobody undoes one unseen, and what comes of a refresh takes them off.
 */
import { systemClock } from '../../../lib/clock.ts';
import type { TokenJson } from '../../../lib/contract.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import { dueShardOf } from '../../../lib/token-index/due-index.ts';
import {
  type Judgement,
  marksOf,
  type RowWrite,
  type TokenRow,
} from '../../../lib/token-index/token-index.ts';
import { deletedRow, nextRow } from '../../../lib/token-row.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import {
  NOTES_SIDES,
  type NotesPorts,
  newTokenId,
  type PortSide,
} from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';
import { rowOf, writingAt } from '../../support/core/tokens.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const NOW_MS = START_MS + 1_000;
const DUE_MS = START_MS + 2_000;
const FAILURE = { verdict: 'outage: x', atMs: START_MS, count: 1, retryAtMs: START_MS + 9_000 };
const LATER = { ...FAILURE, atMs: START_MS + 500, count: 2 };
const JUDGED: Judgement = { failure: LATER, state: 'active', dueAtMs: LATER.retryAtMs };

describe.each(NOTES_SIDES)('%s', (_name, start) => {
  let side: PortSide<NotesPorts>;
  let deadline: Deadline;
  beforeAll(async () => {
    side = await start();
  });
  afterAll(() => side?.close());
  beforeEach(() => {
    deadline = ampleDeadline(systemClock);
  });

  const index = () => side.port.index;
  const notes = () => side.port.notes;
  const rowNow = async ({ id }: TokenRow) =>
    (await index().read({ ids: [id] }, deadline)).rows.get(id);

  async function stored(more: Partial<TokenRow> = {}, fields: TokenJson = {}): Promise<TokenRow> {
    const row = rowOf(newTokenId(), fields, { dueAtMs: START_MS, ...more });
    await write({ row, expected: 'absent' });
    return row;
  }

  const write = (...rows: RowWrite[]) => index().commit({ rows, keyRows: [] }, deadline);
  const request = (row: TokenRow, nowMs = NOW_MS) =>
    notes().requestRefresh({ row, nowMs, dueAtMs: DUE_MS }, deadline);
  const check = (row: TokenRow, nowMs = NOW_MS) => notes().noteChecked({ row, nowMs }, deadline);

  /** The row after a save that brings no credentials, unless it says so. */
  function saved(row: TokenRow, fields: TokenJson = {}): TokenRow {
    const version = { secretArn: row.secretArn, versionId: 'saved' };
    return nextRow(row, tokenFromJson(fields), version, writingAt(NOW_MS));
  }

  async function judge(row: TokenRow, judged: Judgement): Promise<boolean> {
    const lease = await leaseOf(row);
    return index().endLease({ id: row.id, ...lease, revision: row.revision, judged }, deadline);
  }

  async function leaseOf(row: TokenRow): Promise<{ owner: string; fence: number }> {
    const asked = { row, owner: 'worker', nowMs: NOW_MS, untilMs: DUE_MS };
    const taken = await index().acquireLease(asked, deadline);
    if (taken.outcome !== 'acquired') throw new Error('The lease was not to be had.');
    return { owner: 'worker', fence: taken.row.fence };
  }

  describe('a request', () => {
    test('stands in the row, which is due for it, and is no commit', async () => {
      const row = await stored({ dispatches: 2 });
      expect(await request(row)).toBe(true);
      expect(await rowNow(row)).toEqual({
        ...row,
        refreshRequestedAtMs: NOW_MS,
        dueAtMs: DUE_MS,
      });
    });

    test('makes a token due that never was', async () => {
      const { dueAtMs: _never, ...row } = await stored({ state: 'idle' });
      await write({ row: { ...row, revision: 2 }, expected: { revision: 1 } });
      expect(await request({ ...row, revision: 2 })).toBe(true);
      const found = await dueBy(row.id, DUE_MS);
      expect(found.map(({ id }) => id)).toContain(row.id);
    });

    test('of 16 at once one stands', async () => {
      const row = await stored();
      const asked = await race(16, (n) => request(row, NOW_MS + n));
      expect(asked.filter(Boolean)).toHaveLength(1);
    });

    test('is not put off by another', async () => {
      const row = await stored();
      await request(row);
      expect(await request(row, NOW_MS + 5)).toBe(false);
      expect(await rowNow(row)).toMatchObject({ refreshRequestedAtMs: NOW_MS });
    });
  });

  describe('a check', () => {
    test('stands in the row and changes nothing else', async () => {
      const row = await stored({ failure: FAILURE });
      expect(await check(row)).toBe(true);
      expect(await rowNow(row)).toEqual({ ...row, checkedAtMs: NOW_MS });
    });

    test('can be renewed', async () => {
      const row = await stored({ failure: FAILURE, checkedAtMs: START_MS });
      expect(await check(row)).toBe(true);
      expect(await rowNow(row)).toMatchObject({ checkedAtMs: NOW_MS });
    });

    test('of a token without a failure is none', async () => {
      const row = await stored();
      expect(await check(row)).toBe(false);
      expect(await rowNow(row)).toEqual(row);
    });

    test('of a token that failed the same way again meanwhile stands', async () => {
      const row = await stored({ failure: FAILURE });
      await judge(row, JUDGED);
      expect(await check(row)).toBe(true);
      expect(await rowNow(row)).toMatchObject({ checkedAtMs: NOW_MS, failure: LATER });
    });
  });

  describe.each([
    ['a request', request],
    ['a check', check],
  ])('%s', (_what, note) => {
    test.each<[string, (row: TokenRow) => Promise<unknown>]>([
      ['was saved', (row) => write({ row: saved(row), expected: { revision: 1 } })],
      [
        'was deleted',
        (row) => write({ row: deletedRow(row, NOW_MS, 1), expected: { revision: 1 } }),
      ],
      ['was found out', (row) => judge(row, { ...JUDGED, state: 'needs-reauthorization' })],
      [
        'fell idle',
        (row) => side.port.due.settle({ row, dueAtMs: undefined, state: 'idle' }, deadline),
      ],
    ])('of a token that %s since is none', async (_since, change) => {
      const row = await stored({ failure: FAILURE });
      await change(row);
      const before = await rowNow(row);
      expect(await note(row)).toBe(false);
      expect(await rowNow(row)).toEqual(before);
    });

    test('of a tombstone is none', async () => {
      const row = await stored({ failure: FAILURE, state: 'deleted' });
      expect(await note(row)).toBe(false);
      expect(await rowNow(row)).toEqual(row);
    });

    test('of a token that is not there makes none', async () => {
      const row = rowOf(newTokenId(), {}, { failure: FAILURE });
      expect(await note(row)).toBe(false);
      expect(await rowNow(row)).toBeUndefined();
    });

    test('does not keep a worker from its commit, which takes it off', async () => {
      const row = await stored({ failure: FAILURE });
      const lease = await leaseOf(row);
      expect(await note(row)).toBe(true);
      const after = saved(row, { accessToken: 'minted' });
      expect(await write({ row: after, expected: { revision: 1, lease } })).toBe('committed');
      expect(marksOf((await rowNow(row)) as TokenRow)).toEqual({});
    });

    test('is not undone by who had read the row before', async () => {
      const row = await stored({ failure: FAILURE });
      await note(row);
      const before = await rowNow(row);
      const blind = { revision: 1, marks: marksOf(row) };
      expect(await write({ row: saved(row), expected: blind })).toBe('conflict');
      expect(await rowNow(row)).toEqual(before);
    });

    test('goes and stays as who has read it says', async () => {
      const row = await stored({ failure: FAILURE });
      await note(row);
      const noted = (await rowNow(row)) as TokenRow;
      const kept = saved(noted);
      expect(await write({ row: kept, expected: { revision: 1, marks: marksOf(noted) } })).toBe(
        'committed',
      );
      expect(marksOf((await rowNow(row)) as TokenRow)).toEqual(marksOf(noted));
      const gone = saved(kept, { refreshToken: 'new' });
      await write({ row: gone, expected: { revision: 2, marks: marksOf(kept) } });
      expect(marksOf((await rowNow(row)) as TokenRow)).toEqual({});
    });

    test('goes with the token', async () => {
      const row = await stored({ failure: FAILURE });
      await note(row);
      const noted = (await rowNow(row)) as TokenRow;
      await write({ row: deletedRow(noted, NOW_MS, 1), expected: { revision: 1 } });
      expect(marksOf((await rowNow(row)) as TokenRow)).toEqual({});
    });
  });

  describe('a verdict', () => {
    test('takes the request off and leaves the check', async () => {
      const row = await stored({ failure: FAILURE });
      await check(row);
      await request(row);
      expect(await judge(row, JUDGED)).toBe(true);
      expect(marksOf((await rowNow(row)) as TokenRow)).toEqual({ checkedAtMs: NOW_MS });
    });

    test('that condemns the token is one that nobody has looked at', async () => {
      const row = await stored({ failure: FAILURE, checkedAtMs: START_MS });
      const announce = 'needs-reauthorization' as const;
      await judge(row, { ...JUDGED, state: announce, announce });
      expect(marksOf((await rowNow(row)) as TokenRow)).toEqual({});
    });
  });

  test('a look at the row that came before the request does not settle it', async () => {
    const row = await stored();
    await request(row);
    expect(await side.port.due.settle({ row, dueAtMs: NOW_MS + 99_000 }, deadline)).toBe(false);
    expect(await rowNow(row)).toMatchObject({ refreshRequestedAtMs: NOW_MS, dueAtMs: DUE_MS });
    const seen = (await rowNow(row)) as TokenRow;
    expect(await side.port.due.settle({ row: seen, dueAtMs: 7 }, deadline)).toBe(true);
    expect(await rowNow(row)).toMatchObject({ refreshRequestedAtMs: NOW_MS, dueAtMs: 7 });
  });

  /** What the due index shows of the token's shard once it has caught up. */
  async function dueBy(id: string, untilMs: number) {
    for (let looks = 0; ; looks += 1) {
      const asked = { shard: dueShardOf(id), untilMs, limit: 1_000 };
      const found = await side.port.due.due(asked, deadline);
      if (found.some((each) => each.id === id) || looks > 50) return found;
      await systemClock.sleep(100, deadline.signal);
    }
  }
});
