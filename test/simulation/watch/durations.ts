/** Many durations, to the second: their shares and their percentiles. */

export class Durations {
  readonly #counts = new Map<number, number>();
  #total = 0;

  add(ms: number): void {
    const seconds = Math.round(ms / 1000);
    this.#counts.set(seconds, (this.#counts.get(seconds) ?? 0) + 1);
    this.#total += 1;
  }

  get total(): number {
    return this.#total;
  }

  /** The duration in seconds that this share of them does not pass. */
  percentile(share: number): number {
    let left = Math.ceil(share * this.#total);
    for (const [seconds, count] of [...this.#counts].sort(([a], [b]) => a - b)) {
      left -= count;
      if (left <= 0) return seconds;
    }
    return 0;
  }
}
