/** What becomes of a failed AWS call: the caller's alternatives rise, payloads do not. */
import { inspect } from 'node:util';
import {
  DynamoDBServiceException,
  ResourceNotFoundException,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { callAws } from '../../../lib/aws-failure.ts';
import { deadlineIn } from '../../../lib/deadline.ts';
import { VirtualClock } from '../../support/core/virtual-clock.ts';

const CANARY = 'canary';
const deadline = () => deadlineIn(10_000, new VirtualClock());

function sdkError(name: string, status = 400) {
  return new DynamoDBServiceException({
    name,
    $fault: status < 500 ? 'client' : 'server',
    message: `it said ${CANARY}`,
    $metadata: { httpStatusCode: status, requestId: 'R' },
  });
}

async function failureOf(error: unknown): Promise<Error> {
  const failing = callAws(() => Promise.reject(error), deadline());
  return failing.then(
    () => Promise.reject(new Error('The call succeeded.')),
    (failure: Error) => failure,
  );
}

test.each([
  ['a throttle', sdkError('ThrottlingException')],
  ['a DynamoDB throttle', sdkError('ProvisionedThroughputExceededException')],
  ['a transaction under way', sdkError('TransactionInProgressException')],
  ['an outage', sdkError('InternalServerError', 500)],
  ['a lost connection', Object.assign(new Error(CANARY), { code: 'ECONNRESET', name: 'Error' })],
  ['a timeout', Object.assign(new Error(CANARY), { name: 'TimeoutError' })],
])('%s is STORE_UNAVAILABLE and may pass', async (_what, error) => {
  const failure = await failureOf(error);
  expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  expect(inspect(failure)).not.toContain(CANARY);
});

test('anything else is a bug: thrown with its name and request id, without its text', async () => {
  const failure = await failureOf(sdkError('ValidationException'));
  expect(failure).not.toHaveProperty('code');
  expect(failure.message).toContain('ValidationException');
  expect(failure.message).toContain('(AWS request id R)');
  expect(inspect(failure)).not.toContain(CANARY);
});

test('a missing permission or table is told in full: it names no values', async () => {
  const message = 'Requested resource not found: Table: t not found';
  const error = new ResourceNotFoundException({ message, $metadata: {} });
  expect((await failureOf(error)).message).toContain(message);
});

describe('a write of one item that meets a transaction', () => {
  const conflict = sdkError('TransactionConflictException');

  test('is repeated, as nothing was done', async () => {
    const answers = [Promise.reject(conflict), Promise.reject(conflict), Promise.resolve('done')];
    for (const answer of answers) answer.catch(() => undefined);
    expect(await callAws(() => answers.shift() ?? Promise.reject(), deadline())).toBe('done');
  });

  test('is STORE_UNAVAILABLE where there is no time left to', async () => {
    const failure = await failureOf(conflict);
    expect(failure).toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  });
});

test('what the caller handles rises as it is', async () => {
  const error = new TransactionCanceledException({ message: 'm', $metadata: {} });
  const call = callAws(() => Promise.reject(error), deadline(), [TransactionCanceledException]);
  await expect(call).rejects.toBe(error);
});

test('past the deadline no call is made', async () => {
  let calls = 0;
  const call = callAws(
    async () => {
      calls += 1;
    },
    deadlineIn(0, new VirtualClock()),
  );
  await expect(call).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(calls).toBe(0);
});

test('a call that does not end by the deadline is aborted and left behind', async () => {
  jest.useFakeTimers();
  let aborted = false;
  const neverEnding = ({ abortSignal }: { abortSignal: { onabort: (() => void) | null } }) => {
    abortSignal.onabort = () => {
      aborted = true;
    };
    return new Promise<never>(() => {});
  };
  const call = callAws(neverEnding, deadlineIn(1_000, new VirtualClock()));
  const outcome = expect(call).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    retryable: true,
  });
  jest.advanceTimersByTime(999);
  expect(aborted).toBe(false);
  jest.advanceTimersByTime(1);
  expect(aborted).toBe(true);
  await outcome;
  jest.useRealTimers();
});
