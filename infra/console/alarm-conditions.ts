/**
 * When each alarm goes off, and why just then. Alarms are paid by the metric ($0.10 a month each):
 * sums over functions look at those where trouble shows first.
 */
import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ALARMING_LIFETIME_SECONDS, type MetricName } from '../../lambdas/runtime/metrics.ts';
import { FUNCTION_OF_OPERATION } from '../../lib/contract.ts';
import { FUNCTION_NAMES, type FunctionName } from '../bundling/bundles.ts';
import type { AlarmName } from './alarm-texts.ts';
import type { StoreMetrics } from './store-metrics.ts';

export interface AlarmCondition {
  readonly metric: IMetric;
  readonly breaching: { readonly atLeast: number } | { readonly above: number } | Below;
  /** So many of the last `of` periods: what lasts is told from what passes. */
  readonly periods: { readonly breaching: number; readonly of: number };
  readonly missingData: TreatMissingData;
  /** After it was made or changed it is not evaluated for so long, or until there is data. */
  readonly warmUp?: Duration;
}

interface Below {
  readonly below: number;
}

const MINUTE = Duration.minutes(1);
const FIVE_MINUTES = Duration.minutes(5);
const HOUR = Duration.hours(1);

/** Nothing was counted, so nothing happened. */
const NOTHING_HAPPENED = TreatMissingData.NOT_BREACHING;
/** Nobody has looked: what was seen last still holds. */
const NOBODY_LOOKED = TreatMissingData.IGNORE;

/** Somebody's once is an alarm: it goes off within minutes and ends by itself. */
const ONCE = { breaching: 1, of: 1 };
/** One bad five minutes is a hiccup, two of three are not. */
const LASTING = { breaching: 2, of: 3 };

/**
 * A token whose client is refused is tried again after an hour to an hour and a half at the
 * latest (lib/refresh-failure.ts): a shorter memory would end and begin the alarm each time.
 */
const CLIENT_RETRY_PERIODS = 19;
/**
 * The same for a provider that fails or throttles: with few tokens it is asked every 16 minutes in
 * the end. Two of these are needed, so the memory is twice as long, and a bit.
 */
const PROVIDER_RETRIES = { breaching: 2, of: 7 };
/** Half of the margin before the expiry is left then, with the default settings. */
const OVERDUE_SECONDS = 300;
/** A message that fails its three deliveries is put aside after 9 minutes: nothing is older. */
const STUCK_SECONDS = 600;
const LITTLE_HEADROOM_PERCENT = 10;
const FAILING_PERCENT = 25;

const OPERATIONS: readonly FunctionName[] = Object.values(FUNCTION_OF_OPERATION);
/** Those that run all the time: the account's concurrency is one pool for all of them. */
const BUSY_FUNCTIONS: readonly FunctionName[] = [
  'find-token',
  'find-token-by-id',
  'get-access-token',
  'save-token',
  'refresh-dispatcher',
  'refresh-worker',
];

export function alarmConditions(metrics: StoreMetrics): Record<AlarmName, AlarmCondition> {
  const count = (name: MetricName): IMetric => metrics.own(name, 'Sum', FIVE_MINUTES);
  const errors = (names: readonly FunctionName[]) =>
    sumOf(Object.fromEntries(names.map((name) => [name, metrics.lambda(name, 'Errors')])));
  return {
    'sweep-stopped': {
      metric: metrics.own('OldestDue', 'SampleCount', MINUTE),
      breaching: { below: 1 },
      // The schedule fires once anywhere within a minute: single minutes may go without.
      periods: { breaching: 5, of: 5 },
      // That is what it is about: no sweep, no data.
      missingData: TreatMissingData.BREACHING,
      // Or it would go off at each first deployment, before the first sweep.
      warmUp: Duration.minutes(15),
    },
    'tokens-overdue': {
      metric: metrics.own('OldestDue', 'Maximum', MINUTE),
      breaching: { above: OVERDUE_SECONDS },
      periods: { breaching: 3, of: 3 },
      missingData: NOBODY_LOOKED,
    },
    'workers-stuck': {
      metric: metrics.oldestMessage(MINUTE),
      breaching: { above: STUCK_SECONDS },
      periods: { breaching: 3, of: 3 },
      // SQS tells nothing of a queue that lies idle for hours.
      missingData: NOTHING_HAPPENED,
    },
    'expired-token': {
      metric: metrics.own('RemainingLifetime', 'Minimum', FIVE_MINUTES),
      breaching: { below: ALARMING_LIFETIME_SECONDS },
      periods: ONCE,
      // Nobody asked.
      missingData: NOTHING_HAPPENED,
    },
    'needs-reauthorization': {
      metric: count('NeedsReauthorization'),
      breaching: { atLeast: 1 },
      periods: ONCE,
      missingData: NOTHING_HAPPENED,
    },
    'client-fault': {
      metric: sumOf({
        faults: count('RefreshClientFault'),
        incident: count('IncidentRefusals'),
      }),
      breaching: { atLeast: 1 },
      periods: { breaching: 1, of: CLIENT_RETRY_PERIODS },
      missingData: NOTHING_HAPPENED,
    },
    'provider-failing': {
      metric: new MathExpression({
        expression:
          '100 * (outage + malformed + throttled) / (outage + malformed + throttled + refreshed)',
        usingMetrics: {
          outage: count('RefreshOutage'),
          malformed: count('RefreshMalformed'),
          throttled: count('RefreshThrottled'),
          refreshed: count('RefreshRefreshed'),
        },
        period: FIVE_MINUTES,
      }),
      breaching: { above: FAILING_PERCENT },
      periods: PROVIDER_RETRIES,
      // Nobody was asked.
      missingData: NOTHING_HAPPENED,
    },
    'dead-letters': {
      metric: metrics.deadLetters(MINUTE),
      breaching: { atLeast: 1 },
      periods: ONCE,
      missingData: NOTHING_HAPPENED,
    },
    'operation-errors': {
      metric: errors(OPERATIONS),
      breaching: { atLeast: 1 },
      periods: ONCE,
      missingData: NOTHING_HAPPENED,
    },
    'background-errors': {
      metric: errors(FUNCTION_NAMES.filter((name) => !OPERATIONS.includes(name))),
      breaching: { atLeast: 1 },
      periods: ONCE,
      missingData: NOTHING_HAPPENED,
    },
    'store-unavailable': {
      metric: count('StoreUnavailable'),
      breaching: { atLeast: 1 },
      periods: LASTING,
      missingData: NOTHING_HAPPENED,
    },
    'lambda-throttled': {
      metric: sumOf(
        Object.fromEntries(BUSY_FUNCTIONS.map((name) => [name, metrics.lambda(name, 'Throttles')])),
      ),
      breaching: { atLeast: 1 },
      periods: LASTING,
      missingData: NOTHING_HAPPENED,
    },
    'table-throttled': {
      metric: sumOf(
        {
          reads: metrics.table('ReadThrottleEvents', 'table'),
          writes: metrics.table('WriteThrottleEvents', 'table'),
          dueReads: metrics.table('ReadThrottleEvents', 'due-index'),
          dueWrites: metrics.table('WriteThrottleEvents', 'due-index'),
        },
        // CloudWatch keeps the state where a metric of AWS/DynamoDB has no data, whatever is said
        // below: without zeros the alarm would never end.
        { term: (id) => `FILL(${id}, 0)` },
      ),
      breaching: { atLeast: 1 },
      periods: LASTING,
      missingData: NOTHING_HAPPENED,
    },
    'quota-headroom': {
      metric: metrics.own('QuotaHeadroom', 'Average', FIVE_MINUTES),
      breaching: { below: LITTLE_HEADROOM_PERCENT },
      periods: { breaching: 3, of: 3 },
      missingData: NOBODY_LOOKED,
    },
    housekeeper: {
      metric: sumOf(
        {
          unmended: metrics.own('HousekeepingUnmended', 'Maximum', HOUR),
          failures: metrics.own('HousekeepingFailures', 'Maximum', HOUR),
        },
        { period: HOUR },
      ),
      breaching: { atLeast: 1 },
      periods: ONCE,
      missingData: NOBODY_LOOKED,
    },
    'lost-events': {
      metric: count('LostEvents'),
      breaching: { atLeast: 1 },
      periods: ONCE,
      missingData: NOTHING_HAPPENED,
    },
  };
}

interface SumOptions {
  /** Of every metric of the sum, whatever its own is. */
  readonly period?: Duration;
  readonly term?: (id: string) => string;
}

/** In metric math a metric without data counts as 0 beside one that has some. */
function sumOf(
  metrics: Readonly<Record<string, IMetric>>,
  { period = FIVE_MINUTES, term = (id) => id }: SumOptions = {},
): IMetric {
  const usingMetrics = Object.fromEntries(
    Object.entries(metrics).map(([name, metric]) => [idOf(name), metric]),
  );
  const expression = Object.keys(usingMetrics).map(term).join(' + ');
  return new MathExpression({ expression, usingMetrics, period });
}

/** `find-token` becomes `find_token`, as metric math allows. */
function idOf(name: string): string {
  return name.replaceAll('-', '_');
}
