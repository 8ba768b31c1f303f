/**
 * What the operator sees: results on standard output; complaints and how far it is on standard
 * error. Where that is no terminal there is neither colour nor progress.
 */
import { styleText } from 'node:util';
import { UsageError } from './usage-error.ts';

const PROGRESS_EVERY_MS = 100;

export class Terminal {
  readonly #out = process.stdout;
  readonly #errors = process.stderr;
  #progressShownMs = 0;
  #showsProgress = false;

  say(text: string): void {
    this.clearProgress();
    this.#out.write(`${text}\n`);
  }

  complain(text: string): void {
    this.clearProgress();
    const coloured = isColoured(this.#errors) ? styleText('red', text) : text;
    this.#errors.write(`${coloured}\n`);
  }

  /** Rewrites one line. */
  progress(what: string, done: number, all?: number): void {
    if (!this.#errors.isTTY || Date.now() - this.#progressShownMs < PROGRESS_EVERY_MS) return;
    this.#progressShownMs = Date.now();
    this.#showsProgress = true;
    const count = all === undefined ? counted(done) : `${counted(done)} of ${counted(all)}`;
    this.#errors.write(`\r\u001b[2K${what}: ${count}`);
  }

  clearProgress(): void {
    if (this.#showsProgress) this.#errors.write('\r\u001b[2K');
    this.#showsProgress = false;
  }

  /**
   * Asks for the store's name, unless the command line has said yes.
   * @throws UsageError where there is nobody to ask
   */
  async confirm({ store, yes }: { readonly store: string; readonly yes?: true }): Promise<boolean> {
    if (yes) return true;
    this.#assertPerson('Say --yes where there is no terminal to confirm on.');
    const { read } = await import('read');
    const prompt = `Type the name of the store (${store}) to go on: `;
    const answer = await read({ prompt, output: this.#errors }).catch(() => '');
    if (answer === store) return true;
    this.complain('That is not its name: nothing was done.');
    return false;
  }

  #assertPerson(otherwise: string): void {
    if (!process.stdin.isTTY) throw new UsageError(otherwise);
  }
}

/** `12,345`, the same in every locale. */
export function counted(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 secret`, `2 secrets`. */
export function countedOf(count: number, one: string, many = `${one}s`): string {
  return `${counted(count)} ${count === 1 ? one : many}`;
}

function isColoured(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && !process.env['NO_COLOR'];
}
