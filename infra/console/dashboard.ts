/**
 * The store's dashboard, from the question to its causes. The first row says whether it is well and
 * how to read the rest (`dashboard-text.ts`); the rows below it are in `dashboard-rows.ts`.
 */
import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IWidget,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import { dashboardName } from '../resource-names.ts';
import type { StoreSettings } from '../store-settings.ts';
import {
  costRow,
  functionRow,
  housekeepingRow,
  indexRow,
  limitRow,
  refreshRow,
} from './dashboard-rows.ts';
import { dashboardText } from './dashboard-text.ts';
import type { StoreMetrics } from './store-metrics.ts';

const MINUTE = Duration.minutes(1);
const QUARTER = { width: 6, height: 8 };

export interface StoreDashboardProps {
  readonly settings: StoreSettings;
  readonly metrics: StoreMetrics;
  readonly alarms: Readonly<Record<string, Alarm>> | undefined;
  readonly tokenWidget: IWidget | undefined;
}

export function storeDashboard(scope: Construct, props: StoreDashboardProps): Dashboard {
  const { settings, metrics, tokenWidget } = props;
  return new Dashboard(scope, 'Dashboard', {
    dashboardName: dashboardName(settings),
    defaultInterval: Duration.hours(3),
    // Counts of five minutes stay counts of five minutes, whatever span is looked at.
    periodOverride: PeriodOverride.INHERIT,
    widgets: [
      isItWell(props),
      ...(tokenWidget === undefined ? [] : [[tokenWidget]]),
      refreshRow(metrics),
      limitRow(metrics),
      functionRow(metrics),
      indexRow(metrics),
      costRow(metrics),
      housekeepingRow(metrics),
    ],
  });
}

function isItWell({ settings, metrics, alarms }: StoreDashboardProps): IWidget[] {
  const status = alarms && Object.values(alarms);
  return [
    new TextWidget({ markdown: dashboardText(settings), ...QUARTER }),
    ...(status === undefined
      ? []
      : [new AlarmStatusWidget({ title: 'Alarms', alarms: status, ...QUARTER })]),
    new GraphWidget({
      title: 'Freshness: least life of a token that was asked for (s)',
      left: [metrics.own('RemainingLifetime', 'Minimum', MINUTE, 'least life')],
      leftAnnotations: [{ value: settings.minValidSeconds, label: 'minValidSeconds' }],
      ...QUARTER,
    }),
    new GraphWidget({
      title: 'Sweep: how long the longest due token waits (s). No line: no sweep',
      left: [metrics.own('OldestDue', 'Maximum', MINUTE, 'oldest due')],
      leftYAxis: { min: 0 },
      ...QUARTER,
    }),
  ];
}
