/** Which messages and requests SQS refuses, and as what. */
import {
  InvalidMessageContents,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
} from '@aws-sdk/client-sqs';
import { failureOf } from '../endpoint.ts';
import {
  check,
  comeBack,
  names,
  QueueUrl,
  receive,
  remove,
  send,
  urlOf,
} from './queues-under-test.ts';

const MEBIBYTE = 1_048_576;

describe('what is refused', () => {
  check('a queue that does not exist', async () => {
    const missing = QueueUrl.replace(names.work, 'no-such-queue');
    const byUrl = await failureOf(send('a', { QueueUrl: missing }));
    expect(byUrl).toBeInstanceOf(QueueDoesNotExist);
    expect(byUrl).toMatchObject({
      name: 'QueueDoesNotExist',
      Code: 'AWS.SimpleQueueService.NonExistentQueue',
      $metadata: { httpStatusCode: 400 },
    });
    expect(await failureOf(urlOf('no-such-queue'))).toBeInstanceOf(QueueDoesNotExist);
  });

  check('a message of more than 1 MiB', async () => {
    await send('x'.repeat(MEBIBYTE));
    expect(await failureOf(send('x'.repeat(MEBIBYTE + 1)))).toMatchObject({
      message: expect.stringContaining('1048576 bytes'),
    });
  });

  check('an empty message', async () => {
    expect(await failureOf(send(''))).toMatchObject({
      message: 'The request must contain the parameter MessageBody.',
    });
  });

  check('characters that are not for XML', async () => {
    expect(await failureOf(send('a\u0000'))).toBeInstanceOf(InvalidMessageContents);
  });

  check('a delay of more than 15 minutes', async () => {
    expect(await failureOf(send('a', { DelaySeconds: 901 }))).toMatchObject({
      Code: 'InvalidParameterValue',
    });
  });

  check('a receipt handle that is none', async () => {
    expect(await failureOf(remove('nonsense'))).toBeInstanceOf(ReceiptHandleIsInvalid);
    expect(await failureOf(comeBack('nonsense'))).toBeInstanceOf(ReceiptHandleIsInvalid);
  });

  check('a visibility of more than twelve hours', async () => {
    await send('a');
    const [message] = await receive();
    const call = comeBack(message?.ReceiptHandle, 43_201);
    expect(await failureOf(call)).toMatchObject({ Code: 'InvalidParameterValue' });
  });
});
