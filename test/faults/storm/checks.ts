/** What must hold once the storm is over and the schedule has run on. */
import type { Clock } from '../../../lib/clock.ts';
import { isAlive, type TokenRow } from '../../../lib/token-index/token-index.ts';
import { portsOf } from '../../crash/matrix/snapshot-ports.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { VirtualClock } from '../../support/core/virtual-clock.ts';
import { orphanViolations } from '../../support/invariants/orphans.ts';
import {
  type Acknowledged,
  type Promises,
  promiseViolations,
} from '../../support/invariants/promises.ts';
import { type StoreSnapshot, takeSnapshot } from '../../support/invariants/store-snapshot.ts';
import { structureViolations } from '../../support/invariants/structure.ts';
import { shownViolation } from '../../support/invariants/violation.ts';
import { avoidableLoss } from './lost-grants.ts';
import type { StormUser } from './storm-user.ts';
import type { StormWorld } from './storm-world.ts';

/** A token is refreshed once a minute at most: a login just after a refresh has to wait. */
const PROVIDERS_BUDGET_MS = 3 * 60_000;
const { signal: NEVER } = new AbortController();

export interface AfterStorm {
  readonly violations: readonly string[];
  /** Users whose provider rotates, and whose grant nobody has any more; each knows of it. */
  readonly lostGrants: ReadonlySet<StormUser>;
}

/** What holds at every moment, whatever is under way. */
export async function brokenNow(world: StormWorld, users: readonly StormUser[]): Promise<string[]> {
  const snapshot = await snapshotOf(world);
  const condemned = (await lossesIn(world, snapshot, users)).filter(
    ({ row }) => row.state === 'needs-reauthorization',
  );
  return [...(await brokenIn(world, snapshot, users, new Map())), ...avoidable(condemned)];
}

/** The invariants of the crash matrix, and that nothing is left to do. */
export async function checkStore(
  world: StormWorld,
  users: readonly StormUser[],
): Promise<AfterStorm> {
  const snapshot = await snapshotOf(world);
  const lost = await lossesIn(world, snapshot, users);
  const lostGrants = new Set(lost.map(({ user }) => user));
  for (const user of lostGrants) user.lostGrant = true;
  const rows = new Map(users.map((user) => [user, rowOf(snapshot, user)]));
  const grants = new Map(
    [...rows].flatMap(([user, row]) =>
      row === undefined || lostGrants.has(user)
        ? []
        : [[row.id, (held: string) => world.providers.takes(held)] as const],
    ),
  );
  return {
    violations: [
      ...(await brokenIn(world, snapshot, users, grants)),
      ...orphanViolations(snapshot).map(shownViolation),
      ...condemned(world, rows, lostGrants),
      ...avoidable(lost),
      ...backlog(world),
      ...undue(snapshot),
    ],
    lostGrants,
  };
}

function snapshotOf({ ports, clock }: StormWorld): Promise<StoreSnapshot> {
  return takeSnapshot(ports, ampleDeadline(clock));
}

async function brokenIn(
  world: StormWorld,
  snapshot: StoreSnapshot,
  users: readonly StormUser[],
  grants: NonNullable<Promises['grants']>,
): Promise<string[]> {
  const saved = new Map<string, Acknowledged>();
  const missing: string[] = [];
  for (const user of users) {
    const { possible, isMinted } = user.known;
    const row = rowOf(snapshot, user);
    if (row === undefined && !possible.hasNone) missing.push(`${shown(user)} is not there`);
    if (row !== undefined) saved.set(row.id, { anyOf: possible.tokens, isMinted });
  }
  const gone = users.flatMap(({ known }) => [...known.gone]);
  const promises = { saved, gone, grants };
  // It looks into a snapshot, and has nobody to wait for.
  const deadline = ampleDeadline(new VirtualClock(world.clock.nowMs()));
  const violations = [
    ...structureViolations(snapshot),
    ...(await promiseViolations(portsOf(snapshot), promises, deadline)),
  ];
  return [...missing, ...violations.map(shownViolation)];
}

function rowOf({ living }: StoreSnapshot, { who }: StormUser): TokenRow | undefined {
  return living.find(
    ({ userName, clientId }) => userName === who.userName && clientId === who.clientId,
  );
}

/** A user of a provider that rotates who holds what it takes no more. */
interface Loss {
  readonly user: StormUser;
  readonly row: TokenRow;
  /** What the store could have done better. */
  readonly wrong: string | undefined;
}

async function lossesIn(
  world: StormWorld,
  snapshot: StoreSnapshot,
  users: readonly StormUser[],
): Promise<Loss[]> {
  const losses: Loss[] = [];
  for (const user of users.filter(({ who }) => who.rotates)) {
    const row = rowOf(snapshot, user);
    const held = row && snapshot.contents.get(row.id)?.token.refreshToken?.reveal();
    if (row === undefined || held === undefined || world.providers.takes(held)) continue;
    losses.push({ user, row, wrong: await avoidableLoss(world, row, held) });
  }
  return losses;
}

function avoidable(losses: readonly Loss[]): string[] {
  return losses.flatMap(({ user, wrong }) =>
    wrong === undefined ? [] : [`${shown(user)} lost its grant: ${wrong}`],
  );
}

/** No provider has refused anything for good: but for lost grants, which must be told of. */
function condemned(
  { aws }: StormWorld,
  rows: ReadonlyMap<StormUser, TokenRow | undefined>,
  lostGrants: ReadonlySet<StormUser>,
): string[] {
  return [...rows].flatMap(([user, row]) => {
    if (row === undefined) return [];
    const isCondemned = row.state !== 'active';
    if (!lostGrants.has(user)) return isCondemned ? [`${shown(user)} is ${row.state}`] : [];
    const isTold = aws.events.some(
      ({ detailType, detail }) =>
        detailType === 'Token Needs Reauthorization' && detail['tokenId'] === row.id,
    );
    return isCondemned && isTold ? [] : [`${shown(user)} lost its grant, and nobody was told`];
  });
}

function backlog({ queue }: StormWorld): string[] {
  const { visible, inFlight, delayed } = queue.counts();
  const left = visible + inFlight + delayed;
  return left === 0 ? [] : [`${left} messages wait in the queue`];
}

/** Every token that can be refreshed is due some time. */
function undue({ living, generation }: StoreSnapshot): string[] {
  return living
    .filter((row) => isAlive(row, generation) && row.dueAtMs === undefined)
    .map(({ id }) => `${id} is never due`);
}

/** Everybody is served: saves, finds, gets an access token, deletes, and finds nothing. */
export async function serviceViolations(
  users: readonly StormUser[],
  lostGrants: ReadonlySet<StormUser>,
  clock: Pick<Clock, 'sleep'>,
): Promise<string[]> {
  const violations: string[] = [];
  for (const user of users) {
    const { known } = user;
    const serve = async (what: string, isServed: Promise<boolean>) => {
      if (!(await isServed)) violations.push(`after the storm: ${shown(user)}: no ${what}`);
    };
    if (known.possible.hasNone || lostGrants.has(user)) await serve('login', user.login());
    else await serve('change', user.change());
    await serve('find', user.find());
    await serve('access token', user.accessToken());
    await serve('new login', user.login());
    await clock.sleep(PROVIDERS_BUDGET_MS, NEVER);
    await serve('access token of it', user.accessToken());
    await serve('deletion', user.delete());
    if (await user.find()) violations.push(`after the storm: ${shown(user)}: found once deleted`);
  }
  return violations;
}

export function shown({ who }: StormUser): string {
  return `${who.userName} of ${who.clientId}`;
}
