/**
 * Spaces out what a worker does, so that all workers together stay under a rate: as many of them
 * as may run at once, each with its share of the rate. Holds across calls of one container.
 */
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';

export class Pacer {
  readonly #intervalMs: number;
  readonly #clock: Clock;
  #nextMs = 0;

  /** @param perSecond - turns a second, in the long run and in every second */
  constructor(perSecond: number, clock: Clock) {
    this.#intervalMs = 1000 / perSecond;
    this.#clock = clock;
  }

  /**
   * Returns when it is the caller's turn. The first turn of a new container waits too: the one
   * before it may have ended just now.
   * @throws LatchkeyError STORE_UNAVAILABLE when the turn would come after the deadline
   */
  async turn(deadline: Deadline): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const turnMs = Math.max(this.#nextMs, nowMs + this.#intervalMs);
    this.#nextMs = turnMs + this.#intervalMs;
    await deadline.wait(turnMs - nowMs);
  }
}
