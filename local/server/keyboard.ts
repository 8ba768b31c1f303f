/** Single keys from the terminal, without Enter; nothing where there is no terminal. */

const CTRL_C = '\u0003';

export class Keyboard {
  readonly #stdin: NodeJS.ReadStream;

  constructor(stdin: NodeJS.ReadStream = process.stdin) {
    this.#stdin = stdin;
  }

  get present(): boolean {
    return this.#stdin.isTTY === true;
  }

  /** Ctrl-C is not a signal any more while keys are read: it is passed on as `q`. */
  listen(onKey: (key: string) => void): void {
    if (!this.present) return;
    this.#stdin.setRawMode(true);
    this.#stdin.setEncoding('utf8');
    this.#stdin.on('data', (keys: string) => {
      for (const key of keys) onKey(key === CTRL_C ? 'q' : key);
    });
  }

  /** Gives the terminal back as it was. */
  close(): void {
    if (!this.present) return;
    this.#stdin.setRawMode(false);
    this.#stdin.pause();
  }
}
