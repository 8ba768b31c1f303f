/** Pieces of text in, whole lines out. */

export class LineSplitter {
  readonly #onLine: (text: string) => void;
  #rest = '';

  constructor(onLine: (text: string) => void) {
    this.#onLine = onLine;
  }

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line);
  }

  /** Hands out a last line that has no end yet. */
  flush(): void {
    if (this.#rest === '') return;
    const rest = this.#rest;
    this.#rest = '';
    this.#onLine(rest);
  }
}
