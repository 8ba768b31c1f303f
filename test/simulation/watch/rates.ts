/** How often something happened, per second of virtual time. */

export class Rate {
  readonly #fromMs: number;
  readonly #perSecond: Uint16Array;
  #total = 0;

  constructor(fromMs: number, seconds: number) {
    this.#fromMs = fromMs;
    this.#perSecond = new Uint16Array(seconds);
  }

  add(atMs: number): void {
    const second = Math.floor((atMs - this.#fromMs) / 1000);
    this.#perSecond[second] = (this.#perSecond[second] ?? 0) + 1;
    this.#total += 1;
  }

  get total(): number {
    return this.#total;
  }

  /** The busiest stretch of so many seconds, as a rate per second. */
  peak(seconds = 1): { readonly perSecond: number; readonly atMs: number } {
    let sum = 0;
    let most = { perSecond: 0, atMs: this.#fromMs };
    this.#perSecond.forEach((count, second) => {
      sum += count - (this.#perSecond[second - seconds] ?? 0);
      if (sum / seconds <= most.perSecond) return;
      most = { perSecond: sum / seconds, atMs: this.#fromMs + (second - seconds + 1) * 1000 };
    });
    return most;
  }
}
