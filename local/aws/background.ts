/**
 * What the embedded AWS does by itself: event sources and schedules, and waiting until all of it
 * has come to rest.
 */
import type { Activity } from './activity.ts';
import type { WorldClock } from './clock.ts';
import { EventSource, type EventSourceDefinition } from './lambda/event-source.ts';
import type { Invoke } from './lambda/invoker.ts';
import { Schedule, type ScheduleDefinition } from './lambda/schedule.ts';
import type { QueueRegistry } from './sqs/queue-registry.ts';

const MINUTE_MS = 60_000;

export interface BackgroundOptions {
  readonly eventSources: readonly EventSourceDefinition[];
  readonly schedules: readonly ScheduleDefinition[];
  readonly scheduleInRealTime: boolean;
  readonly queues: QueueRegistry;
  readonly clock: WorldClock;
  readonly activity: Activity;
  readonly invoke: Invoke;
}

export class Background {
  readonly #clock: WorldClock;
  readonly #activity: Activity;
  readonly #eventSources: readonly EventSource[];
  readonly #schedules: readonly Schedule[];

  /** @throws Error where an event source names a queue that is not declared */
  constructor(options: BackgroundOptions) {
    const { clock, activity, invoke, queues, scheduleInRealTime } = options;
    this.#clock = clock;
    this.#activity = activity;
    this.#eventSources = options.eventSources.map((definition) => {
      const queue = queues.declared(definition.queue);
      return new EventSource({ definition, queue, invoke, activity, clock });
    });
    this.#schedules = options.schedules.map(
      (definition) =>
        new Schedule({ definition, clock, invoke, activity, inRealTime: scheduleInRealTime }),
    );
  }

  async settled(): Promise<void> {
    for (;;) {
      // Real time too may have made something visible.
      for (const source of this.#eventSources) source.pump();
      if (this.#activity.resting) return;
      await this.#activity.ended();
    }
  }

  /** Time stands still, but for real time, while anything is under way. */
  async advanceMinutes(
    minutes: number,
    eachMinute?: (minute: number) => Promise<void> | void,
  ): Promise<void> {
    for (let minute = 1; minute <= minutes; minute += 1) {
      await this.settled();
      this.#clock.advance(MINUTE_MS);
      await this.settled();
      await eachMinute?.(minute);
    }
    await this.settled();
  }

  close(): void {
    for (const each of [...this.#eventSources, ...this.#schedules]) each.close();
  }
}
