/** What must hold after a death, after the repetition, and in the end. */
import type { TokenJson } from '../../../lib/contract.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import { revealToken } from '../../../lib/token.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { orphanViolations } from '../../support/invariants/orphans.ts';
import { type Promises, promiseViolations } from '../../support/invariants/promises.ts';
import { type StoreSnapshot, takeSnapshot } from '../../support/invariants/store-snapshot.ts';
import { structureViolations } from '../../support/invariants/structure.ts';
import { shownViolation } from '../../support/invariants/violation.ts';
import type { Invocation } from '../engine/container-process.ts';
import type { Act } from '../scenarios/scenario.ts';
import type { CrashWorld } from '../world/crash-world.ts';
import type { Picture } from './picture.ts';
import { portsOf } from './snapshot-ports.ts';

export type Contents = ReadonlyMap<string, TokenJson>;

export function snapshotOf({ ports, clock }: CrashWorld): Promise<StoreSnapshot> {
  return takeSnapshot(ports, ampleDeadline(clock));
}

export function contentsOf({ living, contents }: StoreSnapshot): Contents {
  return new Map(
    living.flatMap(({ id }) => {
      const content = contents.get(id);
      return content === undefined ? [] : [[id, revealToken(content.token)]];
    }),
  );
}

/** Holds at every moment. */
export async function brokenNow(
  world: CrashWorld,
  snapshot: StoreSnapshot,
  promises: Promises,
): Promise<string[]> {
  const violations = [
    ...structureViolations(snapshot),
    ...(await promiseViolations(portsOf(snapshot), promises, ampleDeadline(world.clock))),
  ];
  return violations.map(shownViolation);
}

/** Each token that was there before, with all that it may hold on the way to the end. */
export function onTheWay(
  before: Contents,
  later: readonly Contents[],
  between: readonly TokenJson[],
  { providers }: CrashWorld,
): NonNullable<Promises['saved']> {
  const isMinted = (_field: unknown, value: string) => providers.wasRefreshed(value);
  const kept = [...before].filter(([id]) => later.every((contents) => contents.has(id)));
  return new Map(
    kept.map(([id, token]) => {
      const held = later.flatMap((contents) => contents.get(id) ?? []);
      return [id, { anyOf: [token, ...held, ...between], isMinted }];
    }),
  );
}

/** Every token that is there is found whole by each of its keys. */
export function foundAsStored(snapshot: StoreSnapshot): NonNullable<Promises['saved']> {
  return new Map([...contentsOf(snapshot)].map(([id, token]) => [id, { anyOf: [token] }]));
}

/** Where the provider holds a grant of a token's user, the store must have it. */
function grantsOf(
  snapshot: StoreSnapshot,
  { providers }: CrashWorld,
  excused: ReadonlySet<string> = new Set(),
): NonNullable<Promises['grants']> {
  const granted = snapshot.living.filter(({ id, userName = '' }) => {
    const refreshes = snapshot.contents.get(id)?.token.refreshToken !== undefined;
    return refreshes && providers.hasGrant(userName) && !excused.has(id);
  });
  return new Map(granted.map(({ id }) => [id, (held) => providers.takes(held)]));
}

/** Tokens of a provider that rotates whose grant nobody has any more. */
export function lostGrants({ living, contents }: StoreSnapshot, { providers }: CrashWorld) {
  return living.filter(({ id, provider, userName = '' }) => {
    const held = contents.get(id)?.token.refreshToken?.reveal();
    const isHeld = held !== undefined && providers.takes(held);
    return provider === 'rotating' && providers.hasGrant(userName) && !isHeld;
  });
}

/** Holds once the schedule has run on: nothing is broken, and nothing is left over. */
export async function brokenInTheEnd(
  world: CrashWorld,
  end: StoreSnapshot,
  { acknowledged = new Map() }: Act,
  excused: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const saved = new Map(foundAsStored(end));
  for (const [id, token] of acknowledged) saved.set(id, { anyOf: [token] });
  const broken = await brokenNow(world, end, {
    saved,
    grants: grantsOf(end, world, excused),
  });
  const orphans = orphanViolations(end).map(shownViolation);
  // The end of an ARN is random.
  return [...broken, ...orphans.map((each) => each.replace(/-\w{6}\)$/, ')'))];
}

/** Whatever fails must fail as the contract says. */
export function bugsIn(invocations: readonly (Invocation | undefined)[]): string[] {
  return invocations.flatMap((invocation) => {
    if (invocation?.ended.outcome !== 'failed') return [];
    const { error } = invocation.ended;
    return error instanceof LatchkeyError ? [] : [`a bug: ${(error as Error).stack}`];
  });
}

/** How what came of a death differs from what comes of none, apart from some users. */
export function differences(
  now: Picture,
  meant: Picture,
  apartFrom: ReadonlySet<string> = new Set(),
): string[] {
  const users = new Set([...now.living.keys(), ...meant.living.keys()]);
  const told = now.events.filter((event) => ![...apartFrom].some((user) => event.endsWith(user)));
  return [
    ...[...users]
      .filter((user) => !apartFrom.has(user) && now.living.get(user) !== meant.living.get(user))
      .map((user) => `${user} is ${now.living.get(user)}; and not ${meant.living.get(user)}`),
    ...differing('buried', now.buried, meant.buried),
    ...differing('told', told, meant.events),
  ];
}

function differing(what: string, now: readonly string[], meant: readonly string[]): string[] {
  return String(now) === String(meant) ? [] : [`${what}: ${now}; and not ${meant}`];
}
