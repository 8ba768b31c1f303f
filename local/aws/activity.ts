/** What is under way in the embedded AWS, and when it has come to rest. */

export class Activity {
  readonly #underWay = new Set<Promise<unknown>>();

  /** Counts the work until it settles, and gives it back. */
  track<T>(work: Promise<T>): Promise<T> {
    const settled: Promise<unknown> = work.then(
      () => this.#underWay.delete(settled),
      () => this.#underWay.delete(settled),
    );
    this.#underWay.add(settled);
    return work;
  }

  get resting(): boolean {
    return this.#underWay.size === 0;
  }

  /** Resolves when all that is under way now has settled; it may have started more. */
  async ended(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
