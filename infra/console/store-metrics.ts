/** The metrics that dashboard and alarms look at: the store's own, and what AWS tells of its parts. */
import { Duration } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  METRIC_NAMESPACE,
  type MetricName,
  STORE_DIMENSION,
} from '../../lambdas/runtime/metrics.ts';
import { DUE_INDEX } from '../../lib/token-index/dynamodb-items.ts';
import type { FunctionName } from '../bundling/bundles.ts';

export type Statistic = 'Sum' | 'Average' | 'Minimum' | 'Maximum' | 'SampleCount' | 'p50' | 'p99';

export interface WatchedParts {
  readonly store: string;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  readonly table: TableV2;
  readonly refreshQueue: Queue;
  readonly deadLetters: Queue;
}

type TableMetric =
  | 'ReadThrottleEvents'
  | 'WriteThrottleEvents'
  | 'ConsumedReadCapacityUnits'
  | 'ConsumedWriteCapacityUnits';

export class StoreMetrics {
  readonly parts: WatchedParts;

  constructor(parts: WatchedParts) {
    this.parts = parts;
  }

  own(metricName: MetricName, statistic: Statistic, period: Duration, label?: string): Metric {
    return new Metric({
      namespace: METRIC_NAMESPACE,
      metricName,
      dimensionsMap: { [STORE_DIMENSION]: this.parts.store },
      statistic,
      period,
      ...(label !== undefined && { label }),
    });
  }

  lambda(
    name: FunctionName,
    metricName: 'Invocations' | 'Errors' | 'Throttles' | 'Duration',
    statistic: Statistic = 'Sum',
    period = Duration.minutes(5),
  ): Metric {
    const { functions } = this.parts;
    return functions[name].metric(metricName, { statistic, period, label: name });
  }

  /** @param of - the table itself, or its due index, which is throttled and billed by itself */
  table(metricName: TableMetric, of: 'table' | 'due-index', period = Duration.minutes(5)): Metric {
    const index = of === 'due-index' ? { GlobalSecondaryIndexName: DUE_INDEX.name } : {};
    return new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: this.parts.table.tableName, ...index },
      statistic: 'Sum',
      period,
      label: `${metricName} ${of}`,
    });
  }

  /** Seconds since the oldest message of the refresh queue was sent. */
  oldestMessage(period: Duration): Metric {
    return this.parts.refreshQueue.metricApproximateAgeOfOldestMessage({
      statistic: 'Maximum',
      period,
    });
  }

  deadLetters(period: Duration): Metric {
    return this.parts.deadLetters.metricApproximateNumberOfMessagesVisible({
      statistic: 'Maximum',
      period,
    });
  }
}
