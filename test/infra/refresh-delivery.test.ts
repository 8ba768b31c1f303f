/**
 * From the schedules to the workers and the dead letters: how often, how many at once, what is
 * tried again, and where what fails is kept.
 */
import { WORKER_BATCH_SIZE } from '../../infra/delivery-settings.ts';
import { DEFAULT_REFRESH_TIMINGS } from '../../lib/token-refresher.ts';
import { ofType, storeTemplate } from './template.ts';

const template = storeTemplate({ store: 'billing' });
const functionId = (name: string) =>
  ofType(template, 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties['FunctionName'] === `latchkey-billing-${name}`,
  )?.id;
const queues = ofType(template, 'AWS::SQS::Queue');
const queue = (name: string) =>
  queues.find(({ Properties }) => Properties['QueueName'] === `latchkey-billing-${name}`);
const refreshQueue = queue('refresh');
const deadLetters = queue('dead-letters');

const WORKER_TIMEOUT_SECONDS = 30;
const DAY_SECONDS = 86_400;

describe('the queues', () => {
  test('are the refresh queue and its dead letters, encrypted by SQS', () => {
    expect(queues).toHaveLength(2);
    for (const { Properties } of queues) {
      expect(Properties).toMatchObject({ SqsManagedSseEnabled: true });
    }
  });

  test('a message has three deliveries, each six times as long as a worker may take', () => {
    expect(refreshQueue?.Properties).toMatchObject({
      VisibilityTimeout: 6 * WORKER_TIMEOUT_SECONDS,
      RedrivePolicy: { deadLetterTargetArn: `{${deadLetters?.id}.Arn}`, maxReceiveCount: 3 },
    });
  });

  test('a message outlives its deliveries, and dead letters wait two weeks for an operator', () => {
    const { MessageRetentionPeriod, VisibilityTimeout } = refreshQueue?.Properties ?? {};
    expect(MessageRetentionPeriod).toBe(3_600);
    expect(Number(MessageRetentionPeriod)).toBeGreaterThan(3 * Number(VisibilityTimeout));
    expect(deadLetters?.Properties['MessageRetentionPeriod']).toBe(14 * DAY_SECONDS);
    expect(deadLetters?.Properties['RedrivePolicy']).toBeUndefined();
  });
});

describe('the workers', () => {
  test('get ten messages at a time, name those that failed, and run five at once', () => {
    expect(
      ofType(template, 'AWS::Lambda::EventSourceMapping').map((each) => each.Properties),
    ).toEqual([
      {
        EventSourceArn: `{${refreshQueue?.id}.Arn}`,
        FunctionName: `{${functionId('refresh-worker')}}`,
        BatchSize: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: 5 },
      },
    ]);
  });

  test('as many as the setting says', () => {
    const more = storeTemplate({ refreshWorkers: 12 });
    const [mapping] = ofType(more, 'AWS::Lambda::EventSourceMapping');
    expect(mapping?.Properties['ScalingConfig']).toEqual({ MaximumConcurrency: 12 });
  });

  test('come to the end of a batch in time, at the slowest pace that is allowed', () => {
    const slowest = { refreshesPerSecond: 1, refreshWorkers: 2 };
    expect(() => storeTemplate(slowest)).not.toThrow();
    expect(() => storeTemplate({ ...slowest, refreshWorkers: 3 })).toThrow(/refreshWorkers/);
    const lastTurnSeconds =
      (WORKER_BATCH_SIZE * slowest.refreshWorkers) / slowest.refreshesPerSecond;
    const { providerTimeoutMs, persistMs } = DEFAULT_REFRESH_TIMINGS;
    const refreshSeconds = (providerTimeoutMs + persistMs) / 1000;
    expect(lastTurnSeconds + refreshSeconds).toBeLessThan(WORKER_TIMEOUT_SECONDS);
  });
});

describe('the schedules', () => {
  const schedules = ofType(template, 'AWS::Scheduler::Schedule').map(
    ({ Properties }) => Properties,
  );

  test.each([
    ['refresh-dispatcher', 'rate(1 minute)'],
    ['housekeeper', 'rate(1 hour)'],
  ])('%s: %s, tried twice more within a minute, then kept', (name, rate) => {
    expect(schedules).toContainEqual({
      Description: expect.stringContaining('Latchkey'),
      FlexibleTimeWindow: { Mode: 'OFF' },
      ScheduleExpression: rate,
      ScheduleExpressionTimezone: 'Etc/UTC',
      State: 'ENABLED',
      Target: {
        Arn: `{${functionId(name)}.Arn}`,
        RoleArn: expect.stringMatching(/^\{\w+\.Arn\}$/),
        Input: '{}',
        RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 2 },
        DeadLetterConfig: { Arn: `{${deadLetters?.id}.Arn}` },
      },
    });
  });

  test('are these two', () => {
    expect(schedules).toHaveLength(2);
  });

  test('a tick that fails is not repeated: the next one does its work, and the failure is kept', () => {
    const configs = ofType(template, 'AWS::Lambda::EventInvokeConfig').map(
      (each) => each.Properties,
    );
    const expected = ['refresh-dispatcher', 'housekeeper'].map((name) => ({
      FunctionName: `{${functionId(name)}}`,
      Qualifier: '$LATEST',
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
      DestinationConfig: { OnFailure: { Destination: `{${deadLetters?.id}.Arn}` } },
    }));
    expect(configs).toHaveLength(2);
    expect(configs).toEqual(expect.arrayContaining(expected));
  });
});

test('events have a bus of their own, named after the store', () => {
  const buses = ofType(template, 'AWS::Events::EventBus').map(({ Properties }) => Properties);
  expect(buses).toEqual([{ Name: 'latchkey-billing' }]);
  expect(template.outputs['EventBusName']).toBe(
    `{${ofType(template, 'AWS::Events::EventBus')[0]?.id}}`,
  );
});
