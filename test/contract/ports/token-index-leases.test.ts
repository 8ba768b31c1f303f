/**
 * What the core relies on in the leases of a TokenIndex: one worker at a time, fenced, and what a
 * dead one may have left is known to have been left.
 */
import { systemClock } from '../../../lib/clock.ts';
import type { Deadline } from '../../../lib/deadline.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import type { Judgement, TokenIndex, TokenRow } from '../../../lib/token-index/token-index.ts';
import { deletedRow, nextRow } from '../../../lib/token-row.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { INDEX_SIDES, newTokenId, type PortSide } from '../../support/core/port-sides.ts';
import { race } from '../../support/core/race.ts';
import { rowOf, writingAt } from '../../support/core/tokens.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const LEASE_MS = 9_000;
const JUDGED: Judgement = {
  failure: { verdict: 'outage: no-answer', atMs: START_MS, count: 1, retryAtMs: 9 },
  state: 'active',
  dueAtMs: 9,
};

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

  async function stored(more: Partial<TokenRow> = {}): Promise<TokenRow> {
    const row = rowOf(newTokenId(), {}, { dueAtMs: START_MS, ...more });
    await index.commit({ rows: [{ row, expected: 'absent' }], keyRows: [] }, deadline);
    return row;
  }

  async function rowNow({ id }: TokenRow): Promise<TokenRow | undefined> {
    return (await index.read({ ids: [id] }, deadline)).rows.get(id);
  }

  /** The row after a change that anybody may make, and the write of it. */
  function change(row: TokenRow, lease?: { owner: string; fence: number }) {
    const version = { secretArn: row.secretArn, versionId: 'changed' };
    const after = nextRow(row, tokenFromJson({}), version, writingAt(START_MS + 1_000));
    const expected = { revision: row.revision, ...(lease && { lease }) };
    return { after, write: { rows: [{ row: after, expected }], keyRows: [] } };
  }

  const take = (row: TokenRow, owner: string, nowMs = START_MS) =>
    index.acquireLease({ row, owner, nowMs, untilMs: nowMs + LEASE_MS }, deadline);
  const end = ({ id }: TokenRow, owner: string, fence: number, judged?: Judgement, revision = 1) =>
    index.endLease({ id, owner, fence, revision, ...(judged && { judged }) }, deadline);

  describe('taking it', () => {
    test('the first one gets it, with the row as it stands and the next fence', async () => {
      const row = await stored();
      const lease = { owner: 'A', untilMs: START_MS + LEASE_MS };
      const leased = { ...row, fence: 1, openFence: 1, lease };
      expect(await take(row, 'A')).toEqual({ outcome: 'acquired', row: leased, abandoned: false });
      expect(await rowNow(row)).toEqual(leased);
    });

    test('of 16 workers one gets it', async () => {
      const row = await stored();
      const outcomes = await race(16, (n) => take(row, `worker-${n}`));
      expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual([
        'acquired',
        ...Array.from({ length: 15 }, () => 'held'),
      ]);
    });

    test('it is held up to its last millisecond, then it may be taken over as abandoned', async () => {
      const row = await stored();
      await take(row, 'A');
      expect(await take(row, 'B', START_MS + LEASE_MS - 1)).toEqual({ outcome: 'held' });
      expect(await take(row, 'B', START_MS + LEASE_MS)).toMatchObject({
        outcome: 'acquired',
        abandoned: true,
        row: { fence: 2, lease: { owner: 'B' } },
      });
    });

    test('of 16 workers one takes it over', async () => {
      const row = await stored();
      await take(row, 'A');
      const outcomes = await race(16, (n) => take(row, `worker-${n}`, START_MS + LEASE_MS));
      expect(outcomes.filter(({ outcome }) => outcome === 'acquired')).toHaveLength(1);
    });

    test("a worker's own request repeated gets it again", async () => {
      const row = await stored();
      await take(row, 'A');
      expect(await take(row, 'A')).toMatchObject({ outcome: 'acquired', row: { fence: 2 } });
    });

    test('one that was given back is not abandoned, and the fence goes on', async () => {
      const row = await stored();
      await take(row, 'A');
      expect(await end(row, 'A', 1)).toBe(false);
      expect(await rowNow(row)).toEqual({ ...row, fence: 1 });
      expect(await take(row, 'B')).toMatchObject({ abandoned: false, row: { fence: 2 } });
    });

    test.each<[string, (row: TokenRow) => TokenRow]>([
      ['saved', (row) => change(row).after],
      ['deleted', (row) => deletedRow(row, START_MS, 7 * 86_400_000)],
    ])('a token that was %s since has changed', async (_what, changed) => {
      const row = await stored();
      const write = { row: changed(row), expected: { revision: 1 } };
      await index.commit({ rows: [write], keyRows: [] }, deadline);
      expect(await take(row, 'A')).toEqual({ outcome: 'changed' });
    });

    test('one that is deleted cannot be leased as it stands', async () => {
      const row = await stored();
      const tombstone = deletedRow(row, START_MS, 7 * 86_400_000);
      const write = { row: tombstone, expected: { revision: 1 } };
      await index.commit({ rows: [write], keyRows: [] }, deadline);
      expect(await take(tombstone, 'A')).toEqual({ outcome: 'changed' });
    });

    test('one that is not there has changed', async () => {
      expect(await take(rowOf(newTokenId()), 'A')).toEqual({ outcome: 'changed' });
    });

    test('one that was judged since has changed', async () => {
      const row = await stored();
      await take(row, 'A');
      await end(row, 'A', 1, { ...JUDGED, state: 'needs-reauthorization' });
      expect(await take(row, 'B')).toEqual({ outcome: 'changed' });
    });

    test('one that failed since, and is in the same state, is leased as it stands now', async () => {
      const row = await stored();
      await take(row, 'A');
      await end(row, 'A', 1, JUDGED);
      expect(await take(row, 'B')).toMatchObject({
        outcome: 'acquired',
        abandoned: false,
        row: { failure: JUDGED.failure },
      });
    });
  });

  describe('fences that are open', () => {
    const fences = async (row: TokenRow) => {
      const { fence, openFence } = (await rowNow(row)) ?? {};
      return { fence, openFence };
    };
    const takeInTurn = async (row: TokenRow, owners: readonly string[]) => {
      for (const [n, owner] of owners.entries()) {
        const now = (await rowNow(row)) as TokenRow;
        const taken = await take(now, owner, START_MS + n * LEASE_MS);
        expect(taken).toMatchObject({ row: { fence: n + 1, openFence: 1 } });
      }
    };

    test('are those of leases that nobody ended, from the first of them on', async () => {
      const row = await stored();
      await takeInTurn(row, ['A', 'B', 'C']);
      expect(await fences(row)).toEqual({ fence: 3, openFence: 1 });
    });

    test.each<[string, (row: TokenRow) => Promise<unknown>]>([
      ['is given back', (row) => end(row, 'B', 2)],
      ['ends with a judgement', (row) => end(row, 'B', 2, JUDGED)],
      [
        'ends with a commit',
        (row) => index.commit(change(row, { owner: 'B', fence: 2 }).write, deadline),
      ],
    ])('are closed when the lease %s', async (_how, ending) => {
      const row = await stored();
      await takeInTurn(row, ['A', 'B']);
      await ending(row);
      expect(await fences(row)).toEqual({ fence: 2, openFence: undefined });
      const now = (await rowNow(row)) as TokenRow;
      expect(await take(now, 'C')).toMatchObject({ row: { fence: 3, openFence: 3 } });
    });

    test.each<[string, Judgement | undefined]>([
      ['is given back', undefined],
      ['ends with a judgement', JUDGED],
      ['ends with a judgement of an earlier revision', JUDGED],
    ])(
      'stay open when the lease that %s is to leave them so, and nobody holds it',
      async (how, judged) => {
        const row = await stored();
        await takeInTurn(row, ['A', 'B']);
        const revision = how.includes('earlier') ? 0 : 1;
        const ending = { id: row.id, owner: 'B', fence: 2, revision, leavesOpen: true };
        await index.endLease({ ...ending, ...(judged && { judged }) }, deadline);
        expect(await fences(row)).toEqual({ fence: 2, openFence: 1 });
        const now = (await rowNow(row)) as TokenRow;
        expect(now).not.toHaveProperty('lease');
        expect(await take(now, 'C')).toMatchObject({
          abandoned: false,
          row: { fence: 3, openFence: 1 },
        });
      },
    );

    test('stay open over a save, and over what a worker does that lost its lease', async () => {
      const row = await stored();
      await takeInTurn(row, ['A', 'B']);
      await end(row, 'A', 1, JUDGED);
      await index.commit(change(row, { owner: 'A', fence: 1 }).write, deadline);
      await index.commit(change(row).write, deadline);
      expect(await fences(row)).toEqual({ fence: 2, openFence: 1 });
    });
  });

  describe('under it', () => {
    const leased = async (more: Partial<TokenRow> = {}) => {
      const row = await stored(more);
      await take(row, 'A');
      return { row, lease: { owner: 'A', fence: 1 } };
    };

    test('a commit ends the lease and keeps the fence', async () => {
      const { row, lease } = await leased();
      const { after, write } = change(row, lease);
      expect(await index.commit(write, deadline)).toBe('committed');
      expect(await rowNow(row)).toEqual({ ...after, fence: 1 });
    });

    test.each([
      ['of another owner', { owner: 'B', fence: 1 }],
      ['of an earlier fence', { owner: 'A', fence: 0 }],
    ])('a commit under a lease %s is a conflict', async (_what, other) => {
      const { row } = await leased();
      expect(await index.commit(change(row, other).write, deadline)).toBe('conflict');
    });

    test('a commit after the lease was taken over is a conflict', async () => {
      const { row, lease } = await leased();
      await take(row, 'B', START_MS + LEASE_MS);
      expect(await index.commit(change(row, lease).write, deadline)).toBe('conflict');
    });

    test('a commit without a lease, a save, leaves the lease of another as it is', async () => {
      const { row } = await leased();
      const { after, write } = change(row);
      expect(await index.commit(write, deadline)).toBe('committed');
      expect(await rowNow(row)).toEqual({
        ...after,
        fence: 1,
        openFence: 1,
        lease: { owner: 'A', untilMs: START_MS + LEASE_MS },
      });
    });

    test.each<[string, Judgement]>([
      ['a failure', JUDGED],
      ['that it is revoked', { ...JUDGED, state: 'needs-reauthorization' }],
      ['something to announce', { ...JUDGED, announce: 'client-fault' }],
      [
        'how often it was refused',
        { ...JUDGED, failure: { ...JUDGED.failure, refusals: { count: 2, sinceMs: 7 } } },
      ],
    ])('its end can carry %s', async (_what, judged) => {
      const { row, lease } = await leased({ dispatches: 3 });
      const { dispatches: _came, ...rest } = row;
      expect(await end(row, lease.owner, lease.fence, judged)).toBe(true);
      expect(await rowNow(row)).toEqual({ ...rest, fence: 1, ...judged });
    });

    test('what is still to be announced is not forgotten over it', async () => {
      const { row, lease } = await leased({ announce: 'refreshed' });
      await end(row, lease.owner, lease.fence, JUDGED);
      expect(await rowNow(row)).toMatchObject({ announce: 'refreshed' });
    });

    test('a token that was saved meanwhile is not judged, but the lease ends', async () => {
      const { row, lease } = await leased();
      const { after, write } = change(row);
      await index.commit(write, deadline);
      const judged = { ...JUDGED, state: 'needs-reauthorization' } as const;
      expect(await end(row, lease.owner, lease.fence, judged)).toBe(false);
      expect(await rowNow(row)).toEqual({ ...after, fence: 1 });
    });

    test.each([
      ['another owner', { owner: 'B', fence: 1 }],
      ['an earlier fence', { owner: 'A', fence: 0 }],
    ])('it is not ended by %s', async (_what, { owner, fence }) => {
      const { row } = await leased();
      const before = await rowNow(row);
      expect(await end(row, owner, fence, JUDGED)).toBe(false);
      expect(await end(row, owner, fence)).toBe(false);
      expect(await rowNow(row)).toEqual(before);
    });
  });
});
