/**
 * One store in a storm: its services, the containers of its functions, its schedule, and one clock
 * that jumps from event to event. The same seed is the same storm.
 */
import {
  HOUSEKEEPING_EVERY_MINUTES,
  SWEEP_EVERY_MINUTES,
} from '../../../infra/delivery-settings.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import type { InProcessAws } from '../../crash/engine/in-process-aws.ts';
import type { FunctionName } from '../../crash/world/functions.ts';
import {
  openStore,
  type Plant,
  refreshQueueOf,
  type StoreAdapters,
  storeAdapters,
  storeServices,
} from '../../crash/world/store-services.ts';
import { TokenEndpoints } from '../../crash/world/token-endpoints.ts';
import { Chance } from '../../simulation/engine/chance.ts';
import { EventClock } from '../../simulation/engine/event-clock.ts';
import type { Ended } from '../../simulation/engine/lambda-process.ts';
import { WarmPool } from '../../simulation/world/warm-pool.ts';
import { ampleDeadline } from '../../support/core/deadlines.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';
import { EventSource } from './event-source.ts';
import { Rotations } from './rotations.ts';
import { StormContainer } from './storm-container.ts';
import { CONTAINERS, QUEUE } from './storm-settings.ts';
import { Weather } from './weather.ts';

const MINUTE_MS = 60_000;
/** More than there are in a storm's store. */
const MANY_ITEMS = 10_000;

export class StormWorld {
  readonly startMs = START_MS;
  readonly clock = new EventClock(START_MS);
  readonly providers = new TokenEndpoints(this.clock);
  readonly rotations = new Rotations();
  readonly chance: Chance;
  readonly weather: Weather;
  readonly aws: InProcessAws;
  /** As an onlooker has them: nothing strikes. */
  readonly ports: StoreAdapters;
  /** What failed as no contract says. */
  readonly bugs: string[] = [];
  readonly #plant: Plant;
  readonly #pools = new Map<FunctionName, WarmPool<StormContainer>>();
  readonly #source: EventSource;

  private constructor(seed: number, plant: Plant) {
    this.#plant = plant;
    this.chance = new Chance(seed);
    this.weather = new Weather(this.chance.fork());
    const { faults } = this.weather;
    this.aws = storeServices(() => this.clock.nowMs(), { faults });
    this.ports = storeAdapters((call) => this.aws.execute(call), { random: () => 0 });
    this.#source = new EventSource({
      queue: this.queue,
      clock: this.clock,
      chance: this.chance.fork(),
      weather: this.weather,
      work: (event) => this.invoke('refresh-worker', event),
    });
  }

  static async open(seed: number, plant: Plant = {}): Promise<StormWorld> {
    const world = new StormWorld(seed, plant);
    await openStore(world.aws, world.ports);
    return world;
  }

  get queue() {
    return refreshQueueOf(this.aws);
  }

  async invoke(name: FunctionName, event: unknown): Promise<Ended<unknown>> {
    const pool = this.#poolOf(name);
    const container = pool.take();
    const ended = await container.invoke(event);
    if (!container.isDead) pool.giveBack(container);
    if (ended.outcome === 'failed' && !(ended.error instanceof LatchkeyError)) {
      this.bugs.push(`${name}: ${(ended.error as Error).stack}`);
    }
    return ended;
  }

  /** Time passes, and what runs by itself runs. */
  async run(forMs: number): Promise<void> {
    const fromMs = this.clock.nowMs();
    const every = (periodMs: number, what: () => void) => {
      const passed = Math.ceil((fromMs - this.startMs) / periodMs);
      let atMs = this.startMs + passed * periodMs;
      for (; atMs < fromMs + forMs; atMs += periodMs) this.clock.at(atMs, what);
    };
    every(SWEEP_EVERY_MINUTES * MINUTE_MS, () => this.clock.spawn(this.#sweep()));
    every(HOUSEKEEPING_EVERY_MINUTES * MINUTE_MS, () =>
      this.clock.spawn(this.invoke('housekeeper', { mode: 'repair' })),
    );
    every(QUEUE.pollMs, () => this.#source.poll());
    await this.clock.runUntil(fromMs + forMs);
  }

  /** Time passes, and nobody does anything. */
  async wait(forMs: number): Promise<void> {
    await this.clock.runUntil(this.clock.nowMs() + forMs);
  }

  /** A sweep with nothing due does nothing: it need not ask the shards for that. */
  async #sweep(): Promise<void> {
    const { clock, ports } = this;
    const page = ports.index.scan({ limit: MANY_ITEMS }, ampleDeadline(clock));
    const { rows } = await clock.hold(page);
    const atMost = clock.nowMs() + CONTAINERS.skewMs.most;
    if (rows.every(({ dueAtMs = Number.POSITIVE_INFINITY }) => dueAtMs > atMost)) return;
    await this.invoke('refresh-dispatcher', {});
  }

  #poolOf(name: FunctionName): WarmPool<StormContainer> {
    const { clock, weather, aws, providers, rotations } = this;
    const plant = this.#plant;
    const start = () => {
      const chance = this.chance.fork();
      return new StormContainer(name, { clock, chance, weather, aws, providers, rotations, plant });
    };
    const pool = this.#pools.get(name) ?? new WarmPool(start, this.chance.fork());
    this.#pools.set(name, pool);
    return pool;
  }
}
