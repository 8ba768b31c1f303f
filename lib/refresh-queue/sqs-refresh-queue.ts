/** The refresh queue in SQS. Owns the calls, the batches and the message's shape. */
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { callAws } from '../aws-failure.ts';
import { refreshMessage } from './refresh-message.ts';
import type { RefreshQueue } from './refresh-queue.ts';

/** SendMessageBatch takes 10 messages at most. */
const BATCH_SIZE = 10;

const BACKLOG_ATTRIBUTES = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

export interface SqsRefreshQueueOptions {
  readonly client: SQSClient;
  readonly queueUrl: string;
}

export class SqsRefreshQueue implements RefreshQueue {
  readonly #client: SQSClient;
  readonly #queueUrl: string;

  constructor({ client, queueUrl }: SqsRefreshQueueOptions) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  backlog: RefreshQueue['backlog'] = async (deadline) => {
    const command = new GetQueueAttributesCommand({
      QueueUrl: this.#queueUrl,
      AttributeNames: [...BACKLOG_ATTRIBUTES],
    });
    const { Attributes = {} } = await callAws(
      (options) => this.#client.send(command, options),
      deadline,
    );
    return BACKLOG_ATTRIBUTES.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  };

  send: RefreshQueue['send'] = async (ids, deadline) => {
    let sent = 0;
    for (let start = 0; start < ids.length; start += BATCH_SIZE) {
      const command = new SendMessageBatchCommand({
        QueueUrl: this.#queueUrl,
        Entries: ids.slice(start, start + BATCH_SIZE).map((id) => ({
          Id: id,
          MessageBody: refreshMessage(id),
        })),
      });
      const { Successful = [] } = await callAws(
        (options) => this.#client.send(command, options),
        deadline,
      );
      sent += Successful.length;
    }
    return { sent };
  };
}
