/** The whole run: a world, a store in it, days of faults, a calm hour, and what is checked. */
import type { TokenEvent } from '../../lib/events/token-event.ts';
import { DEFAULT_REFRESH_POLICY } from '../../lib/refresh-policy.ts';
import type { TokenRow } from '../../lib/token-index/token-index.ts';
import { START_MS } from '../support/core/virtual-clock.ts';
import { Chance } from './engine/chance.ts';
import { EventClock } from './engine/event-clock.ts';
import { Audit, type Recovery } from './watch/audit.ts';
import { checkAtEnd } from './watch/final-checks.ts';
import { ProviderLog } from './watch/provider-log.ts';
import { Tallies } from './watch/tallies.ts';
import { Violations } from './watch/violations.ts';
import { Watch } from './watch/watch.ts';
import { type Account, userNameOf } from './world/account.ts';
import { Fates } from './world/fates.ts';
import { ForgetfulVault } from './world/forgetful-vault.ts';
import { Lives, ROTATING } from './world/lives.ts';
import { Operations } from './world/operations.ts';
import { Operators } from './world/operators.ts';
import type { Plant } from './world/plant.ts';
import { type Answered, type Outage, SimulatedProvider } from './world/simulated-provider.ts';
import { SimulatedQueue } from './world/simulated-queue.ts';
import { StoreWorld } from './world/store-world.ts';
import { TickSchedule } from './world/tick-schedule.ts';
import { Uses } from './world/uses.ts';
import { WorkerFleet } from './world/worker-fleet.ts';
import { CALM_MS, DRAIN_MS, HOUR_MS, PROVIDER, USERS } from './world/world-settings.ts';

export interface SimulationOptions {
  readonly tokens: number;
  readonly hours: number;
  readonly seed: number;
  readonly plant?: Plant;
  /** Told now and then how much of the time has passed, in [0, 1]. */
  readonly onProgress?: (share: number) => void;
}

export interface SimulationResult {
  readonly startMs: number;
  readonly tallies: Tallies;
  readonly violations: Violations;
  readonly recoveries: readonly Recovery[];
}

const PROGRESS_STEPS = 200;

export async function simulate(options: SimulationOptions): Promise<SimulationResult> {
  const { hours, seed, plant = {}, onProgress = () => {} } = options;
  const chance = new Chance(seed);
  const clock = new EventClock(START_MS);
  const calmFromMs = START_MS + hours * HOUR_MS;
  const endMs = calmFromMs + CALM_MS + DRAIN_MS;
  const outages = outagesOf(hours);
  const tallies = new Tallies(START_MS, Math.ceil((endMs - START_MS) / 1000) + 1);
  const violations = new Violations();
  const rows = new Map<string, TokenRow>();
  const accounts: Account[] = [];
  const vault = new ForgetfulVault();
  const refreshTokenOf = (row: TokenRow) => vault.contentOf(row)?.token.refreshToken?.reveal();
  const common = { clock, rows, accounts, outages, tallies, violations };
  const watch = new Watch({ ...common, refreshTokenOf });
  const log = new ProviderLog({ accounts, tallies, violations });
  const provider = new SimulatedProvider({
    ...{ outages, chance: chance.fork(), watch: log },
    spurious: plant.spurious ?? 0,
  });
  const queue = new SimulatedQueue({ clock, chance: chance.fork(), tallies });
  const announced = new Set<string>();
  const policy = { ...DEFAULT_REFRESH_POLICY, ...plant.policy };
  const policies = { standard: policy, ofProvider: { [ROTATING]: policy } };
  const fates = new Fates(chance.fork(), plant);
  const onAnswer = (answered: Answered) => {
    watch.answered(answered);
    const account = answered.grant && accounts[answered.grant.owner];
    if (account === undefined || clock.nowMs() >= calmFromMs) return;
    const usual = USERS.changesDuringRefresh[account.rotates ? 'rotating' : 'others'];
    const share = plant.changesDuringRefresh ?? usual;
    if (changes.of(share)) lives.changeNow(account);
  };
  const changes = chance.fork();
  const world = new StoreWorld({
    ...{ clock, chance: chance.fork(), rows, vault, provider, queue, watch, tallies, policies },
    ...{ onAnswer, plant },
    publisher: {
      publish: async (events: readonly TokenEvent[]) => {
        for (const { type, detail } of events) {
          if (type === 'needs-reauthorization') announced.add(detail.tokenId);
        }
        return [];
      },
    },
  });
  accounts.push(...accountsOf(options, provider, chance.fork()));
  const start = { clock, rows, watch, tallies, violations, fates };
  new WorkerFleet({ ...start, chance: chance.fork(), queue, start: () => world.worker() });
  new TickSchedule({ ...start, chance: chance.fork(), start: () => world.dispatcher() }).run(
    calmFromMs + CALM_MS,
  );
  const operations = new Operations({
    ...{ fates, tallies, chance: chance.fork() },
    start: (role) => world.operation(role),
  });
  const lives = new Lives({ ...common, provider, operations, chance: chance.fork() });
  lives.run(calmFromMs);
  new Uses({ ...common, watch, operations, chance: chance.fork() }).run(calmFromMs);
  new Operators({
    ...{ ...common, fates, chance: chance.fork(), asksEveryMs: plant.asksEveryMs },
    start: () => world.operator(),
  }).run(calmFromMs);
  const audit = new Audit({ ...common, watch, policy });
  audit.run(calmFromMs + CALM_MS);
  provider.calmFromMs = calmFromMs;
  queue.calmFromMs = calmFromMs;
  clock.at(calmFromMs, () => fates.beCalm());
  for (let step = 1; step <= PROGRESS_STEPS; step += 1) {
    await clock.runUntil(START_MS + ((endMs - START_MS) * step) / PROGRESS_STEPS);
    onProgress(step / PROGRESS_STEPS);
  }
  checkAtEnd({
    ...{ nowMs: endMs, calmFromMs, accounts, rows, refreshTokenOf, queue, announced },
    ...{ watch, tallies, violations },
  });
  return { startMs: START_MS, tallies, violations, recoveries: audit.recoveries };
}

function outagesOf(hours: number): Outage[] {
  return PROVIDER.outagesAt.map(({ share, kind }) => {
    const fromMs = START_MS + Math.round(share * hours * HOUR_MS);
    return { fromMs, untilMs: fromMs + PROVIDER.outageMs, kind };
  });
}

function accountsOf(
  { tokens, plant }: SimulationOptions,
  provider: SimulatedProvider,
  chance: Chance,
): Account[] {
  return Array.from({ length: tokens }, (_, index): Account => {
    const rotates = chance.of(plant?.rotating ?? 0);
    const graceMs = rotates && chance.of(PROVIDER.withGrace) ? PROVIDER.graceMs : 0;
    const client = chance.whole(1, USERS.clients);
    return {
      index,
      userName: userNameOf(index),
      clientId: `client-${client}`,
      clientSecret: `client-secret-${client}`,
      rotates,
      graceMs,
      usedEveryMs: chance.weighted(USERS.uses),
      grant: provider.consent(index, rotates, graceMs, START_MS).grant,
      changes: 0,
      changing: false,
    };
  });
}
