/**
 * The exceptions of SQS with the texts that the service itself sends, and their wire form: the name
 * in the body, and the name from the older query protocol in a header. Pure.
 */
import { type Answer, jsonErrorAnswer, ServiceError } from '../service.ts';

export class SqsError extends ServiceError {
  /** The name in the query protocol: SDKs give it as the error's `Code`. */
  readonly queryCode: string;

  constructor(type: string, queryCode: string, message: string, statusCode = 400) {
    super(type, message, { statusCode });
    this.queryCode = queryCode;
  }
}

export function sqsErrorAnswer(error: SqsError): Answer {
  const answer = jsonErrorAnswer('1.0', error);
  const side = error.statusCode < 500 ? 'Sender' : 'Receiver';
  return {
    ...answer,
    headers: { ...answer.headers, 'x-amzn-query-error': `${error.queryCode};${side}` },
  };
}

const own = (name: string, message: string, queryCode = `AWS.SimpleQueueService.${name}`) =>
  new SqsError(`com.amazonaws.sqs#${name}`, queryCode, message);
const common = (name: string, message: string, queryCode: string, statusCode?: number) =>
  new SqsError(`com.amazon.coral.service#${name}`, queryCode, message, statusCode);

export const failures = {
  queueDoesNotExist: () =>
    own(
      'QueueDoesNotExist',
      'The specified queue does not exist.',
      'AWS.SimpleQueueService.NonExistentQueue',
    ),

  missingParameter: (member: string) =>
    common(
      'MissingRequiredParameterException',
      `The request must contain the parameter ${member}.`,
      'MissingParameter',
    ),

  invalidValue: (member: string, value: unknown, reason: string) =>
    common(
      'InvalidParameterValueException',
      `Value ${value} for parameter ${member} is invalid. Reason: ${reason}`,
      'InvalidParameterValue',
    ),

  invalidParameters: (reason: string) =>
    common(
      'InvalidParameterValueException',
      `One or more parameters are invalid. Reason: ${reason}`,
      'InvalidParameterValue',
    ),

  invalidMessageContents: () =>
    own(
      'InvalidMessageContents',
      'Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF',
      'InvalidMessageContents',
    ),

  invalidAttributeName: (name: string) =>
    own('InvalidAttributeName', `Unknown Attribute ${name}.`, 'InvalidAttributeName'),

  invalidReceiptHandle: (handle: string) =>
    own(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
      'ReceiptHandleIsInvalid',
    ),

  messageNotInflight: () => own('MessageNotInflight', 'The specified message is not in flight.'),

  purgeInProgress: (queue: string) =>
    own(
      'PurgeQueueInProgress',
      `Only one PurgeQueue operation on ${queue} is allowed every 60 seconds.`,
    ),

  emptyBatch: (entryType: string) =>
    own('EmptyBatchRequest', `There should be at least one ${entryType} in the request.`),

  tooManyEntries: (count: number) =>
    own(
      'TooManyEntriesInBatchRequest',
      `Maximum number of entries per request are 10. You have sent ${count}.`,
    ),

  repeatedEntryId: (id: string) => own('BatchEntryIdsNotDistinct', `Id ${id} repeated.`),

  invalidEntryId: () =>
    own(
      'InvalidBatchEntryId',
      'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
    ),

  batchTooLong: (bytes: number) =>
    own(
      'BatchRequestTooLong',
      `Batch requests cannot be longer than 1048576 bytes. You have sent ${bytes} bytes.`,
    ),

  unknownOperation: (action: string) =>
    common('UnknownOperationException', `The action ${action} is not valid.`, 'InvalidAction'),

  throttled: () => own('RequestThrottled', 'Request is throttled.', 'RequestThrottled'),

  internal: () =>
    common('InternalFailure', 'We encountered an internal error.', 'InternalFailure', 500),
};
