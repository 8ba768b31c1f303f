/**
 * A clock that jumps from one event to the next: nobody waits, and the same seed gives the same
 * run. Whatever can go on without time passing has gone on before the time moves.
 */
import type { Clock } from '../../../lib/clock.ts';
import { EventHeap } from './event-heap.ts';

/** Events per turn of Node's event loop. Between two of them all promises are settled. */
const BURST = 256;

export class EventClock implements Clock {
  #nowMs: number;
  readonly #events = new EventHeap();
  #failed: { readonly error: unknown } | undefined;
  #held = 0;

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  /** Runs something at a moment; what is in the past runs next. */
  at(atMs: number, run: () => void): void {
    this.#events.push(Math.max(this.#nowMs, Math.ceil(atMs)), run);
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.at(this.#nowMs + ms, wake));
  }

  /** Lets something run by itself; if it fails, so does `runUntil`. */
  spawn(task: Promise<unknown>): void {
    task.catch((error: unknown) => {
      this.#failed ??= { error };
    });
  }

  /** Lets no time pass until it is done: for work that takes turns of Node's event loop itself. */
  async hold<Result>(work: Promise<Result>): Promise<Result> {
    this.#held += 1;
    try {
      return await work;
    } finally {
      this.#held -= 1;
    }
  }

  /** Runs every event up to a moment. */
  runUntil(untilMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let done = false;
      const step = () => {
        if (done || this.#held > 0) return;
        if (this.#failed !== undefined) {
          done = true;
          reject(this.#failed.error);
        } else if (this.#events.nextMs() > untilMs) {
          done = true;
          this.#nowMs = untilMs;
          resolve();
        } else {
          this.#runNext();
        }
      };
      const burst = () => {
        for (let count = 1; count < BURST; count += 1) setImmediate(step);
        setImmediate(() => {
          step();
          if (!done) burst();
        });
      };
      burst();
    });
  }

  #runNext(): void {
    const event = this.#events.pop();
    if (event === undefined) return;
    this.#nowMs = event.atMs;
    try {
      event.run();
    } catch (error) {
      this.#failed ??= { error };
    }
  }
}
