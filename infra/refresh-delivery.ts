/**
 * From the schedule to a worker: what starts the background functions, the queue between sweep and
 * workers, and where what could not be delivered is kept.
 */
import { Aws, Duration, Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import { type CfnQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  MAX_RECEIVE_COUNT,
  VISIBILITY_TIMEOUT_SECONDS,
  WORKER_BATCH_SIZE,
} from './delivery-settings.ts';
import { receiveThroughKey, sendThroughKey } from './key-permissions.ts';
import { deadLetterQueueName, refreshQueueName } from './resource-names.ts';
import type { StoreSettings } from './store-settings.ts';

/** A tick that comes late is worth nothing: the next one does its work. */
const TICK_MAX_AGE = Duration.minutes(1);

export class RefreshDelivery extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #settings: StoreSettings;
  readonly #encryptionKey: IKey | undefined;

  constructor(scope: Construct, id: string, settings: StoreSettings, encryptionKey?: IKey) {
    super(scope, id);
    this.#settings = settings;
    this.#encryptionKey = encryptionKey;
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
    if (encryptionKey !== undefined) {
      encryptWith(encryptionKey, this.deadLetters);
      encryptWith(encryptionKey, this.queue);
    }
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
    if (this.#encryptionKey !== undefined) {
      worker.addToRolePolicy(receiveThroughKey(this.#encryptionKey, this.queue));
    }
  }

  /** Starts `lambda` again and again. */
  schedule(lambda: LambdaFunction, id: string, every: Duration, description: string): void {
    const target = new LambdaInvoke(lambda, {
      role: this.#schedulerRole(lambda, id).withoutPolicyUpdates(),
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
    if (this.#encryptionKey !== undefined) {
      lambda.addToRolePolicy(sendThroughKey(this.#encryptionKey, this.deadLetters));
    }
    new Schedule(this, id, { schedule: ScheduleExpression.rate(every), target, description });
  }

  /** Written out, because the target's own role may invoke every version and alias as well. */
  #schedulerRole(lambda: LambdaFunction, id: string): Role {
    const group = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: 'default',
    });
    const statements = [
      new PolicyStatement({
        actions: ['lambda:InvokeFunction'],
        resources: [lambda.functionArn],
      }),
      new PolicyStatement({
        actions: ['sqs:SendMessage'],
        resources: [this.deadLetters.queueArn],
      }),
    ];
    if (this.#encryptionKey !== undefined) {
      statements.push(sendThroughKey(this.#encryptionKey, this.deadLetters));
    }
    return new Role(this, `${id}Role`, {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: {
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID, 'aws:SourceArn': group },
        },
      }),
      description: `Invokes a function of the Latchkey store ${this.#settings.store} by a schedule`,
      inlinePolicies: { tick: new PolicyDocument({ statements }) },
    });
  }
}

/**
 * Past the construct's own property, or everything that grants on the queue would grant on the key
 * as well, and more of it than `key-permissions.ts` does.
 */
function encryptWith(key: IKey, queue: Queue): void {
  const resource = queue.node.defaultChild as CfnQueue;
  resource.kmsMasterKeyId = key.keyArn;
  resource.sqsManagedSseEnabled = undefined;
}
