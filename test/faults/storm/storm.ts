/**
 * One storm: users and what runs by itself under faults for hours, then calm weather for as long as
 * the schedule needs, and everything that must hold.
 */
import type { Plant } from '../../crash/world/store-services.ts';
import { Administrator } from './administrator.ts';
import type { CallCounts } from './calls.ts';
import { brokenNow, checkStore, serviceViolations } from './checks.ts';
import { LIVES, SPANS } from './storm-settings.ts';
import { StormUser, type Who } from './storm-user.ts';
import { StormWorld } from './storm-world.ts';

export interface StormResult {
  readonly seed: number;
  readonly counts: CallCounts;
  /** By kind of fault: how often it struck. */
  readonly faults: Readonly<Record<string, number>>;
  readonly refreshes: number;
  /** Users of a provider that rotates who had to authorize anew: what was rotated was lost. */
  readonly lostGrants: number;
  readonly violations: readonly string[];
}

export interface StormOptions {
  readonly seed: number;
  /** How long it lasts. Default: as `storm-settings.ts` says. */
  readonly hours?: number;
  readonly plant?: Plant;
  /** It is over with the first violation. */
  readonly untilBroken?: boolean;
}

const HOUR_MS = 3_600_000;
const USERS: readonly Who[] = Array.from({ length: LIVES.users }, (_, place) => ({
  userName: `user${Math.floor(place / 2)}`,
  clientId: place % 2 === 0 ? 'C' : 'D',
  rotates: place >= LIVES.users - LIVES.rotating,
}));

export async function runStorm(options: StormOptions): Promise<StormResult> {
  const { seed, hours = SPANS.storm / HOUR_MS, plant, untilBroken = false } = options;
  const world = await StormWorld.open(seed, plant);
  const counts: CallCounts = { calls: 0, acknowledged: 0, unanswered: 0 };
  const violations: string[] = [];
  const onViolation = (what: string) => violations.push(`at ${atMinute(world)}: ${what}`);
  const common = { world, counts, onViolation };
  const users = USERS.map((who) => new StormUser({ ...common, who, chance: world.chance.fork() }));
  const administrator = new Administrator({ ...common, users, chance: world.chance.fork() });
  const untilMs = world.startMs + hours * HOUR_MS;
  for (const actor of [...users, administrator]) world.clock.spawn(actor.live(untilMs));
  const isOver = () => untilBroken && violations.length > 0;
  while (world.clock.nowMs() < untilMs && !isOver()) {
    await world.run(SPANS.look);
    for (const what of await brokenNow(world, users)) onViolation(what);
  }
  if (!isOver()) await afterwards(world, users, onViolation);
  violations.push(...world.bugs);
  await world.aws.close();
  return {
    seed,
    // As it is now: where all stops at a violation, calls under way fail after this.
    counts: { ...counts },
    faults: world.weather.counts,
    refreshes: world.providers.refreshes,
    lostGrants: users.filter(({ lostGrant }) => lostGrant).length,
    violations,
  };
}

/** Calm weather until the schedule has made up for the storm; then all is looked at and tried. */
async function afterwards(
  world: StormWorld,
  users: readonly StormUser[],
  onViolation: (what: string) => void,
): Promise<void> {
  world.weather.beCalm();
  await world.run(SPANS.calm);
  await world.wait(SPANS.week);
  await world.run(SPANS.after);
  const { violations, lostGrants } = await checkStore(world, users);
  let unserved = ['not everybody was served within an hour'];
  const serve = async () => {
    unserved = await serviceViolations(users, lostGrants, world.clock);
  };
  world.clock.spawn(serve());
  await world.run(HOUR_MS);
  for (const what of [...violations, ...unserved]) onViolation(what);
}

function atMinute({ clock, startMs }: StormWorld): string {
  return `minute ${((clock.nowMs() - startMs) / 60_000).toFixed(1)}`;
}
