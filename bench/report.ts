/** The results as tables, each number beside its target. Pure. */
import type { BundleCost } from './bundles/measure.ts';
import type { OperationCosts } from './operations/process.ts';
import type { Cost } from './samples.ts';

/** A warm find against a bare GetItem: CPU. */
const MAX_FIND_RATIO = 1.15;
const MAX_BUNDLE_BYTES = 400_000;
/** A bundle against a bare one of the same clients: time to import. */
const MAX_LOAD_RATIO = 1.25;

export interface Report {
  readonly text: string;
  readonly missed: number;
}

interface Verdict {
  readonly text: string;
  readonly missed: boolean;
}

const NO_TARGET: Verdict = { text: '', missed: false };

export function operationsReport({ find, save }: OperationCosts): Report {
  const compare = (what: string, cost: Cost, bare: Cost, maxRatio?: number) => {
    const cpu = cost.cpuMicroseconds / bare.cpuMicroseconds;
    const verdict = maxRatio === undefined ? NO_TARGET : below(cpu, maxRatio, ratio(maxRatio));
    const wall = cost.wallMicroseconds / bare.wallMicroseconds;
    const numbers = [micro(cost.cpuMicroseconds), micro(bare.cpuMicroseconds), ratio(cpu)];
    const walls = [micro(cost.wallMicroseconds), micro(bare.wallMicroseconds), ratio(wall)];
    return { cells: [what, ...numbers, ...walls], verdict };
  };
  return table(
    ['', 'CPU', 'bare', 'ratio', 'wall', 'bare', 'ratio', 'CPU target'],
    [
      compare('warm find / GetItem', find.find, find.getItem, MAX_FIND_RATIO),
      compare('  / BatchGetItem of the same keys', find.find, find.batchGetItem),
      compare('  from event to answer / GetItem', find.findFromEvent, find.getItem),
      compare('save / PutSecretValue + TransactWriteItems', save.save, save.bareWrites),
      compare('  / the same with the read before', save.save, save.bareCalls),
    ],
  );
}

export function bundlesReport(bundles: readonly BundleCost[]): Report {
  const rows = bundles.flatMap(({ name, bytes, bareBytes, load, bareLoad }) => {
    const loads = load.wallMicroseconds / bareLoad.wallMicroseconds;
    const size = below(bytes, MAX_BUNDLE_BYTES, kilobytes(MAX_BUNDLE_BYTES));
    const time = below(loads, MAX_LOAD_RATIO, ratio(MAX_LOAD_RATIO));
    const sizes = [kilobytes(bytes), kilobytes(bareBytes)];
    const times = [milli(load.wallMicroseconds), milli(bareLoad.wallMicroseconds), ratio(loads)];
    const text = `${size.text}, ${time.text}`;
    const missed = size.missed || time.missed;
    return { cells: [name, ...sizes, ...times], verdict: { text, missed } };
  });
  return table(['', 'size', 'bare', 'load', 'bare', 'ratio', 'targets'], rows);
}

function below(value: number, max: number, shown: string): Verdict {
  const missed = !(value <= max);
  return { text: `${shown} ${missed ? 'MISSED' : 'met'}`, missed };
}

function table(
  head: readonly string[],
  rows: readonly { readonly cells: readonly string[]; readonly verdict: Verdict }[],
): Report {
  const lines = [head, ...rows.map(({ cells, verdict }) => [...cells, verdict.text])];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => width(line[column]))));
  const shown = lines.map((line) =>
    line.map((cell, column) => padded(cell, column, head.length, widths)).join('  '),
  );
  const missed = rows.filter(({ verdict }) => verdict.missed).length;
  return { text: shown.map((line) => line.trimEnd()).join('\n'), missed };
}

const width = (cell = '') => cell.length;

/** Names and targets stand on the left, numbers on the right. */
function padded(cell: string, column: number, columns: number, widths: readonly number[]): string {
  const isText = column === 0 || column === columns - 1;
  return isText ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0);
}

const micro = (value: number) => `${value.toFixed(0)} us`;
const milli = (value: number) => `${(value / 1000).toFixed(1)} ms`;
const ratio = (value: number) => `${value.toFixed(2)}x`;
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} KB`;
