/**
 * Spreads writes evenly in time: DeleteSecret and RestoreSecret have 50 a second for the whole
 * account, and housekeeping is never in a hurry.
 */
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';

export class WritePacer {
  readonly #intervalMs: number;
  readonly #clock: Pick<Clock, 'nowMs'>;
  #nextAtMs = 0;

  constructor(writesPerSecond: number, clock: Pick<Clock, 'nowMs'>) {
    this.#intervalMs = 1_000 / writesPerSecond;
    this.#clock = clock;
  }

  /** Waits until the next write may be made. */
  async turn(deadline: Deadline): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const atMs = Math.max(nowMs, this.#nextAtMs);
    this.#nextAtMs = atMs + this.#intervalMs;
    if (atMs > nowMs) await deadline.wait(atMs - nowMs);
  }
}
