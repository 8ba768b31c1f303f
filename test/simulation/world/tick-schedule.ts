/** EventBridge: a tick each minute, now and then twice, late or not at all; and what it starts. */
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import type { Chance } from '../engine/chance.ts';
import type { EventClock } from '../engine/event-clock.ts';
import { PICK_UP_MS } from '../watch/reasons.ts';
import type { Tallies } from '../watch/tallies.ts';
import type { Watch } from '../watch/watch.ts';
import type { Fates } from './fates.ts';
import type { DispatcherContainer } from './store-world.ts';
import { WarmPool } from './warm-pool.ts';
import { DEPLOYMENT, TICKS } from './world-settings.ts';

export interface TickScheduleOptions {
  readonly clock: EventClock;
  readonly chance: Chance;
  readonly start: () => DispatcherContainer;
  readonly fates: Fates;
  readonly rows: ReadonlyMap<string, TokenRow>;
  readonly watch: Watch;
  readonly tallies: Tallies;
}

/** After a death, what it had sent has landed. */
const LANDED_MS = 100;

export class TickSchedule {
  readonly #o: TickScheduleOptions;
  readonly #pool: WarmPool<DispatcherContainer>;

  constructor(options: TickScheduleOptions) {
    this.#o = options;
    this.#pool = new WarmPool(options.start, options.chance);
  }

  /** Ticks until then. */
  run(untilMs: number): void {
    const { clock, chance, tallies } = this.#o;
    const tick = () => {
      const nowMs = clock.nowMs();
      if (nowMs >= untilMs) return;
      clock.at(nowMs + TICKS.everyMs, tick);
      if (chance.of(TICKS.lost)) {
        tallies.ticksLost += 1;
        return;
      }
      const lateMs = chance.of(TICKS.late) ? chance.whole(0, TICKS.latestMs) : 0;
      const times = chance.of(TICKS.twice) ? 2 : 1;
      for (let time = 0; time < times; time += 1) {
        const extraMs = time === 0 ? 0 : chance.whole(0, 5_000);
        clock.at(nowMs + lateMs + extraMs, () => clock.spawn(this.#sweep()));
      }
    };
    clock.at(clock.nowMs(), tick);
  }

  async #sweep(): Promise<void> {
    const { clock, fates, tallies, rows, watch } = this.#o;
    tallies.sweeps += 1;
    const container = this.#pool.take();
    const { process, sweep, inHand } = container;
    const ended = await process.invoke(DEPLOYMENT.dispatcher, fates.sweep(), (deadline) =>
      sweep.run(deadline),
    );
    if (ended.outcome === 'failed') throw ended.error;
    if (ended.outcome === 'answered') {
      this.#pool.giveBack(container);
      return;
    }
    tallies.died.dispatcher += 1;
    await clock.sleep(LANDED_MS);
    for (const id of inHand) {
      watch.disturb(id, 'dispatch', (rows.get(id)?.dueAtMs ?? 0) + PICK_UP_MS);
    }
  }
}
