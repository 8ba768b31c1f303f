/**
 * AWS's own metrics, which the embedded AWS does not publish, derived from what it records: calls,
 * the log lines of functions that nobody waits for, and what lies in the queues. What cannot be
 * seen that way: a sweep or a housekeeper that dies without a line.
 */
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { AwsCall } from '../../../local/aws/embedded-aws.ts';
import type { PrintedLine } from './function-output.ts';
import type { MetricData } from './metric-data.ts';

const LAMBDA = 'AWS/Lambda';
const DYNAMODB = 'AWS/DynamoDB';
const SQS = 'AWS/SQS';

/** Their runs are invoked asynchronously: the call does not tell how they end. */
const FUNCTION_OF_RUN: Readonly<Record<string, string>> = {
  refreshSweep: 'refresh-dispatcher',
  housekeeping: 'housekeeper',
};
const WRITES = /^(Put|Update|Delete|TransactWrite|BatchWrite)/;

export function addCalls(calls: readonly AwsCall[], data: MetricData, nowMs: number): void {
  for (const call of calls) {
    if (call.service === 'lambda') addInvocation(call, data, nowMs);
    if (call.errorName === 'ProvisionedThroughputExceededException') {
      const { TableName, IndexName, RequestItems = {}, TransactItems = [] } = call.request;
      const [table = TableName] = [
        ...Object.keys(RequestItems as object),
        ...(TransactItems as Record<string, { readonly TableName: string }>[]).flatMap((item) =>
          Object.values(item).map(({ TableName: name }) => name),
        ),
      ];
      const name = WRITES.test(call.action) ? 'WriteThrottleEvents' : 'ReadThrottleEvents';
      const dimensions = {
        TableName: String(table),
        ...(IndexName !== undefined && { GlobalSecondaryIndexName: String(IndexName) }),
      };
      data.add({ namespace: DYNAMODB, name, dimensions }, 1, nowMs);
    }
  }
}

function addInvocation(call: AwsCall, data: MetricData, nowMs: number): void {
  const dimensions = { FunctionName: String(call.request['FunctionName']) };
  const add = (name: string, value: number) =>
    data.add({ namespace: LAMBDA, name, dimensions }, value, nowMs);
  const throttled = call.errorName === 'TooManyRequestsException';
  add('Throttles', throttled ? 1 : 0);
  if (call.statusCode !== 200 && call.statusCode !== 202) return;
  add('Invocations', 1);
  if (call.statusCode === 200) add('Errors', call.errorName === undefined ? 0 : 1);
}

export function addRun(
  { operation, level }: PrintedLine,
  data: MetricData,
  at: { readonly store: string; readonly nowMs: number },
): void {
  const name = FUNCTION_OF_RUN[operation];
  if (name === undefined) return;
  const dimensions = { FunctionName: `latchkey-${at.store}-${name}` };
  const metric = { namespace: LAMBDA, name: 'Errors', dimensions };
  data.add(metric, level === 'INFO' ? 0 : 1, at.nowMs);
}

export interface WatchedQueue {
  readonly name: string;
  readonly url: string;
}

/** What lies in a queue now, and for how long at most something has. */
export class QueueWatch {
  readonly #queue: WatchedQueue;
  #emptyMs: number;

  constructor(queue: WatchedQueue, nowMs: number) {
    this.#queue = queue;
    this.#emptyMs = nowMs;
  }

  async look(sqs: SQSClient, data: MetricData, nowMs: number): Promise<void> {
    const { name: QueueName, url: QueueUrl } = this.#queue;
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    const visible = Number(Attributes['ApproximateNumberOfMessages']);
    const inFlight = Number(Attributes['ApproximateNumberOfMessagesNotVisible']);
    if (visible + inFlight === 0) this.#emptyMs = nowMs;
    const add = (name: string, value: number) =>
      data.add({ namespace: SQS, name, dimensions: { QueueName } }, value, nowMs);
    add('ApproximateNumberOfMessagesVisible', visible);
    // The oldest message may be younger, never older: no alarm may hang on the difference.
    add('ApproximateAgeOfOldestMessage', Math.floor((nowMs - this.#emptyMs) / 1000));
  }
}
