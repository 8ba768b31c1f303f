/**
 * A scenario of the crash matrix once undisturbed, and once for each of its writes of the table and
 * each thing that can befall that write: it must come to the same.
 */

import type { Invocation } from '../../crash/engine/container-process.ts';
import {
  brokenInTheEnd,
  brokenNow,
  bugsIn,
  differences,
  onTheWay,
  snapshotOf,
} from '../../crash/matrix/oracle.ts';
import { pictureOf } from '../../crash/matrix/picture.ts';
import { prepared, runWhole, type Whole } from '../../crash/matrix/whole-run.ts';
import type { Act, Scenario } from '../../crash/scenarios/scenario.ts';
import { runOn } from '../../crash/world/schedule.ts';
import type { Plant } from '../../crash/world/store-services.ts';
import { type Conflict, shownConflict, TROUBLES } from './conflicts.ts';

export interface ConflictResult {
  readonly scenario: string;
  /** How many writes of the table were struck, and in how many ways together. */
  readonly writes: number;
  readonly runs: number;
  readonly violations: readonly { readonly conflict: string; readonly what: string }[];
}

export async function conflictsOf(scenario: Scenario, plant: Plant = {}): Promise<ConflictResult> {
  const { whole, wrong } = await runWhole(scenario, plant);
  const violations = wrong.map((what) => ({ conflict: 'undisturbed', what }));
  let writes = 0;
  let runs = 0;
  for (const [action, troubles] of Object.entries(TROUBLES)) {
    for (let call = 1; ; call += 1) {
      const struck: string[] = [];
      for (const trouble of troubles) {
        const conflict = { ...trouble, action, call };
        const found = await runWith(scenario, plant, whole, conflict);
        if (found === 'not-struck') break;
        runs += 1;
        struck.push(conflict.what);
        violations.push(...found.map((what) => ({ conflict: shownConflict(conflict), what })));
      }
      if (struck.length === 0) break;
      writes += 1;
    }
  }
  return { scenario: scenario.name, writes, runs, violations };
}

/** What is wrong, or that the act makes no such call. */
async function runWith(
  scenario: Scenario,
  plant: Plant,
  whole: Whole,
  { action, call, times, kind }: Conflict,
): Promise<readonly string[] | 'not-struck'> {
  const { world, act } = await prepared(scenario, plant);
  try {
    const { faults } = world.aws;
    faults.add({ service: 'dynamodb', action, skip: call - 1, times, kind });
    const once = await act.once();
    if (faults.pending === times) return 'not-struck';
    faults.clear();
    const saved = onTheWay(whole.before, [whole.done, whole.end], act.between ?? [], world);
    const now = await brokenNow(world, await snapshotOf(world), { saved });
    const later = await runOn(world);
    const end = await snapshotOf(world);
    return [
      ...unlike(once, act, whole),
      ...now.filter((each) => !whole.broken.has(each)),
      ...bugsIn([once, ...later]),
      ...(await brokenInTheEnd(world, end, act)).filter((each) => !whole.left.has(each)),
      ...differences(pictureOf(end, world), whole.picture),
    ];
  } finally {
    await world.close();
  }
}

const ASKS = 'provider refresh';

/** How the act itself ended, and how often it asked the provider. */
function unlike({ ended, calls }: Invocation, { isAsked }: Act, whole: Whole): string[] {
  const asked = calls.filter(({ label }) => label === ASKS).length;
  const meant = whole.calls.filter(({ label }) => label === ASKS).length;
  const isSame = isAsked
    ? shownEnd(ended) === shownEnd(whole.ended)
    : ended.outcome === whole.ended.outcome;
  return [
    ...(isSame ? [] : [`it ended with ${shownEnd(ended)}, and not with ${shownEnd(whole.ended)}`]),
    ...(asked === meant ? [] : [`the provider was asked ${asked} times, and not ${meant}`]),
  ];
}

/**
 * An answer or a failure, without what is of the run: ids, times, and rows, which say it all once
 * more and are looked at in the end.
 */
function shownEnd(ended: Invocation['ended']): string {
  return said(ended)
    .replaceAll(/[0-9a-f]{32}/g, '(id)')
    .replaceAll(/\d{10,}/g, '(time)');
}

function said(ended: Invocation['ended']): string {
  if (ended.outcome === 'died') return ended.outcome;
  if (ended.outcome === 'failed') return String(ended.error);
  const withoutRows = (name: string, value: unknown) => (name === 'row' ? undefined : value);
  return JSON.stringify(ended.result, withoutRows) ?? 'nothing';
}
