/** The rows of the dashboard below its first: what causes show in, from the refreshes to the costs. */
import { Duration } from 'aws-cdk-lib';
import {
  GraphWidget,
  type IMetric,
  type IWidget,
  MathExpression,
  SingleValueWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { MetricName } from '../../lambdas/runtime/metrics.ts';
import { FUNCTION_NAMES } from '../bundling/bundles.ts';
import type { Statistic, StoreMetrics } from './store-metrics.ts';

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);
/** Secrets Manager, a secret and month, in US dollars. */
const SECRET_PRICE = 0.4;

const THIRD = { width: 8, height: 6 };

export function refreshRow(metrics: StoreMetrics): IWidget[] {
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

export function limitRow(metrics: StoreMetrics): IWidget[] {
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

export function functionRow(metrics: StoreMetrics): IWidget[] {
  const ofEach = (name: 'Errors' | 'Throttles' | 'Duration', statistic: Statistic) =>
    FUNCTION_NAMES.map((each) => metrics.lambda(each, name, statistic));
  return [
    graph('Functions: errors (bugs and time-outs)', ofEach('Errors', 'Sum')),
    graph('Functions: throttles', ofEach('Throttles', 'Sum')),
    graph('Functions: duration, 99 of 100 (ms)', ofEach('Duration', 'p99')),
  ];
}

export function indexRow(metrics: StoreMetrics): IWidget[] {
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

export function costRow(metrics: StoreMetrics): IWidget[] {
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

export function housekeepingRow(metrics: StoreMetrics): IWidget[] {
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
