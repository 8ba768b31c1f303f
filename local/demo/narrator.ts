/**
 * How the story looks on the terminal: width, colour, indentation. What it says is the scenes'.
 * Colour only where the terminal has it and NO_COLOR is not set.
 */
import { styleText } from 'node:util';

const MAX_WIDTH = 100;
const MARGIN = '  ';

type Style = Parameters<typeof styleText>[0];
type Row = readonly string[];

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
    for (const line of wrapped(text, this.#width - MARGIN.length)) this.#line(`${MARGIN}${line}`);
  }

  /** A claim of the story: printed if it holds, and the end of the story if not. */
  check(claim: string, holds: boolean): void {
    if (!holds) throw new FalseClaim(claim);
    this.#line(`${MARGIN}${this.#styled('green', '✓')} ${claim}`);
  }

  /** Rows in aligned columns, under dim column names if there are any. */
  table(rows: readonly Row[], columnNames?: Row): void {
    const widths = columnWidths(columnNames === undefined ? rows : [columnNames, ...rows]);
    const aligned = (row: Row) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('   ');
    if (columnNames !== undefined) this.#tableLine(this.#styled('dim', aligned(columnNames)));
    for (const row of rows) this.#tableLine(aligned(row));
  }

  /** Dim small print. */
  aside(text: string): void {
    for (const line of text.split('\n')) this.#line(`${MARGIN}${this.#styled('dim', line)}`);
  }

  gap(): void {
    this.#line();
  }

  #tableLine(text: string): void {
    this.#line(`${MARGIN}${MARGIN}${text.trimEnd()}`);
  }

  #line(text = ''): void {
    this.#output.write(`${text}\n`);
  }

  #styled(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }
}

function columnWidths(rows: readonly Row[]): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  return widths;
}

function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}
