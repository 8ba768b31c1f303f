/**
 * Many readers or one writer, first come first served, so that a transaction is seen whole or not
 * at all. Fair on purpose: a stream of reads cannot starve a write.
 */

interface Waiter {
  readonly exclusive: boolean;
  readonly start: () => void;
}

export class ReadersWriterLock {
  #readers = 0;
  #writing = false;
  readonly #waiting: Waiter[] = [];

  shared<T>(work: () => Promise<T>): Promise<T> {
    return this.#run(false, work);
  }

  exclusive<T>(work: () => Promise<T>): Promise<T> {
    return this.#run(true, work);
  }

  async #run<T>(exclusive: boolean, work: () => Promise<T>): Promise<T> {
    await new Promise<void>((start) => {
      this.#waiting.push({ exclusive, start });
      this.#admit();
    });
    try {
      return await work();
    } finally {
      if (exclusive) this.#writing = false;
      else this.#readers -= 1;
      this.#admit();
    }
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      if (this.#writing || (next.exclusive && this.#readers > 0)) return;
      this.#waiting.shift();
      if (next.exclusive) this.#writing = true;
      else this.#readers += 1;
      next.start();
    }
  }
}
