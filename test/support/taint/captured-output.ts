/** What this process prints, kept instead of shown. */

export class CapturedOutput {
  readonly #parts: string[] = [];
  readonly #restore: (() => void)[] = [];
  readonly #onText: (text: string) => void;

  private constructor(onText: (text: string) => void) {
    this.#onText = onText;
  }

  /** @param onText - told of each piece */
  static start(onText: (text: string) => void = () => {}): CapturedOutput {
    const captured = new CapturedOutput(onText);
    for (const stream of [process.stdout, process.stderr]) captured.#take(stream);
    return captured;
  }

  get text(): string {
    return this.#parts.join('');
  }

  stop(): void {
    for (const restore of this.#restore.splice(0)) restore();
  }

  #take(stream: NodeJS.WriteStream): void {
    const write = stream.write;
    stream.write = ((chunk: string | Uint8Array, ...rest: unknown[]) => {
      const text = typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8');
      this.#parts.push(text);
      this.#onText(text);
      const done = rest.at(-1);
      if (typeof done === 'function') process.nextTick(done);
      return true;
    }) as typeof stream.write;
    this.#restore.push(() => {
      stream.write = write;
    });
  }
}
