/** What the functions print, as CloudWatch takes it: metrics in the embedded format, and log lines. */
import type { MetricData } from './metric-data.ts';

interface EmbeddedMetrics {
  readonly _aws: {
    readonly Timestamp: number;
    readonly CloudWatchMetrics: readonly {
      readonly Namespace: string;
      readonly Dimensions: readonly (readonly string[])[];
      readonly Metrics: readonly { readonly Name: string }[];
    }[];
  };
  readonly [member: string]: unknown;
}

export interface PrintedLine {
  readonly operation: string;
  readonly level: string;
  readonly outcome: string;
}

/** Adds the line's metrics. @returns the line, where it is one of the log */
export function readLine(text: string, data: MetricData): PrintedLine | undefined {
  if (!text.startsWith('{')) return undefined;
  const line = JSON.parse(text) as EmbeddedMetrics | (PrintedLine & { readonly _aws?: undefined });
  if (line._aws === undefined) return line as PrintedLine;
  addMetrics(line as EmbeddedMetrics, data);
  return undefined;
}

function addMetrics(line: EmbeddedMetrics, data: MetricData): void {
  const { Timestamp, CloudWatchMetrics } = line._aws;
  for (const { Namespace: namespace, Dimensions, Metrics } of CloudWatchMetrics) {
    for (const names of Dimensions) {
      const dimensions = Object.fromEntries(names.map((name) => [name, String(line[name])]));
      for (const { Name: name } of Metrics) {
        for (const value of [line[name]].flat()) {
          data.add({ namespace, name, dimensions }, Number(value), Timestamp);
        }
      }
    }
  }
}
