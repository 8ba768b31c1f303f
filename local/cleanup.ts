/** What was opened, and has to be closed whatever happens: the latest first, each once. */

export class Cleanup {
  #closers: (() => Promise<unknown>)[] = [];

  /** Takes over an opened thing: `close` runs when the cleanup does. */
  add(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  /** Closes everything; a failure to close one thing does not keep the others open. */
  async run(): Promise<void> {
    for (let close = this.#closers.pop(); close !== undefined; close = this.#closers.pop()) {
      await close().catch(() => {});
    }
  }
}
