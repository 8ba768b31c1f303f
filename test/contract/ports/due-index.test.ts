/**
 * What the core relies on in a DueIndex, on the memory twin and on DynamoDB: the embedded one, or
 * what AWS_ENDPOINT_URL_DYNAMODB names. There the index may lag: what it shows is waited for.
 */
import { systemClock } from '../../../lib/clock.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import { type DueToken, dueShardOf } from '../../../lib/token-index/due-index.ts';
import type { Judgement, TokenRow } from '../../../lib/token-index/token-index.ts';
import { deletedRow, nextRow } from '../../../lib/token-row.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import {
  DUE_SIDES,
  type DuePorts,
  newTokenId,
  type PortSide,
} from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';
import { rowOf, writingAt } from '../../support/core/tokens.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

/** Past what an index lags, as good as always. */
const PATIENCE_MS = 5_000;
const LATER_MS = START_MS + 1_000;
const FAILURE = { verdict: 'outage: x', atMs: START_MS, count: 1, retryAtMs: LATER_MS };

describe.each(DUE_SIDES)('%s', (_name, start) => {
  let side: PortSide<DuePorts>;
  let deadline: Deadline;
  beforeEach(async () => {
    side = await start();
    deadline = ampleDeadline(systemClock);
  });
  afterEach(() => side?.close());

  const index = () => side.port.index;
  const due = () => side.port.due;
  /** All of one shard. */
  const newId = () => `${newTokenId().slice(0, -1)}0`;
  const shard = dueShardOf(newId());
  const rowNow = async ({ id }: { readonly id: string }) =>
    (await index().read({ ids: [id] }, deadline)).rows.get(id);

  async function stored(more: Partial<TokenRow> = {}): Promise<TokenRow> {
    const row = rowOf(newId(), {}, { dueAtMs: START_MS, ...more });
    await index().commit({ rows: [{ row, expected: 'absent' }], keyRows: [] }, deadline);
    return row;
  }

  const ask = (untilMs = START_MS, limit = 100) => due().due({ shard, untilMs, limit }, deadline);

  /** What is due, once the index has caught up. */
  async function expectDue(expected: readonly DueToken[], untilMs = START_MS): Promise<void> {
    const patienceMs = side.emulator === 'memory' ? 0 : PATIENCE_MS;
    const untilGivingUpMs = Date.now() + patienceMs;
    let found = await ask(untilMs);
    while (JSON.stringify(found) !== JSON.stringify(expected) && Date.now() < untilGivingUpMs) {
      await systemClock.sleep(100, deadline.signal);
      found = await ask(untilMs);
    }
    expect(found).toEqual(expected);
  }

  const dueToken = ({ id }: TokenRow, dueAtMs = START_MS, dispatches = 0) => {
    return { id, dueAtMs, dispatches };
  };

  /** Somebody's save, which says that the token is due then. */
  async function save(row: TokenRow, more: Partial<TokenRow> = {}): Promise<TokenRow> {
    const version = { secretArn: row.secretArn, versionId: 'saved' };
    const after = { ...nextRow(row, tokenFromJson({}), version, writingAt(START_MS)), ...more };
    const write = { row: after, expected: { revision: row.revision } };
    expect(await index().commit({ rows: [write], keyRows: [] }, deadline)).toBe('committed');
    return after;
  }

  /** A worker's refresh that fails, which leaves the revision as it is. */
  async function judge(row: TokenRow, more: Partial<Judgement> = {}): Promise<void> {
    const request = { row, owner: 'judge', nowMs: START_MS, untilMs: LATER_MS };
    const taken = await index().acquireLease(request, deadline);
    if (taken.outcome !== 'acquired') throw new Error('The lease was not to be had.');
    const judged = { failure: FAILURE, state: row.state, dueAtMs: LATER_MS, ...more };
    const { id, revision } = row;
    const lease = { owner: 'judge', fence: taken.row.fence };
    expect(await index().endLease({ id, ...lease, revision, judged }, deadline)).toBe(true);
  }

  describe('what is due', () => {
    test('is the tokens of a shard, the longest due first, up to that time', async () => {
      const times = [5, -3, 0, 1, -1_000_000].map((ms) => START_MS + ms);
      const rows = await race(5, (n) => stored({ dueAtMs: times[n] ?? 0 }));
      const expected = [4, 1, 2].map((n) => dueToken(rows[n] as TokenRow, times[n]));
      await expectDue(expected);
      await expectDue([...expected, dueToken(rows[3] as TokenRow, START_MS + 1)], START_MS + 4);
    });

    test('is in the order of numbers, not of their digits', async () => {
      const rows = await race(3, (n) => stored({ dueAtMs: [1_000, 999, 88][n] ?? 0 }));
      const [a, b, c] = rows as [TokenRow, TokenRow, TokenRow];
      await expectDue([dueToken(c, 88), dueToken(b, 999), dueToken(a, 1_000)]);
    });

    test('is at most as many as asked for', async () => {
      const rows = await race(7, (n) => stored({ dueAtMs: n }));
      await expectDue(rows.map((row, n) => dueToken(row, n)));
      expect((await ask(START_MS, 3)).map(({ id }) => id)).toEqual(
        rows.slice(0, 3).map(({ id }) => id),
      );
    });

    test('is nothing where no token has a due time', async () => {
      const row = rowOf(newId());
      expect(row).not.toHaveProperty('dueAtMs');
      await index().commit({ rows: [{ row, expected: 'absent' }], keyRows: [] }, deadline);
      await expectDue([], Number.MAX_SAFE_INTEGER);
    });

    test('follows every write of the row', async () => {
      const row = await stored();
      await expectDue([dueToken(row)]);
      const saved = await save(row, { dueAtMs: START_MS - 5 });
      await expectDue([dueToken(row, START_MS - 5)]);
      await judge(saved);
      await expectDue([]);
      await expectDue([dueToken(row, LATER_MS)], LATER_MS);
      const { dueAtMs: _never, ...neverDue } = deletedRow(saved, START_MS, 1);
      const write = { row: neverDue, expected: { revision: saved.revision } };
      await index().commit({ rows: [write], keyRows: [] }, deadline);
      await expectDue([], Number.MAX_SAFE_INTEGER);
    });

    test('counts what was dispatched in vain', async () => {
      const row = await stored({ dispatches: 3 });
      await expectDue([dueToken(row, START_MS, 3)]);
    });
  });

  describe('a claim', () => {
    test('moves the due time, counts, and changes nothing else', async () => {
      const row = await stored();
      expect(await due().claim(dueToken(row), LATER_MS, deadline)).toBe(true);
      expect(await rowNow(row)).toEqual({ ...row, dueAtMs: LATER_MS, dispatches: 1 });
      await expectDue([]);
      await expectDue([dueToken(row, LATER_MS, 1)], LATER_MS);
      expect(await due().claim(dueToken(row, LATER_MS, 1), LATER_MS + 1, deadline)).toBe(true);
      expect(await rowNow(row)).toMatchObject({ dispatches: 2 });
    });

    test('of 16 at once one succeeds', async () => {
      const row = await stored();
      const claims = await race(16, (n) => due().claim(dueToken(row), LATER_MS + n, deadline));
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await rowNow(row)).toMatchObject({ dispatches: 1 });
    });

    test.each<[string, Partial<TokenRow>]>([
      ['at another time', { dueAtMs: START_MS + 5 }],
      ['never', { dueAtMs: undefined } as unknown as Partial<TokenRow>],
    ])('of a token that is due %s by now does nothing', async (_when, more) => {
      const row = await stored();
      await save(row, more);
      const before = await rowNow(row);
      expect(await due().claim(dueToken(row), LATER_MS, deadline)).toBe(false);
      expect(await rowNow(row)).toEqual(before);
    });

    test('of a token that is not there makes none', async () => {
      const row = rowOf(newId());
      expect(await due().claim(dueToken(row), LATER_MS, deadline)).toBe(false);
      expect(await rowNow(row)).toBeUndefined();
      await expectDue([], Number.MAX_SAFE_INTEGER);
    });
  });

  /** What may come between a look at the row and what is noted of it. */
  const changes: [string, Partial<TokenRow>, (row: TokenRow) => Promise<unknown>][] = [
    ['was saved', {}, save],
    ['was put to sleep', {}, (row) => due().settle({ row, dueAtMs: 1, state: 'idle' }, deadline)],
    ['was found out', {}, (row) => judge(row, { state: 'needs-reauthorization' })],
  ];
  const changesOfAnnouncements: typeof changes = [
    ['was used', {}, (row) => due().noteUse(row, LATER_MS, deadline)],
    ['has something to announce', {}, (row) => judge(row, { announce: 'client-fault' })],
    [
      'has something else to announce',
      { announce: 'refreshed' },
      (row) => judge(row, { announce: 'client-fault' }),
    ],
    [
      'was announced by another worker',
      { announce: 'refreshed' },
      (row) => due().settle({ row, dueAtMs: 1 }, deadline),
    ],
  ];

  describe('settling', () => {
    test('notes when it is due next, and that it was announced and came to something', async () => {
      const row = await stored({ announce: 'healed', dispatches: 2 });
      const { announce: _made, dispatches: _came, ...rest } = row;
      expect(await due().settle({ row, dueAtMs: LATER_MS }, deadline)).toBe(true);
      expect(await rowNow(row)).toEqual({ ...rest, dueAtMs: LATER_MS });
      await expectDue([]);
      await expectDue([dueToken(row, LATER_MS)], LATER_MS);
    });

    test('can say that it is never due, and what it is then', async () => {
      const row = await stored();
      const { dueAtMs: _never, ...rest } = row;
      expect(await due().settle({ row, dueAtMs: undefined, state: 'idle' }, deadline)).toBe(true);
      expect(await rowNow(row)).toEqual({ ...rest, state: 'idle' });
      await expectDue([], Number.MAX_SAFE_INTEGER);
    });

    test('is not in the way of a claim, nor of a lease', async () => {
      const row = await stored();
      await due().claim(dueToken(row), LATER_MS, deadline);
      const request = { row, owner: 'A', nowMs: START_MS, untilMs: LATER_MS };
      await index().acquireLease(request, deadline);
      expect(await due().settle({ row, dueAtMs: 7 }, deadline)).toBe(true);
      expect(await rowNow(row)).toEqual({
        ...row,
        dueAtMs: 7,
        fence: 1,
        openFence: 1,
        lease: { owner: 'A', untilMs: LATER_MS },
      });
    });

    test.each([...changes, ...changesOfAnnouncements])(
      'a token that %s since does nothing',
      async (_what, more, change) => {
        const row = await stored(more);
        await change(row);
        const before = await rowNow(row);
        expect(await due().settle({ row, dueAtMs: 99, state: 'idle' }, deadline)).toBe(false);
        expect(await rowNow(row)).toEqual(before);
      },
    );

    test('a token that is not there makes none', async () => {
      const row = rowOf(newId());
      expect(await due().settle({ row, dueAtMs: START_MS }, deadline)).toBe(false);
      expect(await rowNow(row)).toBeUndefined();
      await expectDue([]);
    });
  });

  describe('noting a use', () => {
    test.each(['active', 'needs-reauthorization'] as const)(
      'of one that is %s changes when it was used, and nothing else',
      async (state) => {
        const row = await stored({ state, announce: 'refreshed' });
        await due().noteUse(row, LATER_MS, deadline);
        expect(await rowNow(row)).toEqual({ ...row, usedAtMs: LATER_MS });
        await expectDue([dueToken(row)], LATER_MS);
      },
    );

    test('wakes an idle one: it is active, and due at once', async () => {
      const row = await stored();
      await due().settle({ row, dueAtMs: undefined, state: 'idle' }, deadline);
      await expectDue([], LATER_MS);
      await due().noteUse({ ...row, state: 'idle' }, LATER_MS, deadline);
      expect(await rowNow(row)).toEqual({ ...row, usedAtMs: LATER_MS, dueAtMs: LATER_MS });
      await expectDue([dueToken(row, LATER_MS)], LATER_MS);
    });

    test.each(changes)('of one that %s since does nothing', async (_what, more, change) => {
      const row = await stored(more);
      await change(row);
      const before = await rowNow(row);
      await due().noteUse(row, LATER_MS, deadline);
      expect(await rowNow(row)).toEqual(before);
    });

    test('of one that was deleted since does not bring it back', async () => {
      const row = await stored({ state: 'idle' });
      const write = { row: deletedRow(row, START_MS, 1), expected: { revision: 1 } };
      await index().commit({ rows: [write], keyRows: [] }, deadline);
      const before = await rowNow(row);
      await due().noteUse(row, LATER_MS, deadline);
      expect(await rowNow(row)).toEqual(before);
    });

    test('of one that is not there makes none', async () => {
      const row = rowOf(newId(), {}, { state: 'idle' });
      await due().noteUse(row, START_MS, deadline);
      expect(await rowNow(row)).toBeUndefined();
      await expectDue([]);
    });
  });
});
