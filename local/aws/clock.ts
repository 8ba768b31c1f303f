/**
 * The time of the embedded world: real time, or a clock that is given, plus an offset that only
 * rises. The offset lies in shared memory, so that the containers' threads see it move too.
 */

export interface Clock {
  /** Unix epoch in milliseconds. */
  nowMs(): number;
  /** Moves the time forward for every service and every container. Throws on a negative number. */
  advance(ms: number): void;
}

export class WorldClock implements Clock {
  /** One BigInt64: the offset in milliseconds. `lambda/bootstrap.mjs` reads it. */
  readonly sharedOffset = new SharedArrayBuffer(8);
  readonly #offset = new BigInt64Array(this.sharedOffset);
  readonly #baseMs: () => number;
  readonly #listeners = new Set<() => void>();

  constructor(baseMs: () => number = Date.now) {
    this.#baseMs = baseMs;
  }

  get offsetMs(): number {
    return Number(Atomics.load(this.#offset, 0));
  }

  nowMs(): number {
    return this.#baseMs() + this.offsetMs;
  }

  /** What `Date.now()` says inside a container: real time plus the offset, whatever the base is. */
  containerNowMs(): number {
    return Date.now() + this.offsetMs;
  }

  advance(ms: number): void {
    if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`cannot advance by ${ms} ms`);
    Atomics.add(this.#offset, 0, BigInt(ms));
    for (const listener of this.#listeners) listener();
  }

  /** Called after every advance, before `advance` returns. @returns what ends the calls */
  onAdvance(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
