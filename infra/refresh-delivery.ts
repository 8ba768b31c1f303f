/**
 * From the schedule to a worker: what starts the background functions, the queue between sweep and
 * workers, and where what could not be delivered is kept.
 */
import { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  MAX_RECEIVE_COUNT,
  VISIBILITY_TIMEOUT_SECONDS,
  WORKER_BATCH_SIZE,
} from './delivery-settings.ts';
import { deadLetterQueueName, refreshQueueName } from './resource-names.ts';
import type { StoreSettings } from './store-settings.ts';

/** A tick that comes late is worth nothing: the next one does its work. */
const TICK_MAX_AGE = Duration.minutes(1);

export class RefreshDelivery extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #settings: StoreSettings;

  constructor(scope: Construct, id: string, settings: StoreSettings) {
    super(scope, id);
    this.#settings = settings;
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: deadLetterQueueName(settings),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    this.queue = new Queue(this, 'Queue', {
      queueName: refreshQueueName(settings),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: Duration.seconds(VISIBILITY_TIMEOUT_SECONDS),
      retentionPeriod: Duration.hours(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }

  /** Gives the queue's messages to `worker`, to so many of it at once as the pace is made for. */
  deliverTo(worker: LambdaFunction): void {
    worker.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: WORKER_BATCH_SIZE,
        reportBatchItemFailures: true,
        maxConcurrency: this.#settings.refreshWorkers,
      }),
    );
  }

  /** Starts `lambda` again and again. */
  schedule(lambda: LambdaFunction, id: string, every: Duration, description: string): void {
    const target = new LambdaInvoke(lambda, {
      deadLetterQueue: this.deadLetters,
      maxEventAge: TICK_MAX_AGE,
      retryAttempts: 2,
      input: ScheduleTargetInput.fromObject({}),
    });
    lambda.configureAsyncInvoke({
      maxEventAge: TICK_MAX_AGE,
      retryAttempts: 0,
      onFailure: new SqsDestination(this.deadLetters),
    });
    new Schedule(this, id, { schedule: ScheduleExpression.rate(every), target, description });
  }
}
