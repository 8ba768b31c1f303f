/**
 * Calls back once a moment of the embedded clock has come, by real time or by an advance. Holds no
 * process open.
 */
import type { WorldClock } from './clock.ts';

/** The longest that setTimeout can wait; the wake-up is then renewed. */
const MAX_TIMER_MS = 2_147_483_647;

export class WakeUp {
  readonly #clock: WorldClock;
  readonly #callback: () => void;
  readonly #forget: () => void;
  #timer: NodeJS.Timeout | undefined;
  #atMs: number | undefined;

  constructor(clock: WorldClock, callback: () => void) {
    this.#clock = clock;
    this.#callback = callback;
    this.#forget = clock.onAdvance(() => this.#check());
  }

  /** Replaces the moment set before; undefined: not at all. */
  at(atMs: number | undefined): void {
    clearTimeout(this.#timer);
    this.#atMs = atMs;
    if (atMs === undefined) return;
    const waitMs = Math.min(Math.max(atMs - this.#clock.nowMs(), 1), MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#check(), waitMs).unref();
  }

  close(): void {
    this.at(undefined);
    this.#forget();
  }

  #check(): void {
    if (this.#atMs === undefined) return;
    if (this.#clock.nowMs() < this.#atMs) {
      this.at(this.#atMs);
      return;
    }
    this.at(undefined);
    this.#callback();
  }
}
