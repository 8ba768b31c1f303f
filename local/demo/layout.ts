/** Pure: text broken into lines, and rows into aligned columns, within a width. */

export type Row = readonly string[];

const GAP = '   ';
/** A column is not made narrower than this: rather the line is too long. */
const NARROWEST = 20;

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

/** Each row as its lines: where they would be too long, the widest column's cells are broken. */
export function alignedRows(rows: readonly Row[], width: number): string[][] {
  const widths = columnWidths(rows);
  const total = sum(widths) + GAP.length * (widths.length - 1);
  const widest = widths.indexOf(Math.max(...widths));
  const room = Math.max(NARROWEST, (widths[widest] ?? 0) - Math.max(0, total - width));
  if (total > width) widths[widest] = room;
  return rows.map((row) => linesOf(row, widths));
}

function linesOf(row: Row, widths: readonly number[]): string[] {
  const cells = row.map((cell, column) => {
    const width = widths[column] ?? 0;
    // A list is broken between its members.
    const words = cell.split(cell.includes(', ') ? /(?<=,)\s+/ : /\s+/);
    return cell.length > width ? broken(words, width) : [cell];
  });
  const height = Math.max(...cells.map(({ length }) => length));
  return Array.from({ length: height }, (_, line) =>
    cells
      .map((parts, column) => (parts[line] ?? '').padEnd(widths[column] ?? 0))
      .join(GAP)
      .trimEnd(),
  );
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

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
