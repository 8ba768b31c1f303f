/**
 * The store's alarms: when each goes off is in `alarm-conditions.ts`, what its users feel then in
 * `alarm-texts.ts`, what to do about it in RUNBOOK.md under the alarm's name.
 */
import {
  Alarm,
  type CfnAlarm,
  ComparisonOperator,
  type IAlarmAction,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { alarmName } from '../resource-names.ts';
import type { StoreSettings } from '../store-settings.ts';
import { type AlarmCondition, alarmConditions } from './alarm-conditions.ts';
import { ALARM_TEXTS, type AlarmName } from './alarm-texts.ts';
import { runbookLink } from './runbook-link.ts';
import type { StoreMetrics } from './store-metrics.ts';

export interface StoreAlarmsProps {
  readonly settings: StoreSettings;
  readonly metrics: StoreMetrics;
  /** What happens when an alarm goes off, and when it ends. */
  readonly actions: readonly IAlarmAction[];
}

export class StoreAlarms extends Construct {
  readonly alarms: Readonly<Record<AlarmName, Alarm>>;

  constructor(scope: Construct, id: string, { settings, metrics, actions }: StoreAlarmsProps) {
    super(scope, id);
    const made = Object.entries(alarmConditions(metrics)).map(([key, condition]) => {
      const name = key as AlarmName;
      const { breaching, of } = condition.periods;
      const alarm = new Alarm(this, name, {
        alarmName: alarmName(settings, name),
        alarmDescription: `${ALARM_TEXTS[name]} What to do: ${runbookLink(settings, name)}`,
        metric: condition.metric,
        ...comparison(condition),
        evaluationPeriods: of,
        datapointsToAlarm: breaching,
        treatMissingData: condition.missingData,
      });
      if (condition.warmUp !== undefined) {
        // The construct has no property for it.
        const resource = alarm.node.defaultChild as CfnAlarm;
        resource.warmUpConfiguration = {
          warmUpPeriodDurationInMinutes: condition.warmUp.toMinutes(),
        };
      }
      alarm.addAlarmAction(...actions);
      alarm.addOkAction(...actions);
      return [name, alarm];
    });
    this.alarms = Object.fromEntries(made) as Record<AlarmName, Alarm>;
  }
}

function comparison({ breaching }: AlarmCondition): {
  readonly threshold: number;
  readonly comparisonOperator: ComparisonOperator;
} {
  if ('below' in breaching) {
    const comparisonOperator = ComparisonOperator.LESS_THAN_THRESHOLD;
    return { threshold: breaching.below, comparisonOperator };
  }
  if ('above' in breaching) {
    const comparisonOperator = ComparisonOperator.GREATER_THAN_THRESHOLD;
    return { threshold: breaching.above, comparisonOperator };
  }
  const comparisonOperator = ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD;
  return { threshold: breaching.atLeast, comparisonOperator };
}
