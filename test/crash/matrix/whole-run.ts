/** A scenario in which nothing dies: what it calls, and what it comes to. */
import type { Invocation } from '../engine/container-process.ts';
import type { OutgoingCall } from '../engine/outgoing-call.ts';
import type { Act, Scenario } from '../scenarios/scenario.ts';
import { CrashWorld } from '../world/crash-world.ts';
import { runOn } from '../world/schedule.ts';
import { Stage } from '../world/stage.ts';
import type { Plant } from '../world/store-services.ts';
import {
  brokenInTheEnd,
  brokenNow,
  bugsIn,
  type Contents,
  contentsOf,
  foundAsStored,
  snapshotOf,
} from './oracle.ts';
import { type Picture, pictureOf } from './picture.ts';

export interface Whole {
  readonly calls: readonly OutgoingCall[];
  /** What the store's tokens held when it began. */
  readonly before: Contents;
  /** What was broken then: a scenario may be about mending it. */
  readonly broken: ReadonlySet<string>;
  /** What the tokens held when it was done, and when the schedule had run on. */
  readonly done: Contents;
  readonly end: Contents;
  /** What is broken in the end as well. */
  readonly left: ReadonlySet<string>;
  readonly picture: Picture;
  readonly ended: Invocation['ended'];
  /** Whether it succeeded; some scenarios are about failures that the contract has. */
  readonly answered: boolean;
}

export interface Prepared {
  readonly world: CrashWorld;
  readonly act: Act;
}

export async function prepared({ prepare }: Scenario, plant: Plant): Promise<Prepared> {
  const world = await CrashWorld.open(plant);
  return { world, act: await prepare(new Stage(world)) };
}

export async function runWhole(
  scenario: Scenario,
  plant: Plant,
): Promise<{ readonly whole: Whole; readonly wrong: readonly string[] }> {
  const { world, act } = await prepared(scenario, plant);
  const begin = await snapshotOf(world);
  const broken = await brokenNow(world, begin, { saved: foundAsStored(begin) });
  const once = await act.once();
  const done = contentsOf(await snapshotOf(world));
  const later = await runOn(world);
  const end = await snapshotOf(world);
  const picture = pictureOf(end, world);
  const left = await brokenInTheEnd(world, end, act);
  const wrong = [
    ...bugsIn([once, ...later]),
    ...(scenario.leftAlone ? [] : left),
    ...unlikeSaid(scenario, picture),
  ];
  await world.close();
  const { ended } = once;
  const answered = ended.outcome === 'answered';
  const whole = {
    calls: once.calls,
    before: contentsOf(begin),
    broken: new Set(broken),
    done,
    end: contentsOf(end),
    left: new Set(left),
    picture,
    ended,
    answered,
  };
  return { whole, wrong };
}

/** A run is held against this one, and this one against what a person wrote down. */
function unlikeSaid({ ends, told = [] }: Scenario, { living, events }: Picture): string[] {
  if (ends === undefined) return [];
  const states = Object.fromEntries([...living].map(([user, line]) => [user, line.split(',')[0]]));
  const now = JSON.stringify([Object.entries(states).sort(), events]);
  const said = JSON.stringify([Object.entries(ends).sort(), [...told].sort()]);
  return now === said ? [] : [`it ends as ${now}, and not as ${said}`];
}
