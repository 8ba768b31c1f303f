/**
 * A scenario once whole, and once for each point at which it can die: what was found, in numbers and
 * in words.
 */
import type { Scenario } from '../scenarios/scenario.ts';
import type { Plant } from '../world/store-services.ts';
import { runWithDeath } from './death-run.ts';
import { otherLandings, type Point, pointsOf, shownKind, shownPoint } from './points.ts';
import { runWhole } from './whole-run.ts';

export interface Found {
  readonly point: string;
  readonly what: string;
}

/** A death in the window of a provider that rotates. */
export interface InWindow {
  readonly point: string;
  /** Of the call and the moment, without where the call stands. */
  readonly kind: string;
  readonly lost: boolean;
}

export interface MatrixResult {
  readonly scenario: string;
  /** Outgoing calls of the run in which nothing dies. */
  readonly calls: number;
  /** Deaths before, after and during them. */
  readonly points: number;
  /** Runs in all: for a call that was under way, one for each moment at which it can arrive. */
  readonly runs: number;
  readonly violations: readonly Found[];
  readonly window: readonly InWindow[];
}

export async function matrixOf(scenario: Scenario, plant: Plant = {}): Promise<MatrixResult> {
  const { whole, wrong } = await runWhole(scenario, plant);
  const violations: Found[] = wrong.map((what) => ({ point: 'nothing dies', what }));
  const window: InWindow[] = [];
  const points = pointsOf(whole.calls);
  let runs = 1;
  const run = async (point: Point) => {
    runs += 1;
    const label = whole.calls[point.call - 1]?.label ?? '';
    const shown = shownPoint(point, label);
    const died = await runWithDeath(scenario, plant, whole, point);
    violations.push(...died.violations.map((what) => ({ point: shown, what })));
    const { lost } = died;
    if (lost !== undefined) window.push({ point: shown, kind: shownKind(point, label), lost });
    return died.repetition;
  };
  for (const point of points) {
    const repetition = await run(point);
    const call = whole.calls[point.call - 1];
    if (point.when !== 'late' || call === undefined) continue;
    for (const landing of otherLandings(call, repetition)) await run({ ...point, landing });
  }
  const { name } = scenario;
  return {
    scenario: name,
    calls: whole.calls.length,
    points: points.length,
    runs,
    violations,
    window,
  };
}
