/** The same scenario with one death in it: what must hold then, and after the repetition, and in the end. */
import type { Invocation } from '../engine/container-process.ts';
import type { OutgoingCall } from '../engine/outgoing-call.ts';
import type { Act, Scenario } from '../scenarios/scenario.ts';
import type { CrashWorld } from '../world/crash-world.ts';
import { runOn } from '../world/schedule.ts';
import type { Plant } from '../world/store-services.ts';
import {
  brokenInTheEnd,
  brokenNow,
  bugsIn,
  type Contents,
  differences,
  lostGrants,
  onTheWay,
  snapshotOf,
} from './oracle.ts';
import { nameOf, type Picture, pictureOf } from './picture.ts';
import type { Landing, Point } from './points.ts';
import { prepared, type Whole } from './whole-run.ts';
import { isInWindow } from './window.ts';

export interface DeathRun {
  readonly violations: readonly string[];
  /** What the repetition called. */
  readonly repetition: readonly OutgoingCall[];
  /** Of a death in the window of a provider that rotates: whether it cost a grant. */
  readonly lost?: boolean;
}

export async function runWithDeath(
  scenario: Scenario,
  plant: Plant,
  whole: Whole,
  point: Point,
): Promise<DeathRun> {
  const { before, broken } = whole;
  const { world, act } = await prepared(scenario, plant);
  const died = await act.once({ at: point.call, when: point.when });
  expectSameWay(died, whole, point);
  const saved = onTheWay(before, [whole.done, whole.end], act.between ?? [], world);
  const atDeath = await brokenNow(world, await snapshotOf(world), { saved });

  const onItsWay = new OnItsWay(died);
  const again = await repeat(world, act, onItsWay, point.landing);
  const repeated = await snapshotOf(world);
  const gone = isAnswered(again) ? buriedOf(before, whole.end, repeated) : [];
  const afterRepetition = await brokenNow(world, repeated, { saved, gone });

  const later = [...(await runOn(world))];
  const inWindow = isInWindow(whole.calls, point);
  const missed = inWindow ? lostGrants(await snapshotOf(world), world) : [];
  if (point.landing === 'in the end') {
    await onItsWay.land();
    later.push(...(await runOn(world)));
  }
  const end = await snapshotOf(world);
  const picture = pictureOf(end, world);
  const lost = inWindow ? lostGrants(end, world) : [];
  const excused = new Set(lost.map(({ id }) => id));
  const healed = missed.filter(({ id }) => !excused.has(id)).map(nameOf);
  const violations = [
    ...[...atDeath, ...afterRepetition].filter((each) => !broken.has(each)),
    ...(whole.answered && !inWindow && again !== undefined && !isAnswered(again)
      ? [`the repetition failed: ${failureOf(again)}`]
      : []),
    ...bugsIn([again, ...later]),
    ...(await brokenInTheEnd(world, end, act, excused)).filter((each) => !whole.left.has(each)),
    ...differences(picture, withHealed(whole.picture, healed), new Set(lost.map(nameOf))),
    ...lost
      .filter((row) => {
        const isTold = picture.events.includes(`Token Needs Reauthorization: ${nameOf(row)}`);
        return row.state !== 'needs-reauthorization' || !isTold;
      })
      .map(({ id }) => `${id}: its grant was lost, and nobody noticed`),
  ];
  await world.close();
  const rotates = [...whole.end.values()].some(({ provider }) => provider === 'rotating');
  return {
    violations,
    repetition: again?.calls ?? [],
    ...(inWindow && rotates && { lost: lost.length > 0 }),
  };
}

/** What was lost until a write arrived very late was told of, and so was that it is well again. */
function withHealed(picture: Picture, names: readonly string[]): Picture {
  const told = names.flatMap((name) => [
    `Token Healed: ${name}`,
    `Token Needs Reauthorization: ${name}`,
  ]);
  return { ...picture, events: [...picture.events, ...told].sort() };
}

/** The run is the whole one up to the death, or nobody knows what it tells. */
function expectSameWay({ ended, calls }: Invocation, whole: Whole, { call }: Point): void {
  const way = calls.slice(0, call).map(({ label }) => label);
  const meant = whole.calls.slice(0, call).map(({ label }) => label);
  if (ended.outcome === 'died' && String(way) === String(meant)) return;
  throw new Error(`Not the same run twice: ${ended.outcome} after ${way}, and not ${meant}`);
}

/** What was on its way, to arrive once. */
class OnItsWay {
  #effect: (() => Promise<unknown>) | undefined;

  constructor({ onItsWay }: Invocation) {
    this.#effect = onItsWay;
  }

  async land(): Promise<void> {
    const effect = this.#effect;
    this.#effect = undefined;
    await effect?.();
  }
}

/** The repetition, in which or after which what was on its way arrives, unless it is later still. */
async function repeat(
  world: CrashWorld,
  act: Act,
  onItsWay: OnItsWay,
  landing: Landing,
): Promise<Invocation | undefined> {
  let calls = 0;
  world.onCall = async () => {
    calls += 1;
    if (calls === landing) await onItsWay.land();
  };
  const again = await act.again();
  world.onCall = async () => {};
  if (landing !== 'in the end') await onItsWay.land();
  return again;
}

/** Tokens that the act ends: not those that another took over, for their ids lead on. */
function buriedOf(
  before: Contents,
  after: Contents,
  { rows }: Awaited<ReturnType<typeof snapshotOf>>,
): string[] {
  return [...before.keys()].filter((id) => !after.has(id) && !rows.get(id)?.supersededBy);
}

function isAnswered(invocation: Invocation | undefined): boolean {
  return invocation?.ended.outcome === 'answered';
}

function failureOf({ ended }: Invocation): string {
  return ended.outcome === 'failed' ? String(ended.error) : ended.outcome;
}
