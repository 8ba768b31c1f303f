/**
 * The store's dashboard, from the question to its causes: is it well, are refreshes on time, what
 * does the provider say, do functions and table keep up, what does it cost. How to read it stands
 * on it (`dashboard-text.ts`).
 */
import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  PeriodOverride,
  SingleValueWidget,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { MetricName } from '../../lambdas/runtime/metrics.ts';
import { FUNCTION_NAMES } from '../bundling/bundles.ts';
import { dashboardName } from '../resource-names.ts';
import type { StoreSettings } from '../store-settings.ts';
import { dashboardText } from './dashboard-text.ts';
import type { Statistic, StoreMetrics } from './store-metrics.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
/** Secrets Manager, a secret and month, in US dollars. */
const SECRET_PRICE = 0.4;

const THIRD = { width: 8, height: 6 };
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
      refreshes(metrics),
      limits(metrics),
      functions(metrics),
      table(metrics),
      costs(metrics),
      housekeeping(metrics),
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

function refreshes(metrics: StoreMetrics): IWidget[] {
  const lag = (statistic: Statistic) => metrics.own('RefreshLag', statistic, FIVE_MINUTES);
  return [
    graph('Refresh lag: from due to begun (ms)', [
      lag('p50').with({ label: 'half of them' }),
      lag('p99').with({ label: '99 of 100' }),
      lag('Maximum').with({ label: 'slowest' }),
    ]),
    new GraphWidget({
      title: 'What the provider says, per 5 minutes',
      stacked: true,
      left: counts(metrics, {
        RefreshRefreshed: 'refreshed',
        RefreshRefused: 'refused',
        RefreshClientFault: 'client fault',
        RefreshThrottled: 'throttled',
        RefreshOutage: 'outage',
        RefreshMalformed: 'malformed',
      }),
      ...THIRD,
    }),
    graph('Each sweep: due, handed out, still in the queue', [
      metrics.own('DueTokens', 'Maximum', MINUTE, 'due'),
      metrics.own('DispatchedTokens', 'Maximum', MINUTE, 'handed out'),
      metrics.own('RefreshBacklog', 'Maximum', MINUTE, 'in the queue'),
    ]),
  ];
}

function limits(metrics: StoreMetrics): IWidget[] {
  return [
    new GraphWidget({
      title: "Headroom: what is left of a minute's refreshes (%)",
      left: [metrics.own('QuotaHeadroom', 'Average', FIVE_MINUTES, 'headroom')],
      leftYAxis: { min: 0, max: 100 },
      ...THIRD,
    }),
    new GraphWidget({
      title: 'Users who have to log in again',
      left: counts(metrics, {
        NeedsReauthorization: 'marked, per 5 minutes',
        IncidentRefusals: 'refused, but laid to an incident',
      }),
      right: [metrics.own('TokensNeedingReauthorization', 'Maximum', HOUR, 'waiting for a login')],
      leftYAxis: { min: 0 },
      rightYAxis: { min: 0 },
      ...THIRD,
    }),
    new GraphWidget({
      title: 'Put aside and stuck',
      left: [metrics.deadLetters(MINUTE).with({ label: 'dead letters' })],
      right: [metrics.oldestMessage(MINUTE).with({ label: 'oldest message in the queue (s)' })],
      leftYAxis: { min: 0 },
      rightYAxis: { min: 0 },
      ...THIRD,
    }),
  ];
}

function functions(metrics: StoreMetrics): IWidget[] {
  const ofEach = (name: 'Errors' | 'Throttles' | 'Duration', statistic: Statistic) =>
    FUNCTION_NAMES.map((each) => metrics.lambda(each, name, statistic));
  return [
    graph('Functions: errors (bugs and time-outs)', ofEach('Errors', 'Sum')),
    graph('Functions: throttles', ofEach('Throttles', 'Sum')),
    graph('Functions: duration, 99 of 100 (ms)', ofEach('Duration', 'p99')),
  ];
}

function table(metrics: StoreMetrics): IWidget[] {
  const both = (name: Parameters<StoreMetrics['table']>[0]) => [
    metrics.table(name, 'table'),
    metrics.table(name, 'due-index'),
  ];
  return [
    new GraphWidget({
      title: 'Index: throttled calls, and STORE_UNAVAILABLE answers',
      left: [...both('ReadThrottleEvents'), ...both('WriteThrottleEvents')],
      right: [metrics.own('StoreUnavailable', 'Sum', FIVE_MINUTES, 'STORE_UNAVAILABLE')],
      leftYAxis: { min: 0 },
      rightYAxis: { min: 0 },
      ...THIRD,
    }),
    graph('Index: capacity units, per 5 minutes', [
      ...both('ConsumedReadCapacityUnits'),
      ...both('ConsumedWriteCapacityUnits'),
    ]),
    graph('Provider: duration of its answers (ms)', [
      metrics.own('ProviderDuration', 'p50', FIVE_MINUTES, 'half of them'),
      metrics.own('ProviderDuration', 'p99', FIVE_MINUTES, '99 of 100'),
    ]),
  ];
}

function costs(metrics: StoreMetrics): IWidget[] {
  const living = {
    active: metrics.own('TokensActive', 'Maximum', HOUR, 'active'),
    idle: metrics.own('TokensIdle', 'Maximum', HOUR, 'idle'),
    waiting: metrics.own('TokensNeedingReauthorization', 'Maximum', HOUR, 'waiting for a login'),
  };
  return [
    new SingleValueWidget({
      title: 'Cost: secrets, one for each living token',
      metrics: [
        new MathExpression({
          expression: 'active + idle + waiting',
          usingMetrics: living,
          label: 'living tokens',
          period: HOUR,
        }),
        new MathExpression({
          expression: `${SECRET_PRICE} * (active + idle + waiting)`,
          usingMetrics: living,
          label: 'US dollars a month',
          period: HOUR,
        }),
      ],
      ...THIRD,
    }),
    graph('Cost: refreshes, two Secrets Manager calls each', [
      metrics.own('RefreshRefreshed', 'Sum', HOUR, 'refreshed, per hour'),
    ]),
    new GraphWidget({
      title: 'Cost: invocations, per 5 minutes',
      stacked: true,
      left: FUNCTION_NAMES.map((name) => metrics.lambda(name, 'Invocations')),
      ...THIRD,
    }),
  ];
}

function housekeeping(metrics: StoreMetrics): IWidget[] {
  return [
    graph('Living tokens', [
      metrics.own('TokensActive', 'Maximum', HOUR, 'active'),
      metrics.own('TokensIdle', 'Maximum', HOUR, 'idle'),
    ]),
    graph('Housekeeper: of the present run', [
      metrics.own('HousekeepingFindings', 'Maximum', HOUR, 'found'),
      metrics.own('HousekeepingRepairs', 'Maximum', HOUR, 'mended'),
      metrics.own('HousekeepingUnmended', 'Maximum', HOUR, 'for a person'),
      metrics.own('HousekeepingFailures', 'Maximum', HOUR, 'failed'),
    ]),
    graph(
      'Rare: dead workers, wasted refreshes, lost events',
      counts(metrics, {
        InDoubtTakeovers: 'leases of dead workers',
        InDoubtAdopted: 'what they had stored, taken over',
        WastedRefreshes: 'wasted refreshes',
        LostEvents: 'lost events',
      }),
    ),
  ];
}

function graph(title: string, left: IMetric[]): IWidget {
  return new GraphWidget({ title, left, leftYAxis: { min: 0 }, ...THIRD });
}

function counts(
  metrics: StoreMetrics,
  labels: Readonly<Partial<Record<MetricName, string>>>,
): IMetric[] {
  return Object.entries(labels).map(([name, label]) =>
    metrics.own(name as MetricName, 'Sum', FIVE_MINUTES, label),
  );
}
