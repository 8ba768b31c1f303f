/**
 * A schedule: an asynchronous invocation for every full period that passes, and one for any number
 * of them that pass at once, as when the computer slept: they would all run now, side by side. On
 * its own it counts only time that the clock is advanced by, so that a test decides when it fires.
 */
import type { Activity } from '../activity.ts';
import type { WorldClock } from '../clock.ts';
import { WakeUp } from '../wake-up.ts';
import type { Invoke } from './invoker.ts';

export interface ScheduleDefinition {
  readonly name: string;
  readonly functionName: string;
  readonly everyMinutes: number;
  /** The function's event. */
  readonly input: unknown;
}

export interface ScheduleOptions {
  readonly definition: ScheduleDefinition;
  readonly clock: WorldClock;
  readonly invoke: Invoke;
  readonly activity: Activity;
  /** Counts real time too. */
  readonly inRealTime: boolean;
}

export class Schedule {
  readonly #options: ScheduleOptions;
  readonly #periodMs: number;
  readonly #startMs: number;
  readonly #wakeUp: WakeUp;
  readonly #forget: () => void;
  /** Full periods that had passed when it last fired. */
  #periods = 0;

  constructor(options: ScheduleOptions) {
    this.#options = options;
    this.#periodMs = options.definition.everyMinutes * 60_000;
    if (!(this.#periodMs > 0)) throw new RangeError(`${options.definition.name}: everyMinutes`);
    this.#startMs = this.#timeMs();
    this.#wakeUp = new WakeUp(options.clock, () => this.#fire());
    this.#forget = options.clock.onAdvance(() => this.#fire());
    this.#setWakeUp();
  }

  close(): void {
    this.#wakeUp.close();
    this.#forget();
  }

  #fire(): void {
    const { definition, invoke, activity } = this.#options;
    const periods = Math.floor((this.#timeMs() - this.#startMs) / this.#periodMs);
    if (periods > this.#periods) {
      this.#periods = periods;
      void activity.track(
        invoke({
          caller: 'scheduler',
          functionName: definition.functionName,
          type: 'Event',
          payload: JSON.stringify(definition.input ?? {}),
        }),
      );
    }
    this.#setWakeUp();
  }

  #timeMs(): number {
    const { clock, inRealTime } = this.#options;
    return inRealTime ? clock.nowMs() : clock.offsetMs;
  }

  #setWakeUp(): void {
    if (!this.#options.inRealTime) return;
    this.#wakeUp.at(this.#startMs + (this.#periods + 1) * this.#periodMs);
  }
}
