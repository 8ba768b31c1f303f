/** Pure: text broken into lines, and rows into aligned columns, within a width. */

export type Row = readonly string[];

export interface TableLines {
  /** The columns' names; none where the columns do not fit beside each other. */
  readonly head: readonly string[];
  readonly body: readonly string[];
}

const GAP = '   ';
const INDENT = '  ';

export function wrapped(text: string, width: number): string[] {
  return broken(text.split(/\s+/), width);
}

function broken(words: readonly string[], width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return line === '' ? lines : [...lines, line];
}

/**
 * Rows in columns, the widest ones broken where they would be too long together; where that is not
 * enough, each row as a paragraph that names what stands in it.
 */
export function tableLines(
  rows: readonly Row[],
  columnNames: Row | undefined,
  width: number,
): TableLines {
  const all = columnNames === undefined ? rows : [columnNames, ...rows];
  const widths = fittingWidths(all, width);
  if (widths === undefined) {
    return { head: [], body: rows.flatMap((row) => paragraph(row, columnNames ?? [], width)) };
  }
  return {
    head: columnNames === undefined ? [] : linesOf(columnNames, widths),
    body: rows.flatMap((row) => linesOf(row, widths)),
  };
}

/** Undefined where the longest words of the columns are too long beside each other. */
function fittingWidths(rows: readonly Row[], width: number): number[] | undefined {
  const widths = columnWidths(rows, (cell) => cell.length);
  const least = columnWidths(rows, longestWord);
  const room = width - GAP.length * (widths.length - 1);
  if (sum(least) > room) return undefined;
  while (sum(widths) > room) {
    const breakable = widths.map((each, column) => (each > (least[column] ?? 0) ? each : 0));
    const widest = breakable.indexOf(Math.max(...breakable));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function linesOf(row: Row, widths: readonly number[]): string[] {
  const cells = row.map((cell, column) => brokenCell(cell, widths[column] ?? 0));
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((parts, column) => (parts[line] ?? '').padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
}

/** A list is broken between its members, unless one of them is too long by itself. */
function brokenCell(cell: string, width: number): string[] {
  if (cell.length <= width) return [cell];
  const members = broken(cell.split(/(?<=,)\s+/), width);
  return members.every(({ length }) => length <= width) ? members : wrapped(cell, width);
}

function paragraph(row: Row, columnNames: Row, width: number): string[] {
  const [first = '', ...more] = row.map((cell, column) =>
    `${columnNames[column] ?? ''} ${cell}`.trim(),
  );
  const lines = wrapped(more.join('; '), width - INDENT.length);
  return [first, ...lines.map((line) => `${INDENT}${line}`)];
}

function columnWidths(rows: readonly Row[], measure: (cell: string) => number): number[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, measure(cell));
    });
  }
  return widths;
}

function longestWord(cell: string): number {
  return Math.max(...cell.split(/\s+/).map(({ length }) => length));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
