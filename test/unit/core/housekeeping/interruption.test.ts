/** Housekeepers that die, run out of time, or meet each other: the next one goes on, to the end. */
import { type Deadline, deadlineIn } from '../../../../lib/deadline.ts';
import { HousekeepingJob } from '../../../../lib/housekeeping/housekeeping-job.ts';
import type { HousekeepingReport } from '../../../../lib/housekeeping/housekeeping-report.ts';
import { MemoryHousekeepingProgress } from '../../../../lib/housekeeping/memory-housekeeping-progress.ts';
import type { RunProgress } from '../../../../lib/housekeeping/run-progress.ts';
import {
  counted,
  HOUR_MS,
  HousekeptStore,
  storeOfSomeDays,
} from '../../../support/core/housekept-store.ts';
import { race } from '../../../support/core/race.ts';
import { seededRandom } from '../../../support/core/seeded-random.ts';
import { type Damage, damages, OUTAGE } from './damages.ts';

const CALLS = [
  ['index', 'read'],
  ['index', 'scan'],
  ['index', 'commit'],
  ['vault', 'list'],
  ['vault', 'inspect'],
  ['vault', 'scheduleDeletion'],
  ['vault', 'cancelDeletion'],
] as const;

type Call = (typeof CALLS)[number];

function countOf(store: HousekeptStore, [port, method]: Call): number {
  return port === 'index' ? store.index.count(method) : store.vault.count(method);
}

function failAt(store: HousekeptStore, [port, method]: Call, skip: number, when: When): void {
  if (port === 'index') store.index.fail(method, OUTAGE, { skip, when });
  else store.vault.fail(method, OUTAGE, { skip, when });
}

type When = 'before' | 'after';

async function damagedStore({ damage }: Damage): Promise<HousekeptStore> {
  const { store, ...tokens } = await storeOfSomeDays();
  await damage(store, tokens);
  return store;
}

/** Every call that a repair of this damage makes, as the n-th of its kind. */
async function callsOf(damage: Damage): Promise<(readonly [Call, number])[]> {
  const store = await damagedStore(damage);
  const before = CALLS.map((call) => countOf(store, call));
  await store.housekeep('repair');
  return CALLS.flatMap((call, at) => {
    const made = countOf(store, call) - (before[at] ?? 0);
    return Array.from({ length: made }, (_, nth) => [call, nth] as const);
  });
}

describe.each(damages(({ leaves }) => leaves === undefined))('%s', (_what, damage) => {
  test.each(['before', 'after'] as const)(
    'is mended by the next run where one died %s any of its calls',
    async (when) => {
      const calls = await callsOf(damage);
      expect(calls.length).toBeGreaterThan(5);
      for (const [call, nth] of calls) {
        const store = await damagedStore(damage);
        failAt(store, call, nth, when);
        await expect(store.housekeep('repair')).rejects.toBe(OUTAGE);
        expect(await store.damaged()).toEqual(await damagedBy(damage));
        store.clock.advance(HOUR_MS);
        await store.housekeep('repair');
        expect({ call, nth, ...counted((await store.housekeep('report')).findings) }).toEqual({
          call,
          nth,
        });
        expect(await store.damaged()).toEqual([]);
      }
    },
  );
});

/** What a damage makes unfindable by itself; a dead housekeeper adds nothing to it. */
async function damagedBy(damage: Damage) {
  const lost = await (await damagedStore(damage)).damaged();
  return { asymmetricMatch: (now: string[]) => now.every((each) => lost.includes(each)) };
}

/** A store of `tokens` that were logged out, and one that came since. */
async function loggedOutStore(tokens: number): Promise<HousekeptStore> {
  const store = new HousekeptStore();
  for (let n = 0; n < tokens; n += 1) await store.save(`user-${n}`);
  await store.container().deleteAll();
  store.acknowledged.clear();
  await store.save('since');
  return store;
}

/** Time for so many looks at the clock. */
function impatient(store: HousekeptStore, looks: number): Deadline {
  let left = looks;
  const { signal } = new AbortController();
  return {
    remainingMs: () => (left-- > 0 ? 60_000 : 0),
    signal,
    wait: (ms) => store.clock.sleep(ms),
  };
}

describe('time', () => {
  test.each([
    [2, 7],
    [3, 1],
    [7, 10],
    [40, 90],
  ])(
    'with %d looks at the clock and pages of %d it gets through, and counts right',
    async (looks, pageSize) => {
      const store = await loggedOutStore(60);
      let progress: RunProgress | undefined;
      let invocations = 0;
      do {
        const housekeeper = store.housekeeper({ pageSize });
        const stored = progress && JSON.parse(JSON.stringify(progress));
        ({ progress } = await housekeeper.run(
          { mode: 'repair', progress: stored },
          impatient(store, looks),
        ));
        invocations += 1;
        expect(invocations).toBeLessThan(1_000);
      } while (progress.phase !== 'done');
      expect(invocations).toBeGreaterThan(1);
      const { checked, findings, repaired } = progress.report;
      expect(counted(findings)).toEqual({ 'logged-out-token': 60 });
      expect(repaired).toEqual(findings);
      expect(checked.rows).toBe(61);
      expect(checked.secrets).toBe(61);
      expect(counted((await store.housekeep('report')).findings)).toEqual({});
      expect(await store.damaged()).toEqual([]);
    },
  );

  test('a dry run counts nothing twice either', async () => {
    const store = await loggedOutStore(30);
    let progress: RunProgress | undefined;
    let invocations = 0;
    do {
      const housekeeper = store.housekeeper({ pageSize: 7 });
      const request = { mode: 'report', progress } as const;
      ({ progress } = await housekeeper.run(request, impatient(store, 12)));
      invocations += 1;
      expect(invocations).toBeLessThan(100);
    } while (progress.phase !== 'done');
    expect(counted(progress.report.findings)).toEqual({ 'logged-out-token': 30 });
    expect(progress.report.examples).toHaveLength(30);
  });

  test('a run that has less than ten seconds begins nothing', async () => {
    const store = await loggedOutStore(1);
    const before = await store.everything();
    const { report, progress } = await store
      .housekeeper()
      .run({ mode: 'repair' }, deadlineIn(9_999, store.clock));
    expect(report).not.toHaveProperty('finishedAtMs');
    expect(progress.phase).toBe('secrets');
    expect(await store.everything()).toEqual(before);
  });

  test('ten writes a second, as long as the deadline is away', async () => {
    const store = await loggedOutStore(55);
    const startedMs = store.clock.nowMs();
    const first = await store.housekeeper().run({ mode: 'repair' }, store.deadline(12_000));
    expect(store.clock.nowMs() - startedMs).toBeLessThanOrEqual(2_100);
    expect(counted(first.report.repaired)).toEqual({ 'logged-out-token': 21 });
    const next = await store
      .housekeeper()
      .run({ mode: 'repair', progress: first.progress }, store.deadline());
    expect(counted(next.report.repaired)).toEqual({ 'logged-out-token': 55 });
    const tookMs = store.clock.nowMs() - startedMs;
    expect(tookMs).toBeGreaterThanOrEqual(5_300);
    expect(tookMs).toBeLessThan(6_000);
  });
});

test('a run of the other mode, or one that is through, begins anew', async () => {
  const store = await loggedOutStore(3);
  const { progress } = await store
    .housekeeper({ pageSize: 2 })
    .run({ mode: 'report' }, impatient(store, 1));
  expect(progress.cursor).toBeDefined();
  const repaired = await store.housekeep('repair', { progress });
  expect(repaired).toMatchObject({ mode: 'repair', checked: { secrets: 4 } });
  const done = await store.housekeeper().run({ mode: 'repair' }, store.deadline());
  expect(done.progress.phase).toBe('done');
  const after = await store.housekeep('repair', { progress: done.progress });
  expect(after.checked.secrets).toBe(4);
});

test('a cursor that Secrets Manager has forgotten begins the run anew', async () => {
  const store = await loggedOutStore(5);
  const { progress } = await store
    .housekeeper({ pageSize: 2 })
    .run({ mode: 'repair' }, impatient(store, 1));
  expect(progress).toMatchObject({ phase: 'secrets', report: { checked: { secrets: 2 } } });
  store.memoryVault.purge(progress.cursor ?? '');
  const { checked, findings } = await store.housekeep('repair', { progress }, { pageSize: 2 });
  expect(checked.secrets).toBe(5);
  expect(counted(findings)).toEqual({ 'logged-out-token': 5 });
});

test('a cursor of an earlier version, which the index does not know, begins the run anew', async () => {
  const store = await loggedOutStore(5);
  const { progress } = await store.housekeeper().run({ mode: 'report' }, impatient(store, 1));
  expect(progress.phase).toBe('index');
  const stopped = { ...progress, cursor: 'of-an-earlier-version' };
  const { checked, findings } = await store.housekeep('report', { progress: stopped });
  expect(checked.secrets).toBe(6);
  expect(counted(findings)).toEqual({ 'logged-out-token': 5 });
});

describe('the job', () => {
  const REPAIR = { mode: 'repair', force: false, everyMs: 0 } as const;

  function jobOf(store: HousekeptStore, progress = new MemoryHousekeepingProgress()) {
    const housekeeper = store.housekeeper({ pageSize: 3 });
    return { job: new HousekeepingJob({ housekeeper, progress, clock: store.clock }), progress };
  }

  test('a crash repeats one page at most', async () => {
    const store = await loggedOutStore(20);
    const { job } = jobOf(store);
    const pages = () => store.vault.count('list') + store.index.count('scan');
    store.index.fail('commit', OUTAGE, { skip: 11, when: 'after' });
    await expect(job.run(REPAIR, store.deadline())).rejects.toBe(OUTAGE);
    const before = pages();
    store.clock.advance(HOUR_MS);
    const report = await job.run(REPAIR, store.deadline());
    const all = Math.ceil(21 / 3) + Math.ceil((21 + 63) / 3);
    expect(before + (pages() - before)).toBeLessThanOrEqual(all + 1);
    expect(report.checked).toMatchObject({ secrets: 21, rows: 21 });
    expect(report.finishedAtMs).toBeDefined();
  });

  test('over crashes of any kind it ends, and the store is in order', async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const random = seededRandom(seed);
      const store = await loggedOutStore(12);
      const { job } = jobOf(store);
      let report: HousekeepingReport | undefined;
      for (let invocation = 0; report?.finishedAtMs === undefined; invocation += 1) {
        expect(invocation).toBeLessThan(200);
        const call = CALLS[Math.floor(random() * CALLS.length)] ?? CALLS[0];
        failAt(store, call, Math.floor(random() * 12), random() < 0.5 ? 'before' : 'after');
        report = await job.run(REPAIR, store.deadline()).catch(() => undefined);
      }
      store.clock.advance(HOUR_MS);
      // A crash between a tombstone and its secret is the next run's to find, and some rules are
      // still waiting for their call.
      for (let run = 0; run < 40; run += 1) {
        await store.housekeep('repair').catch(() => undefined);
        store.clock.advance(HOUR_MS);
      }
      expect({ seed, ...counted((await store.housekeep('report')).findings) }).toEqual({ seed });
      expect(await store.damaged()).toEqual([]);
      const { secrets } = await store.everything();
      expect(secrets.filter(({ inDeletion }) => inDeletion)).toHaveLength(12);
    }
  });

  test('of two at once, one goes on and nothing is done twice wrong', async () => {
    const store = await loggedOutStore(20);
    const progress = new MemoryHousekeepingProgress();
    const reports = await race(4, () => jobOf(store, progress).job.run(REPAIR, store.deadline()));
    const through = reports.filter(({ finishedAtMs }) => finishedAtMs !== undefined);
    expect(through).toHaveLength(1);
    expect(counted((await store.housekeep('report')).findings)).toEqual({});
    expect(await store.damaged()).toEqual([]);
  });

  test('when it is through, the next invocation begins a new run', async () => {
    const store = await loggedOutStore(2);
    const { job } = jobOf(store);
    const first = await job.run(REPAIR, store.deadline());
    store.clock.advance(HOUR_MS);
    const second = await job.run(REPAIR, store.deadline());
    expect(second.startedAtMs).toBeGreaterThan(first.finishedAtMs ?? 0);
    expect(counted(second.findings)).toEqual({});
  });

  test('is not done again within a day where a schedule asks, and a dry run is no run', async () => {
    const store = await loggedOutStore(2);
    const { job } = jobOf(store);
    const daily = { ...REPAIR, everyMs: 24 * HOUR_MS };
    await job.run({ ...REPAIR, mode: 'report' }, store.deadline());
    const first = await job.run(daily, store.deadline());
    expect(counted(first.repaired)).toEqual({ 'logged-out-token': 2 });
    store.clock.advance(HOUR_MS);
    expect(await job.run(daily, store.deadline())).toEqual(first);
    store.clock.advance(23 * HOUR_MS);
    const { startedAtMs } = await job.run(daily, store.deadline());
    expect(startedAtMs).toBe(store.clock.nowMs());
  });
});
