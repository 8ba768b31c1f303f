/** An alarm at a moment: its metrics' points, its math, its state after it. */
import type { AlarmDefinition } from './alarm-definition.ts';
import { type AlarmState, type EvaluationRule, nextState } from './alarm-state.ts';
import type { MetricData } from './metric-data.ts';
import { evaluateMath, type Series } from './metric-math.ts';

/**
 * How many more periods than it evaluates CloudWatch looks at is not documented; in the examples
 * of its documentation two. Whoever looks at none is told of an end sooner, and of a gap too.
 */
export type ExtraPeriods = 0 | 2;

export interface Moment {
  readonly nowMs: number;
  /** When the alarm was made. */
  readonly madeMs: number;
  readonly before: AlarmState;
}

export function evaluateAlarm(
  alarm: AlarmDefinition,
  data: MetricData,
  extra: ExtraPeriods,
  { nowMs, madeMs, before }: Moment,
): AlarmState {
  const series = seriesOf(alarm, data, alarm.rule.evaluationPeriods + extra, nowMs);
  const points = series.filter((point) => point !== undefined).length;
  // Enough data ends the warm-up early, and for good.
  const warming = before === 'INSUFFICIENT_DATA' && nowMs < madeMs + alarm.warmUpMinutes * 60_000;
  if (warming && points < alarm.rule.evaluationPeriods) return before;
  return nextState(ruleOf(alarm), series, before);
}

/** Of DynamoDB's metrics CloudWatch always ignores missing data, whatever the alarm says. */
function ruleOf({ rule, metrics }: AlarmDefinition): EvaluationRule {
  const ofDynamoDb = Object.values(metrics).some(
    ({ metric }) => metric.namespace === 'AWS/DynamoDB',
  );
  return ofDynamoDb ? { ...rule, treatMissingData: 'ignore' } : rule;
}

/** The last full periods before the minute that has begun: alarms look again every minute. */
function seriesOf(alarm: AlarmDefinition, data: MetricData, count: number, nowMs: number): Series {
  const endMs = Math.floor(nowMs / 60_000) * 60_000;
  const metrics = Object.entries(alarm.metrics).map(([id, { metric, stat, periodSeconds }]) => {
    const periodMs = periodSeconds * 1000;
    const points = Array.from({ length: count }, (_, index) => {
      const toMs = endMs - (count - 1 - index) * periodMs;
      return data.statistic(metric, stat, toMs - periodMs, toMs);
    });
    return [id, points] as const;
  });
  return evaluateMath(alarm.expression, Object.fromEntries(metrics));
}
