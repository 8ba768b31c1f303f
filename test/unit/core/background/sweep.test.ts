/** What is due gets to the workers: nothing twice, nothing lost, nothing beyond what they can do. */
import { createHash } from 'node:crypto';
import { RefreshSweep } from '../../../../lib/background/refresh-sweep.ts';
import { type Deadline, deadlineIn } from '../../../../lib/deadline.ts';
import type { RefreshQueue } from '../../../../lib/refresh-queue/refresh-queue.ts';
import { DUE_SHARDS, dueShardOf } from '../../../../lib/token-index/due-index.ts';
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { Interception } from '../../../support/core/interception.ts';
import { MemoryStore } from '../../../support/core/memory-store.ts';
import { HOUR_MS } from '../../../support/core/scripted-provider.ts';
import { rowOf, tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

const MINUTE_MS = 60_000;
const REDISPATCH_MS = 5 * MINUTE_MS;

let store: MemoryStore;
let queue: Interception<RefreshQueue>;
beforeEach(() => {
  store = new MemoryStore();
  queue = new Interception<RefreshQueue>(store.queue);
});

const idOf = (n: number) => createHash('sha256').update(`${n}`).digest('hex').slice(0, 32);

/** Rows of tokens that are due at those times, in all shards. */
async function dueAt(times: readonly number[]): Promise<string[]> {
  const rows = times.map((dueAtMs, n) => ({
    row: rowOf(idOf(n), tokenOf(`user-${n}`), { dueAtMs }),
    expected: 'absent' as const,
  }));
  for (const row of rows) {
    await store.memoryIndex.commit({ rows: [row], keyRows: [] }, ampleDeadline(store.clock));
  }
  return rows.map(({ row }) => row.id);
}

const manyDue = (count: number) => dueAt(Array.from({ length: count }, (_, n) => START_MS - n));

/** A sweep of its own with room for so many a minute. */
function sweep(room = 1_000, deadline: Deadline = ampleDeadline(store.clock)) {
  const { due, clock } = store;
  const refreshesPerSecond = room / 60;
  return new RefreshSweep({ due: due.port, queue: queue.port, clock, refreshesPerSecond }).run(
    deadline,
  );
}

const take = () => store.queue.take().sort();

describe('what is due', () => {
  test('is handed out once, and is due again in 5 minutes should it get lost', async () => {
    const [id = ''] = await manyDue(1);
    expect(await sweep()).toMatchObject({ due: 1, dispatched: 1 });
    expect(take()).toEqual([id]);
    expect(await store.row(id)).toMatchObject({ dueAtMs: START_MS + REDISPATCH_MS, dispatches: 1 });
    store.clock.advance(REDISPATCH_MS - 1);
    expect(await sweep()).toMatchObject({ due: 0, dispatched: 0 });
    store.clock.advance(1);
    expect(await sweep()).toMatchObject({ due: 1, dispatched: 1 });
    expect(take()).toEqual([id]);
  });

  test('is what is due now, and not what is due a moment later', async () => {
    const [now = ''] = await dueAt([START_MS, START_MS + 1]);
    await sweep();
    expect(take()).toEqual([now]);
  });

  test('and never comes to anything moves out of the way: from 5 minutes to 5 hours', async () => {
    const [id = ''] = await manyDue(1);
    const waits: number[] = [];
    for (let time = 0; time < 9; time += 1) {
      await sweep();
      expect(take()).toEqual([id]);
      const { dueAtMs = Number.NaN } = (await store.row(id)) ?? {};
      waits.push((dueAtMs - store.clock.nowMs()) / MINUTE_MS);
      store.clock.advance(dueAtMs - store.clock.nowMs());
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 320, 320]);
  });

  test('and comes to something is counted anew', async () => {
    const { id } = await store.container().save(tokenOf('ann'));
    for (const hours of [1, 2]) {
      store.clock.advance(START_MS + hours * HOUR_MS - store.clock.nowMs());
      await store.sweep();
      expect(await store.row(id)).toMatchObject({ dispatches: 1 });
      expect(await store.worker().drain()).toEqual(['refreshed']);
      expect(await store.row(id)).not.toHaveProperty('dispatches');
    }
  });

  test.each([
    ['a refresh that failed', 'outage', HOUR_MS],
    ['a look that found it fresh', undefined, 0],
  ] as const)('is counted anew after %s, too', async (_what, verdict, afterMs) => {
    const { id } = await store.container().save(tokenOf('ann'));
    store.clock.advance(HOUR_MS);
    await store.sweep();
    if (verdict !== undefined) store.scripted.answers({ verdict, reason: 'test' });
    else await store.container().findById(id);
    store.clock.advance(afterMs);
    await store.worker().drain();
    expect(await store.row(id)).not.toHaveProperty('dispatches');
  });
});

describe('no more than the workers can do by the next sweep', () => {
  test('of what is due, the longest due, whatever shard it is in', async () => {
    const order = Array.from({ length: 200 }, (_, n) => (n * 77) % 200);
    const ids = await dueAt(order.map((place) => START_MS - 1_000 + place));
    expect(await sweep(60)).toEqual({ backlog: 0, due: 60, dispatched: 60, oldestDueMs: 1_000 });
    const oldest = ids.filter((_, n) => (order[n] ?? 0) < 60);
    expect(take()).toEqual(oldest.sort());
    expect(new Set(oldest.map(dueShardOf))).toEqual(new Set(DUE_SHARDS));
  });

  test('less what still waits in the queue', async () => {
    await manyDue(100);
    await queue.port.send(['a', 'b', 'c'], ampleDeadline(store.clock));
    expect(await sweep(10)).toMatchObject({ backlog: 3, dispatched: 7 });
    expect(await sweep(10)).toMatchObject({ backlog: 10, due: 0, dispatched: 0, oldestDueMs: 0 });
    expect(await sweep(5)).toMatchObject({ backlog: 10, dispatched: 0 });
  });

  test('with no room at all the due index is not asked', async () => {
    await manyDue(1);
    await queue.port.send(['a'], ampleDeadline(store.clock));
    await sweep(1);
    expect(store.due.count('due')).toBe(0);
    expect(store.due.count('claim')).toBe(0);
  });

  test('in all: with more due than there is room it takes as many sweeps as it must', async () => {
    const ids = await manyDue(25);
    const taken: string[] = [];
    for (let minute = 0; minute < 3; minute += 1) {
      await sweep(10);
      taken.push(...take());
      store.clock.advance(MINUTE_MS);
    }
    expect(taken.sort()).toEqual(ids.sort());
  });

  test('and none when there is hardly time left: it stays due', async () => {
    const [id = ''] = await manyDue(1);
    const report = await sweep(10, deadlineIn(2_999, store.clock));
    expect(report).toMatchObject({ due: 1, dispatched: 0 });
    expect(await store.row(id)).toMatchObject({ dueAtMs: START_MS });
    expect(await sweep(10, deadlineIn(3_000, store.clock))).toMatchObject({ dispatched: 1 });
  });
});

describe('two sweeps at once', () => {
  test('hand out each token once', async () => {
    const ids = await manyDue(100);
    const reports = await Promise.all([sweep(), sweep(), sweep()]);
    expect(take()).toEqual(ids.sort());
    expect(reports.reduce((sum, { dispatched }) => sum + dispatched, 0)).toBe(100);
  });

  test('a token that the other one claimed is skipped, and the others are sent', async () => {
    const ids = await manyDue(10);
    store.due.around('claim', async () => false);
    expect(await sweep()).toMatchObject({ due: 10, dispatched: 9 });
    const taken = take();
    expect(taken).toHaveLength(9);
    expect(ids).toEqual(expect.arrayContaining(taken));
  });

  test('where it claimed them all nothing is sent', async () => {
    await manyDue(1);
    store.due.around('claim', async () => false);
    await sweep();
    expect(queue.count('send')).toBe(0);
  });
});

describe('a sweep that dies', () => {
  test('between claim and send loses nothing: it is due again in 5 minutes', async () => {
    const ids = await manyDue(10);
    const sending = queue.hold('send');
    void sweep();
    await sending.reached;
    expect(await sweep()).toMatchObject({ due: 0 });
    store.clock.advance(REDISPATCH_MS);
    expect(await sweep()).toMatchObject({ dispatched: 10 });
    expect(take()).toEqual(ids.sort());
  });

  test('whose queue fails says so, and what it claimed is due again', async () => {
    await manyDue(10);
    queue.fail('send', new Error('SQS is down'));
    await expect(sweep()).rejects.toThrow('SQS is down');
    store.clock.advance(REDISPATCH_MS);
    expect(await sweep()).toMatchObject({ dispatched: 10 });
  });

  test('what the queue did not take is not counted as sent', async () => {
    await manyDue(10);
    queue.around('send', async () => ({ sent: 7 }));
    expect(await sweep()).toMatchObject({ due: 10, dispatched: 7 });
  });
});
