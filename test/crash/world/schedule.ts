/**
 * The schedule runs on after a death: sweeps, workers, and at last the housekeeper, on a clock that
 * jumps. A sweep with nothing due does nothing, so time jumps over those.
 */
import type { HousekeepingReport } from '../../../lib/housekeeping/housekeeping-report.ts';
import { type DueIndex, dueShardOf } from '../../../lib/token-index/due-index.ts';
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import type { Invocation } from '../engine/container-process.ts';
import type { CrashWorld } from './crash-world.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './durations.ts';

/** Longer than a message stays with a worker, and than what was dispatched is out of the way. */
const ROUND_MS = 6 * MINUTE_MS;
const MAX_ROUNDS = 12;
/** By then nothing that died can be taken for under way. */
const SETTLED_MS = HOUR_MS + MINUTE_MS;
/** By then what is left can be taken no more for a token whose row was lost. */
const LITTER_MS = 7 * DAY_MS;

export async function runOn(world: CrashWorld): Promise<readonly Invocation[]> {
  const invocations: Invocation[] = [];
  let rows = await rowsOf(world);
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    world.clock.advance(ROUND_MS);
    const worked = await workOff(world, rows);
    invocations.push(...worked);
    if (worked.length > 0) rows = await rowsOf(world);
    if (isQuiet(world, rows)) break;
  }
  world.clock.advance(SETTLED_MS);
  invocations.push(...(await housekept(world)));
  if (invocations.some(leavesOrphans)) {
    world.clock.advance(LITTER_MS);
    invocations.push(...(await housekept(world)));
  }
  invocations.push(...(await workOff(world, await rowsOf(world))));
  return invocations;
}

/** What a minute's sweep finds due among these, and the workers. */
async function workOff(world: CrashWorld, rows: readonly TokenRow[]): Promise<Invocation[]> {
  const invocations = await sweptFrom(world, rows);
  for (;;) {
    const delivered = await world.deliver();
    if (delivered === undefined) return invocations;
    invocations.push(delivered);
  }
}

/** A sweep of all that is due now. */
export async function sweepNow(world: CrashWorld): Promise<Invocation[]> {
  return sweptFrom(world, await rowsOf(world));
}

/** A sweep that need not ask the shards what is due; what it does with it is its own. */
async function sweptFrom(world: CrashWorld, rows: readonly TokenRow[]): Promise<Invocation[]> {
  const due = rows.filter(({ dueAtMs }) => dueAtMs !== undefined && dueAtMs <= world.clock.nowMs());
  if (due.length === 0) return [];
  const known: DueIndex['due'] = async ({ shard }) =>
    due
      .filter(({ id }) => dueShardOf(id) === shard)
      .map(({ id, dueAtMs = 0, dispatches = 0 }) => ({ id, dueAtMs, dispatches }));
  const container = world.container('refresh-dispatcher', (parts) => ({
    ...parts,
    due: { ...parts.due, due: known },
  }));
  return [await container.invoke({})];
}

async function housekept(world: CrashWorld): Promise<Invocation[]> {
  const invocations: Invocation[] = [];
  for (;;) {
    const invocation = await world.invoke('housekeeper', { mode: 'repair' });
    invocations.push(invocation);
    if (reportOf(invocation)?.finishedAtMs !== undefined) return invocations;
    if (invocation.ended.outcome !== 'answered') return invocations;
  }
}

function leavesOrphans(invocation: Invocation): boolean {
  const { findings, repaired } = reportOf(invocation) ?? {};
  return (findings?.['orphan-secret'] ?? 0) > (repaired?.['orphan-secret'] ?? 0);
}

function reportOf({ ended }: Invocation): Partial<HousekeepingReport> | undefined {
  return ended.outcome === 'answered' ? (ended.result as Partial<HousekeepingReport>) : undefined;
}

/** Nobody is to be told of anything, or to be tried again. */
function isQuiet(world: CrashWorld, rows: readonly TokenRow[]): boolean {
  const { visible, inFlight, delayed } = world.queue.counts();
  const waits = ({ announce, failure, state }: TokenRow) =>
    announce !== undefined || (failure !== undefined && state === 'active');
  return visible + inFlight + delayed === 0 && !rows.some(waits);
}

async function rowsOf({ ports, clock }: CrashWorld): Promise<readonly TokenRow[]> {
  return (await ports.index.scan({ limit: 100 }, ampleDeadline(clock))).rows;
}
