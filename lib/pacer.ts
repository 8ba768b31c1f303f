/**
 * Spaces out what is done, so that it stays under a rate: that of one process, or, where each has
 * its share of it, that of as many processes as may run at once. Holds across calls of a container.
 */
import type { Clock } from './clock.ts';
import type { Deadline } from './deadline.ts';

export class Pacer {
  readonly #intervalMs: number;
  readonly #clock: Pick<Clock, 'nowMs'>;
  #nextMs = 0;

  /** @param perSecond - turns a second, in the long run and in every second */
  constructor(perSecond: number, clock: Pick<Clock, 'nowMs'>) {
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
    const freeMs = this.#nextMs;
    const turnMs = Math.max(freeMs, nowMs + this.#intervalMs);
    const takenMs = turnMs + this.#intervalMs;
    this.#nextMs = takenMs;
    try {
      await deadline.wait(turnMs - nowMs);
    } catch (error) {
      if (this.#nextMs === takenMs) this.#nextMs = freeMs;
      throw error;
    }
  }
}
