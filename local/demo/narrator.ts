/**
 * How the story looks on the terminal: width, colour, indentation. What it says is the scenes'.
 * Colour only where the terminal has it and NO_COLOR is not set.
 */
import { styleText } from 'node:util';
import { type Row, tableLines, wrapped } from './layout.ts';

const MAX_WIDTH = 100;
const MARGIN = '  ';

export type Style = Parameters<typeof styleText>[0];

/** A piece of a line; its style says nothing that its text does not. */
export interface Span {
  readonly text: string;
  readonly style?: Style;
}

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
}

/** Something that the story claims and that does not hold. */
export class FalseClaim extends Error {
  override readonly name = 'FalseClaim';
}

export class Narrator {
  readonly #output: Output;
  readonly #colour: boolean;
  readonly #width: number;

  constructor(output: Output) {
    this.#output = output;
    this.#colour = output.isTTY === true && output.hasColors?.() === true;
    this.#width = Math.max(40, Math.min(MAX_WIDTH, output.columns || MAX_WIDTH));
  }

  title(text: string): void {
    this.#line();
    this.#line(this.#styled('bold', text));
    this.#line(this.#styled('dim', '─'.repeat(text.length)));
  }

  step(number: number, title: string): void {
    this.#line();
    this.#line(this.#styled(['bold', 'cyan'], `${number}  ${title}`));
    this.#line();
  }

  heading(text: string): void {
    this.#line();
    this.#line(this.#styled('bold', text));
    this.#line();
  }

  /** A paragraph, broken into lines. */
  say(text: string): void {
    for (const line of wrapped(text, this.textWidth)) this.#line(`${MARGIN}${line}`);
  }

  /** A claim of the story: printed if it holds, and the end of the story if not. */
  check(claim: string, holds: boolean): void {
    if (!holds) throw new FalseClaim(claim);
    const [first = '', ...more] = wrapped(claim, this.textWidth - 2);
    this.#line(`${MARGIN}${this.#styled('green', '✓')} ${first}`);
    for (const line of more) this.#line(`${MARGIN}  ${line}`);
  }

  /** Columns that a line has between the margins. */
  get textWidth(): number {
    return this.#width - MARGIN.length;
  }

  /** A line of a picture, as it is. */
  draw(spans: readonly Span[]): void {
    const line = spans.map(({ text, style }) => (style ? this.#styled(style, text) : text));
    this.#line(`${MARGIN}${line.join('')}`.trimEnd());
  }

  /** Rows in aligned columns, under dim column names if there are any, as far as they fit. */
  table(rows: readonly Row[], columnNames?: Row): void {
    const { head, body } = tableLines(rows, columnNames, this.textWidth - MARGIN.length);
    for (const line of head) this.#tableLine(this.#styled('dim', line));
    for (const line of body) this.#tableLine(line);
  }

  /** Dim small print. */
  aside(text: string): void {
    for (const line of wrapped(text, this.textWidth)) {
      this.#line(`${MARGIN}${this.#styled('dim', line)}`);
    }
  }

  gap(): void {
    this.#line();
  }

  #tableLine(text: string): void {
    this.#line(`${MARGIN}${MARGIN}${text}`);
  }

  #line(text = ''): void {
    this.#output.write(`${text}\n`);
  }

  #styled(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }
}
