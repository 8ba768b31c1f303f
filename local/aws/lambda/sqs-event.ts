/**
 * The event in which Lambda hands a batch of SQS messages to a function, and what the function's
 * answer says of them (ReportBatchItemFailures). Pure.
 */
import { attributesMd5, type MessageAttributes, md5 } from '../sqs/message-attributes.ts';
import type { ReceivedMessage } from '../sqs/queue.ts';
import { systemAttributes } from '../sqs/wire-shapes.ts';

export function sqsEvent(messages: readonly ReceivedMessage[], queueArn: string): unknown {
  return {
    Records: messages.map((message) => {
      const attributesDigest = attributesMd5(message.attributes);
      return {
        messageId: message.messageId,
        receiptHandle: message.receiptHandle,
        body: message.body,
        attributes: systemAttributes(message),
        messageAttributes: eventAttributes(message.attributes),
        md5OfBody: md5(message.body),
        ...(attributesDigest === undefined ? {} : { md5OfMessageAttributes: attributesDigest }),
        eventSource: 'aws:sqs',
        eventSourceARN: queueArn,
        awsRegion: 'us-east-1',
      };
    }),
  };
}

/**
 * The message ids that the answer reports as failed. Whatever Lambda cannot read as a report means
 * all of them: an id that is null, empty or not in the batch, or an answer of another shape.
 */
export function failedIds(answer: string, sent: ReadonlySet<string>): ReadonlySet<string> {
  const report = parsed(answer);
  if (report === null) return new Set();
  if (typeof report !== 'object' || Array.isArray(report)) return sent;
  const { batchItemFailures: failures } = report as { batchItemFailures?: unknown };
  if (failures === null || Object.keys(report ?? {}).length === 0) return new Set();
  if (!Array.isArray(failures)) return sent;
  const ids = new Set<string>();
  for (const failure of failures as ({ itemIdentifier?: unknown } | null)[]) {
    const id = failure?.itemIdentifier;
    if (typeof id !== 'string' || !sent.has(id)) return sent;
    ids.add(id);
  }
  return ids;
}

/** Undefined where the text is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function eventAttributes(attributes: MessageAttributes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );
}
