/**
 * A clock that a test owns. Whoever sleeps on it is woken as soon as nobody has anything else to
 * do, and the time is then what that sleeper waited for: no test waits, and none is flaky.
 */
import type { Clock } from '../../../lib/clock.ts';

interface Sleeper {
  readonly untilMs: number;
  readonly wake: () => void;
}

/** A moment like any other: 22 November 2026. */
export const START_MS = 1_795_305_600_000;

export class VirtualClock implements Clock {
  #nowMs: number;
  #sleepers: Sleeper[] = [];
  #waking = false;

  constructor(nowMs = START_MS) {
    this.#nowMs = nowMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
  }

  sleep(ms: number, _signal?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      this.#sleepers.push({ untilMs: this.#nowMs + ms, wake });
      this.#wakeSoon();
    });
  }

  /** Everything in memory that can go on without time passing has done so by then. */
  #wakeSoon(): void {
    if (this.#waking) return;
    this.#waking = true;
    setImmediate(() => {
      this.#waking = false;
      const first = this.#sleepers.reduce<Sleeper | undefined>(
        (earliest, each) => (earliest && earliest.untilMs <= each.untilMs ? earliest : each),
        undefined,
      );
      if (first === undefined) return;
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== first);
      this.#nowMs = Math.max(this.#nowMs, first.untilMs);
      first.wake();
      if (this.#sleepers.length > 0) this.#wakeSoon();
    });
  }
}
