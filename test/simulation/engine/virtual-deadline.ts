/**
 * A deadline in virtual time. The core's own aborts by a timer of the process, which would tie the
 * run to how fast the machine is; here a call that takes too long is ended by whom it is made to.
 */
import type { Clock } from '../../../lib/clock.ts';
import { type Deadline, outOfTime } from '../../../lib/deadline.ts';

const { signal: NEVER } = new AbortController();

export class VirtualDeadline implements Deadline {
  readonly signal = NEVER;
  readonly #clock: Clock;
  readonly #untilMs: number;

  constructor(budgetMs: number, clock: Clock) {
    this.#clock = clock;
    this.#untilMs = clock.nowMs() + budgetMs;
  }

  remainingMs(): number {
    return this.#untilMs - this.#clock.nowMs();
  }

  async wait(ms: number): Promise<void> {
    if (ms >= this.remainingMs()) throw outOfTime();
    await this.#clock.sleep(ms, NEVER);
  }
}
