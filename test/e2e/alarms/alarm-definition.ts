/** The alarms as the template has them, with the names that its resources get. */
import type { Resource, StoreTemplate } from '../../infra/template.ts';
import type { EvaluationRule } from './alarm-state.ts';
import type { MetricId } from './metric-data.ts';

export interface MetricQuery {
  readonly metric: MetricId;
  readonly stat: string;
  readonly periodSeconds: number;
}

export interface AlarmDefinition {
  /** Without the store's name. */
  readonly name: string;
  readonly rule: EvaluationRule;
  readonly metrics: Readonly<Record<string, MetricQuery>>;
  /** Of the ids of `metrics`. */
  readonly expression: string;
  readonly periodSeconds: number;
  readonly warmUpMinutes: number;
}

interface MetricProperties {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
}

interface QueryProperties {
  readonly Id: string;
  readonly Expression?: string;
  readonly MetricStat?: {
    readonly Metric: MetricProperties;
    readonly Period: number;
    readonly Stat: string;
  };
}

interface AlarmProperties extends Partial<MetricProperties> {
  readonly AlarmName: string;
  readonly ComparisonOperator: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm: number;
  readonly TreatMissingData: string;
  readonly Period?: number;
  readonly Statistic?: string;
  readonly Metrics?: readonly QueryProperties[];
  readonly WarmUpConfiguration?: { readonly WarmUpPeriodDurationInMinutes: number };
}

/** @param store - whose names the alarms get, in place of those of the template's store */
export function alarmDefinitions(
  template: StoreTemplate,
  { of, store }: { readonly of: string; readonly store: string },
): AlarmDefinition[] {
  return template.resources
    .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
    .map(({ Properties }) => definitionOf(Properties as unknown as AlarmProperties));

  function definitionOf(alarm: AlarmProperties): AlarmDefinition {
    const { expression, metrics } = queriesOf(alarm);
    const periods = new Set(Object.values(metrics).map(({ periodSeconds }) => periodSeconds));
    const [periodSeconds = 0] = periods;
    if (periods.size !== 1) throw new Error(`${alarm.AlarmName} has several periods.`);
    return {
      name: alarm.AlarmName.replace(`latchkey-${of}-`, ''),
      rule: {
        comparison: alarm.ComparisonOperator,
        threshold: alarm.Threshold,
        datapointsToAlarm: alarm.DatapointsToAlarm,
        evaluationPeriods: alarm.EvaluationPeriods,
        treatMissingData: alarm.TreatMissingData,
      },
      metrics,
      expression,
      periodSeconds,
      warmUpMinutes: alarm.WarmUpConfiguration?.WarmUpPeriodDurationInMinutes ?? 0,
    };
  }

  function queriesOf(alarm: AlarmProperties): Pick<AlarmDefinition, 'expression' | 'metrics'> {
    const { Metrics, Namespace = '', MetricName = '', Dimensions = [] } = alarm;
    if (Metrics === undefined) {
      const metric = metricOf({ Namespace, MetricName, Dimensions });
      const { Statistic: stat = '', Period: periodSeconds = 0 } = alarm;
      return { expression: 'only', metrics: { only: { metric, stat, periodSeconds } } };
    }
    const [expression, ...more] = Metrics.flatMap(({ Expression = [] }) => Expression);
    if (expression === undefined || more.length > 0) throw new Error('One expression, please.');
    const queries = Metrics.flatMap(({ Id, MetricStat }) => {
      if (MetricStat === undefined) return [];
      const { Metric, Stat: stat, Period: periodSeconds } = MetricStat;
      return [[Id, { metric: metricOf(Metric), stat, periodSeconds }] as const];
    });
    return { expression, metrics: Object.fromEntries(queries) };
  }

  function metricOf({ Namespace, MetricName, Dimensions = [] }: MetricProperties): MetricId {
    const dimensions = Dimensions.map(({ Name, Value }) => [
      Name,
      deployed(Value).replace(new RegExp(`^(latchkey-)?${of}(?=-|$)`), `$1${store}`),
    ]);
    return {
      namespace: Namespace,
      name: MetricName,
      dimensions: Object.fromEntries(dimensions) as Record<string, string>,
    };
  }

  /** A reference to a resource becomes the name that the resource gets. */
  function deployed(value: string): string {
    const id = /^\{(\w+)(?:\.\w+)?\}$/.exec(value)?.[1];
    if (id === undefined) return value;
    return nameOf(template.resources.find((resource) => resource.id === id));
  }
}

function nameOf(resource: Resource | undefined): string {
  const { FunctionName, QueueName, TableName } = resource?.Properties ?? {};
  const name = FunctionName ?? QueueName ?? TableName;
  if (name === undefined) throw new Error(`What is the name of ${resource?.id}?`);
  return String(name);
}
