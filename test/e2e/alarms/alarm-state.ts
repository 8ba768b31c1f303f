/**
 * When CloudWatch takes an alarm for gone off ("Configuring how CloudWatch alarms treat missing
 * data"): it looks at more periods than it evaluates, prefers those that have data, and fills up
 * with what the alarm says of missing ones.
 */
import type { Series } from './metric-math.ts';

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface EvaluationRule {
  readonly comparison: string;
  readonly threshold: number;
  readonly datapointsToAlarm: number;
  readonly evaluationPeriods: number;
  readonly treatMissingData: string;
}

/**
 * @param series - the points of the evaluation range, at least as many as are evaluated
 * @param state - before this evaluation
 */
export function nextState(rule: EvaluationRule, series: Series, state: AlarmState): AlarmState {
  const { datapointsToAlarm, evaluationPeriods, treatMissingData } = rule;
  const real = series.filter((point) => point !== undefined).slice(-evaluationPeriods);
  const breaching = real.filter((point) => isBreaching(rule, point)).length;
  const missing = evaluationPeriods - real.length;
  if (missing === 0) return breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
  switch (treatMissingData) {
    case 'notBreaching':
      return breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'breaching':
      return breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
    case 'ignore':
      if (breaching >= datapointsToAlarm) return 'ALARM';
      return real.length > breaching ? 'OK' : state;
    default:
      throw new Error(`TreatMissingData ${treatMissingData} is not understood.`);
  }
}

function isBreaching({ comparison, threshold }: EvaluationRule, point: number): boolean {
  switch (comparison) {
    case 'GreaterThanThreshold':
      return point > threshold;
    case 'GreaterThanOrEqualToThreshold':
      return point >= threshold;
    case 'LessThanThreshold':
      return point < threshold;
    default:
      throw new Error(`The comparison ${comparison} is not understood.`);
  }
}
