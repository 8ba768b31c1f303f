/**
 * The SQS protocol: which operation a call means, what it answers, and batches, in which every
 * entry succeeds or fails by itself. What becomes of messages is the queue's.
 */
import type { WorldClock } from '../clock.ts';
import { type Answer, jsonAnswer, type Service, type ServiceCall } from '../service.ts';
import { WakeUp } from '../wake-up.ts';
import { failures, SqsError, sqsErrorAnswer } from './failures.ts';
import { attributesMd5, md5 } from './message-attributes.ts';
import type { Queue } from './queue.ts';
import type { QueueRegistry } from './queue-registry.ts';
import {
  batchEntries,
  type MessageFields,
  messageFields,
  optionalInteger,
  type Request,
  refuseLongBatch,
  requiredString,
  stringList,
} from './request-fields.ts';
import { type Members, messageEntry, queueAttributes } from './wire-shapes.ts';

/** ChangeMessageVisibility and ReceiveMessage, API reference: twelve hours. */
const MAX_VISIBILITY_SECONDS = 43_200;

type Operation = (queue: Queue, request: Request, caller: string) => Members | Promise<Members>;

export class SqsService implements Service {
  readonly #queues: QueueRegistry;
  readonly #clock: WorldClock;
  readonly #operations: Readonly<Record<string, Operation>> = {
    SendMessage: (queue, request, caller) => sendOne(queue, request, caller),
    SendMessageBatch: (queue, request, caller) => sendBatch(queue, request, caller),
    ReceiveMessage: (queue, request) => this.#receive(queue, request),
    DeleteMessage: (queue, request) => deleteOne(queue, request),
    DeleteMessageBatch: (queue, request) =>
      batch(request, 'DeleteMessageBatchRequestEntry', (entry) => deleteOne(queue, entry)),
    ChangeMessageVisibility: (queue, request) => changeVisibility(queue, request),
    ChangeMessageVisibilityBatch: (queue, request) =>
      batch(request, 'ChangeMessageVisibilityBatchRequestEntry', (entry) =>
        changeVisibility(queue, entry),
      ),
    GetQueueAttributes: (queue, request) =>
      queueAttributes(queue, stringList(request, 'AttributeNames')),
    PurgeQueue: (queue) => {
      queue.purge();
      return {};
    },
  };

  constructor(queues: QueueRegistry, clock: WorldClock) {
    this.#queues = queues;
    this.#clock = clock;
  }

  async execute(call: ServiceCall): Promise<Answer> {
    try {
      return jsonAnswer('1.0', await this.#act(call));
    } catch (error) {
      if (error instanceof SqsError) return sqsErrorAnswer(error);
      throw error;
    }
  }

  #act({ action, request, caller }: ServiceCall): Members | Promise<Members> {
    if (action === 'GetQueueUrl') {
      const { name } = this.#queues.named(requiredString(request, 'QueueName')).definition;
      return { QueueUrl: this.#queues.urlOf(name) };
    }
    const operation = this.#operations[action];
    if (operation === undefined) throw failures.unknownOperation(action);
    return operation(this.#queues.at(requiredString(request, 'QueueUrl')), request, caller);
  }

  async #receive(queue: Queue, request: Request): Promise<Members> {
    const asked = {
      maxMessages: optionalInteger(request, 'MaxNumberOfMessages', 1, 10) ?? 1,
      visibilityTimeoutSeconds: optionalInteger(
        request,
        'VisibilityTimeout',
        0,
        MAX_VISIBILITY_SECONDS,
      ),
    };
    const waitSeconds = optionalInteger(request, 'WaitTimeSeconds', 0, 20) ?? 0;
    const untilMs = this.#clock.nowMs() + waitSeconds * 1000;
    for (;;) {
      const messages = queue.receive(asked);
      if (messages.length > 0) {
        return { Messages: messages.map((message) => messageEntry(message, request)) };
      }
      if (this.#clock.nowMs() >= untilMs) return {};
      await this.#change(queue, Math.min(untilMs, queue.nextVisibleAtMs() ?? untilMs));
    }
  }

  /** Settles when the queue changes, or else at the given time. */
  #change(queue: Queue, untilMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        wakeUp.close();
        forget();
        resolve();
      };
      const wakeUp = new WakeUp(this.#clock, done);
      const forget = queue.onChange(done);
      wakeUp.at(untilMs);
    });
  }
}

function sendOne(queue: Queue, request: Request, senderId: string): Members {
  const message = messageFields(request);
  const [messageId] = queue.send([{ ...message, senderId }]);
  return sent(messageId, message);
}

function sendBatch(queue: Queue, request: Request, senderId: string): Members {
  refuseLongBatch(batchEntries(request, 'SendMessageBatchRequestEntry'));
  const good: MessageFields[] = [];
  const answer = batch(request, 'SendMessageBatchRequestEntry', (entry) => {
    const message = messageFields(entry);
    good.push(message);
    return sent(undefined, message);
  });
  const ids = queue.send(good.map((message) => ({ ...message, senderId })));
  const successful = (answer['Successful'] ?? []) as Members[];
  return {
    ...answer,
    ...(successful.length === 0
      ? {}
      : { Successful: successful.map((each, index) => ({ ...each, MessageId: ids[index] })) }),
  };
}

function sent(messageId: string | undefined, { body, attributes }: MessageFields): Members {
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5(body),
    MD5OfMessageAttributes: attributesMd5(attributes),
  };
}

function deleteOne(queue: Queue, request: Request): Members {
  queue.delete(requiredString(request, 'ReceiptHandle'));
  return {};
}

function changeVisibility(queue: Queue, request: Request): Members {
  const handle = requiredString(request, 'ReceiptHandle');
  const seconds = optionalInteger(request, 'VisibilityTimeout', 0, MAX_VISIBILITY_SECONDS);
  if (seconds === undefined) throw failures.missingParameter('VisibilityTimeout');
  queue.changeVisibility(handle, seconds);
  return {};
}

function batch(request: Request, entryType: string, act: (entry: Request) => Members): Members {
  const successful: Members[] = [];
  const failed: Members[] = [];
  for (const entry of batchEntries(request, entryType)) {
    const { Id } = entry;
    try {
      successful.push({ Id, ...act(entry) });
    } catch (error) {
      if (!(error instanceof SqsError)) throw error;
      failed.push({ Id, SenderFault: true, Code: error.queryCode, Message: error.message });
    }
  }
  return {
    ...(successful.length === 0 ? {} : { Successful: successful }),
    ...(failed.length === 0 ? {} : { Failed: failed }),
  };
}
