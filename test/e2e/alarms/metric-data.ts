/** What was measured, and the statistics that CloudWatch makes of it. */

export interface MetricId {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Sample {
  readonly atMs: number;
  readonly value: number;
}

export class MetricData {
  readonly #samples = new Map<string, Sample[]>();

  add(metric: MetricId, value: number, atMs: number): void {
    const key = keyOf(metric);
    const samples = this.#samples.get(key) ?? [];
    samples.push({ atMs, value });
    this.#samples.set(key, samples);
  }

  /** Of what was measured from `fromMs` until before `toMs`; undefined where nothing was. */
  statistic(metric: MetricId, stat: string, fromMs: number, toMs: number): number | undefined {
    const values = (this.#samples.get(keyOf(metric)) ?? [])
      .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
      .map(({ value }) => value);
    return values.length === 0 ? undefined : statisticOf(values, stat);
  }

  /** Whether anything was ever measured. */
  has(metric: MetricId): boolean {
    return this.#samples.has(keyOf(metric));
  }
}

function statisticOf(values: readonly number[], stat: string): number {
  const sum = values.reduce((all, each) => all + each, 0);
  switch (stat) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / values.length;
    case 'Minimum':
      return Math.min(...values);
    case 'Maximum':
      return Math.max(...values);
    case 'SampleCount':
      return values.length;
    default:
      throw new Error(`The statistic ${stat} is not understood.`);
  }
}

function keyOf({ namespace, name, dimensions }: MetricId): string {
  return JSON.stringify([namespace, name, Object.entries(dimensions).sort()]);
}
