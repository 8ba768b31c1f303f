/** The results as tables, each number beside its target. Pure. */
import { DUE_SHARDS } from '../lib/token-index/due-index.ts';
import type { BundleCost } from './bundles/measure.ts';
import type { OperationCosts } from './operations/process.ts';
import type { Cost } from './samples.ts';
import type { SweepRun } from './sweep/measure.ts';

/** A warm find against a bare GetItem: CPU. */
const MAX_FIND_RATIO = 1.15;
const MAX_BUNDLE_BYTES = 400_000;
/** A bundle against a bare one of the same clients: time to import. */
const MAX_LOAD_RATIO = 1.25;

type Most = (sweep: Pick<SweepRun, 'tokens' | 'batches'>) => number;

const PER_SWEEP: Most = () => 1;
const PER_SHARD: Most = () => DUE_SHARDS.length;
const PER_TOKEN: Most = ({ tokens }) => tokens;
const PER_BATCH: Most = ({ batches }) => batches;

/** What a sweep and its refreshes may call, and how often at most; anything else is too much. */
const ALLOWED_CALLS: Readonly<Record<string, { readonly per: string; readonly most: Most }>> = {
  'refresh-dispatcher sqs GetQueueAttributes': { per: '1 a sweep', most: PER_SWEEP },
  'refresh-dispatcher dynamodb Query': { per: '1 a shard', most: PER_SHARD },
  'refresh-dispatcher dynamodb UpdateItem': { per: '1 a token, its claim', most: PER_TOKEN },
  'refresh-dispatcher sqs SendMessageBatch': {
    per: '1 a batch of 10',
    most: ({ tokens }) => Math.ceil(tokens / 10),
  },
  'refresh-worker dynamodb BatchGetItem': { per: '1 a token, its row', most: PER_TOKEN },
  'refresh-worker dynamodb UpdateItem': {
    per: '1 a token, its lease; 1 a batch',
    most: ({ tokens, batches }) => tokens + batches,
  },
  'refresh-worker secretsmanager GetSecretValue': { per: '0 to 1 a token', most: PER_TOKEN },
  'refresh-worker secretsmanager PutSecretValue': { per: '1 a token', most: PER_TOKEN },
  'refresh-worker dynamodb TransactWriteItems': { per: '1 a token, the commit', most: PER_TOKEN },
  'refresh-worker events PutEvents': { per: '1 a batch', most: PER_BATCH },
  'refresh-worker provider refresh': { per: '1 a token', most: PER_TOKEN },
};

export interface Report {
  readonly text: string;
  readonly missed: number;
}

interface Verdict {
  readonly text: string;
  readonly missed: boolean;
}

const NO_TARGET: Verdict = { text: '', missed: false };

export function operationsReport({ find, save, refresh }: OperationCosts): Report {
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
      compare(
        'scheduled refresh / its 4 calls and the provider',
        refresh.refresh,
        refresh.bareRefresh,
      ),
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
    const cpu = load.cpuMicroseconds / bareLoad.cpuMicroseconds;
    const cpus = [milli(load.cpuMicroseconds), milli(bareLoad.cpuMicroseconds), ratio(cpu)];
    const text = `${size.text}, ${time.text}`;
    const missed = size.missed || time.missed;
    return { cells: [name, ...sizes, ...times, ...cpus], verdict: { text, missed } };
  });
  return table(
    ['', 'size', 'bare', 'load', 'bare', 'ratio', 'CPU', 'bare', 'ratio', 'targets'],
    rows,
  );
}

export function sweepsReport(runs: readonly SweepRun[]): Report {
  const [first] = runs;
  const rows = runs.map(({ workers, tokens, perSecondAllowed, cost }) => {
    const seconds = cost.wallMicroseconds / 1_000_000;
    const perSecond = tokens / seconds;
    const cpu = cost.cpuMicroseconds / tokens;
    const cpuOfFirst = first === undefined ? cpu : first.cost.cpuMicroseconds / first.tokens;
    const speed = [`${perSecond.toFixed(1)} /s`, percent(perSecond / perSecondAllowed)];
    const work = [milli(cpu), ratio(cpu / cpuOfFirst)];
    const cells = [`${tokens} tokens, ${workers} workers`, `${seconds.toFixed(1)} s`];
    return { cells: [...cells, ...speed, ...work], verdict: NO_TARGET };
  });
  const head = ['', 'wall', 'refreshes', 'of the pace', 'CPU each', 'ratio', ''];
  return table(head, rows);
}

export function sweepCallsReport(run: SweepRun): Report {
  const provider = { by: 'refresh-worker', service: 'provider', action: 'refresh' };
  const calls = [...run.calls, { ...provider, count: run.providerCalls }];
  const rows = calls.map(({ by, service, action, count }) => {
    const allowed = ALLOWED_CALLS[`${by} ${service} ${action}`];
    const verdict = below(count, allowed?.most(run) ?? 0, allowed?.per ?? 'none');
    return {
      cells: [`${by} ${service} ${action}`, String(count), (count / run.tokens).toFixed(2)],
      verdict,
    };
  });
  return table(['', 'calls', 'per refresh', 'at most'], rows);
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
const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
const ratio = (value: number) => `${value.toFixed(2)}x`;
const kilobytes = (bytes: number) => `${(bytes / 1000).toFixed(0)} KB`;
