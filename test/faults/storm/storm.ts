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
  /** Of providers that rotate refresh tokens: lost, and told of. */
  readonly lostGrants: number;
  readonly violations: readonly string[];
}

export interface StormOptions {
  readonly seed: number;
  readonly hours?: number;
  readonly plant?: Plant;
}

const HOUR_MS = 3_600_000;
const USERS: readonly Who[] = Array.from({ length: LIVES.users }, (_, place) => ({
  userName: `user${Math.floor(place / 2)}`,
  clientId: place % 2 === 0 ? 'C' : 'D',
  rotates: place >= LIVES.users - 2,
}));

export async function runStorm({
  seed,
  hours = SPANS.storm / HOUR_MS,
  plant,
}: StormOptions): Promise<StormResult> {
  const world = await StormWorld.open(seed, plant);
  const counts: CallCounts = { calls: 0, acknowledged: 0, unanswered: 0 };
  const violations: string[] = [];
  const onViolation = (what: string) => violations.push(`at ${atMinute(world)}: ${what}`);
  const common = { world, counts, onViolation };
  const users = USERS.map((who) => new StormUser({ ...common, who, chance: world.chance.fork() }));
  const administrator = new Administrator({ ...common, users, chance: world.chance.fork() });
  const untilMs = world.clock.nowMs() + hours * HOUR_MS;
  for (const actor of [...users, administrator]) world.clock.spawn(actor.live(untilMs));
  const look = async () => {
    for (const what of await brokenNow(world, users)) onViolation(what);
  };
  for (let atMs = world.startMs; atMs < untilMs; atMs += SPANS.look) {
    world.clock.at(atMs, () => world.clock.spawn(look()));
  }
  await world.run(hours * HOUR_MS);
  world.weather.beCalm();
  await world.run(SPANS.calm);
  await world.wait(SPANS.week);
  await world.run(SPANS.after);
  const { violations: broken, lostGrants } = await checkStore(world, users);
  violations.push(...broken);
  const served = users.filter((user) => !lostGrants.has(user));
  const service = serviceViolations(served, world.clock).then((found) => violations.push(...found));
  world.clock.spawn(service);
  await world.run(HOUR_MS);
  violations.push(...world.bugs);
  await world.aws.close();
  return {
    seed,
    counts,
    faults: world.weather.counts,
    refreshes: world.providers.refreshes,
    lostGrants: lostGrants.size,
    violations,
  };
}

function atMinute({ clock, startMs }: StormWorld): string {
  return `minute ${((clock.nowMs() - startMs) / 60_000).toFixed(1)}`;
}
