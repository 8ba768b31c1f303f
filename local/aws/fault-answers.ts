/** What a call hears that a fault decided: each service's own exceptions. Pure. */
import { transactionCanceled } from './dynamodb/transact-write-items.ts';
import type { CancellationReason, FaultKind } from './faults.ts';
import { restErrorAnswer } from './lambda/rest-error-answer.ts';
import { type Answer, jsonErrorAnswer, type ServiceCall, ServiceError } from './service.ts';
import { sqsErrorAnswer, failures as sqsFailures } from './sqs/failures.ts';

/** DynamoDB calls on tables rather than items are throttled under another name. */
const TABLE_ACTION = /Table|Tag|TimeToLive|Backup/;

/** The answer where the kind decides without executing; undefined otherwise. */
export function faultAnswer(kind: FaultKind, call: ServiceCall): Answer | undefined {
  switch (kind.type) {
    case 'throttle':
      return throttled(call);
    case 'serverError':
      return failed(call);
    case 'transactionConflict':
      return conflicted(call, kind.reason);
    default:
      return undefined;
  }
}

function throttled(call: ServiceCall): Answer {
  switch (call.service) {
    case 'dynamodb':
      return TABLE_ACTION.test(call.action)
        ? jsonErrorAnswer(
            '1.0',
            new ServiceError('com.amazon.coral.availability#ThrottlingException', 'Rate exceeded'),
          )
        : jsonErrorAnswer(
            '1.0',
            new ServiceError(
              'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException',
              'The level of configured provisioned throughput for the table was exceeded. Consider increasing your provisioning level with the UpdateTable API.',
            ),
          );
    case 'secretsmanager':
      return jsonErrorAnswer('1.1', new ServiceError('ThrottlingException', 'Rate exceeded'));
    case 'lambda':
      return restErrorAnswer(429, 'TooManyRequestsException', 'Rate Exceeded.');
    case 'sqs':
      return sqsErrorAnswer(sqsFailures.throttled());
    case 'events':
      return jsonErrorAnswer('1.1', new ServiceError('ThrottlingException', 'Rate exceeded'));
  }
}

function failed(call: ServiceCall): Answer {
  const options = { statusCode: 500 };
  switch (call.service) {
    case 'dynamodb':
      return jsonErrorAnswer(
        '1.0',
        new ServiceError(
          'com.amazonaws.dynamodb.v20120810#InternalServerError',
          'Internal server error',
          options,
        ),
      );
    case 'secretsmanager':
      return jsonErrorAnswer(
        '1.1',
        new ServiceError('InternalServiceError', 'An error occurred on the server side.', options),
      );
    case 'lambda':
      return restErrorAnswer(500, 'ServiceException', 'The service encountered an internal error.');
    case 'sqs':
      return sqsErrorAnswer(sqsFailures.internal());
    case 'events':
      return jsonErrorAnswer(
        '1.1',
        new ServiceError(
          'InternalException',
          'This exception occurs due to unexpected causes.',
          options,
        ),
      );
  }
}

const CANCELLED: Readonly<Record<CancellationReason, string>> = {
  TransactionConflict: 'Transaction is ongoing for the item',
  ConditionalCheckFailed: 'The conditional request failed',
  ProvisionedThroughputExceeded:
    'The level of configured provisioned throughput for the table was exceeded.',
  ThrottlingError: 'Throughput exceeds the current capacity of your table or index.',
};

function conflicted(call: ServiceCall, reason: CancellationReason = 'TransactionConflict'): Answer {
  if (call.action !== 'TransactWriteItems') {
    const name = 'com.amazonaws.dynamodb.v20120810#TransactionConflictException';
    return jsonErrorAnswer('1.0', new ServiceError(name, 'Transaction is ongoing for the item'));
  }
  const items = (call.request['TransactItems'] ?? [{}]) as unknown[];
  const reasons = items.map((_item, index) =>
    index === 0 ? { Code: reason, Message: CANCELLED[reason] } : { Code: 'None' },
  );
  return jsonErrorAnswer('1.0', transactionCanceled(reasons));
}
