/** The lines that a person reads: steps, what each proved, and the end. Colour on a terminal only. */

const COLOURS = { bold: 1, dim: 2, red: 31, green: 32, cyan: 36 } as const;
/** Without a terminal a long wait says so now and then: silence looks like a hang. */
const WAITING_LINE_EVERY_MS = 15_000;

export interface StepResult {
  readonly title: string;
  readonly outcome: 'passed' | 'failed' | 'not run';
  readonly checks: number;
  readonly seconds: number;
}

export class Report {
  readonly #coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  #waitingLineAtMs = 0;

  step(number: number, title: string): void {
    this.#line();
    this.#line(this.#paint('bold', `${String(number).padStart(2)}  ${title}`));
  }

  proved(claim: string): void {
    this.#line(`    ${this.#paint('green', '✓')} ${claim}`);
  }

  refuted(claim: string, why: string): void {
    this.#line(`    ${this.#paint('red', '✗')} ${claim}`);
    for (const line of why.split('\n')) this.#line(`      ${line}`);
  }

  note(text: string): void {
    this.#line(`    ${this.#paint('dim', text)}`);
  }

  /** A line that rewrites itself on a terminal; `undefined` clears it. */
  waiting(what: string | undefined, seconds = 0): void {
    const text = `waiting for ${what}: ${Math.round(seconds)} s`;
    if (process.stdout.isTTY) {
      process.stdout.write(
        `\r\u001b[2K${what === undefined ? '' : this.#paint('dim', `    ${text}`)}`,
      );
      return;
    }
    if (what === undefined || performance.now() < this.#waitingLineAtMs) return;
    if (this.#waitingLineAtMs > 0 && seconds > 1) this.note(`${text} …`);
    this.#waitingLineAtMs = performance.now() + WAITING_LINE_EVERY_MS;
  }

  summary(results: readonly StepResult[], seconds: number): void {
    this.#line();
    this.#line(this.#paint('bold', 'Summary'));
    results.forEach(({ title, outcome, checks, seconds: took }, index) => {
      const sign = { passed: '✓', failed: '✗', 'not run': '-' }[outcome];
      const colour = ({ passed: 'green', failed: 'red', 'not run': 'dim' } as const)[outcome];
      const numbers = outcome === 'not run' ? 'not run' : `${checks} checks, ${took.toFixed(1)} s`;
      const name = `${String(index + 1).padStart(2)}  ${title}`.padEnd(60);
      this.#line(`${this.#paint(colour, sign)} ${name} ${this.#paint('dim', numbers)}`);
    });
    const count = (outcome: StepResult['outcome']) =>
      results.filter((result) => result.outcome === outcome).length;
    const checks = results.reduce((sum, result) => sum + result.checks, 0);
    const notRun = count('not run') > 0 ? `, ${count('not run')} not run` : '';
    this.#line();
    this.#line(
      `Steps: ${count('passed')} passed, ${count('failed')} failed${notRun}; ` +
        `${checks} checks held, ${seconds.toFixed(0)} s.`,
    );
  }

  #line(text = ''): void {
    process.stdout.write(`${text}\n`);
  }

  #paint(colour: keyof typeof COLOURS, text: string): string {
    return this.#coloured ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
  }
}
