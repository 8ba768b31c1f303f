/** How queues and messages look in SQS answers. Pure. */
import { failures } from './failures.ts';
import { attributesMd5, chosenAttributes, md5 } from './message-attributes.ts';
import type { Queue, ReceivedMessage } from './queue.ts';
import { type Request, stringList } from './request-fields.ts';

export type Members = Record<string, unknown>;

/** What SQS itself says of a message, all of it text. The Lambda event carries the same. */
export function systemAttributes(message: ReceivedMessage): Record<string, string> {
  return {
    ApproximateReceiveCount: String(message.receiveCount),
    SentTimestamp: String(message.sentAtMs),
    SenderId: message.senderId,
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAtMs),
    ...(message.sourceArn === undefined ? {} : { DeadLetterQueueSourceArn: message.sourceArn }),
  };
}

export function messageEntry(message: ReceivedMessage, request: Request): Members {
  const system = [
    ...stringList(request, 'AttributeNames'),
    ...stringList(request, 'MessageSystemAttributeNames'),
  ];
  const attributes = Object.entries(systemAttributes(message)).filter(
    ([name]) => system.includes('All') || system.includes(name),
  );
  const custom = chosenAttributes(message.attributes, stringList(request, 'MessageAttributeNames'));
  const customMd5 = attributesMd5(custom);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(attributes.length === 0 ? {} : { Attributes: Object.fromEntries(attributes) }),
    ...(customMd5 === undefined
      ? {}
      : { MD5OfMessageAttributes: customMd5, MessageAttributes: custom }),
  };
}

export function queueAttributes(queue: Queue, asked: readonly string[]): Members {
  const { visible, inFlight, delayed } = queue.counts();
  const { visibilityTimeoutSeconds, redrive } = queue.definition;
  const createdAtSeconds = String(Math.floor(queue.createdAtMs / 1000));
  const attributes: Record<string, string | undefined> = {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: createdAtSeconds,
    LastModifiedTimestamp: createdAtSeconds,
    VisibilityTimeout: String(visibilityTimeoutSeconds),
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: String(queue.retentionSeconds),
    DelaySeconds: '0',
    ReceiveMessageWaitTimeSeconds: '0',
    SqsManagedSseEnabled: 'true',
    RedrivePolicy:
      redrive === undefined
        ? undefined
        : JSON.stringify({
            deadLetterTargetArn: queue.deadLetterQueue?.arn,
            maxReceiveCount: redrive.maxReceiveCount,
          }),
  };
  for (const name of asked) {
    if (name !== 'All' && !Object.hasOwn(attributes, name)) {
      throw failures.invalidAttributeName(name);
    }
  }
  const chosen = Object.entries(attributes).filter(
    ([name, value]) => value !== undefined && (asked.includes('All') || asked.includes(name)),
  );
  return chosen.length === 0 ? {} : { Attributes: Object.fromEntries(chosen) };
}
