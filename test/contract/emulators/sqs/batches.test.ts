/** Messages sent and deleted ten at a time, each with an answer of its own. */
import {
  BatchEntryIdsNotDistinct,
  BatchRequestTooLong,
  DeleteMessageBatchCommand,
  EmptyBatchRequest,
  InvalidBatchEntryId,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs';
import { failureOf } from '../endpoint.ts';
import {
  attribute,
  check,
  client,
  entries,
  QueueUrl,
  receive,
  sendEntries,
} from './queues-under-test.ts';

const MEBIBYTE = 1_048_576;

describe('batches', () => {
  check('ten messages are sent, each with its id and its digest', async () => {
    const { Successful, Failed } = await sendEntries(entries(10));
    expect(Successful?.map(({ Id }) => Id)).toEqual(entries(10).map(({ Id }) => Id));
    expect(new Set(Successful?.map(({ MessageId }) => MessageId)).size).toBe(10);
    expect(Failed ?? []).toEqual([]);
    const got = await receive();
    expect(got.map(({ MessageId }) => MessageId).sort()).toEqual(
      Successful?.map(({ MessageId }) => MessageId).sort(),
    );
  });

  check('an entry that is wrong fails by itself', async () => {
    const { Successful, Failed } = await sendEntries([
      { Id: 'good', MessageBody: 'a' },
      { Id: 'late', MessageBody: 'b', DelaySeconds: 901 },
      { Id: 'also', MessageBody: 'c' },
    ]);
    expect(Successful?.map(({ Id }) => Id)).toEqual(['good', 'also']);
    expect(Failed).toMatchObject([
      { Id: 'late', SenderFault: true, Code: 'InvalidParameterValue' },
    ]);
    const got = await receive();
    expect(got.map(({ Body }) => Body).sort()).toEqual(['a', 'c']);
    expect(got.map(({ MessageId }) => MessageId).sort()).toEqual(
      Successful?.map(({ MessageId }) => MessageId).sort(),
    );
  });

  check('deleting in a batch', async () => {
    await sendEntries(entries(2));
    const messages = await receive();
    const { Successful, Failed } = await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: [
          ...messages.map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle })),
          { Id: 'odd', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(Successful?.map(({ Id }) => Id)).toEqual(['m0', 'm1']);
    expect(Failed).toMatchObject([
      { Id: 'odd', SenderFault: true, Code: 'ReceiptHandleIsInvalid' },
    ]);
    expect(await attribute('ApproximateNumberOfMessagesNotVisible')).toBe('0');
  });

  check('no entry, or more than ten', async () => {
    expect(await failureOf(sendEntries([]))).toBeInstanceOf(EmptyBatchRequest);
    expect(await failureOf(sendEntries(entries(11)))).toBeInstanceOf(TooManyEntriesInBatchRequest);
  });

  check('ids that are not distinct, or no ids', async () => {
    const twice = [...entries(1), ...entries(1)];
    expect(await failureOf(sendEntries(twice))).toBeInstanceOf(BatchEntryIdsNotDistinct);
    const odd = sendEntries([{ Id: 'no id', MessageBody: 'a' }]);
    expect(await failureOf(odd)).toBeInstanceOf(InvalidBatchEntryId);
  });

  check('1 MiB in all', async () => {
    const half = 'x'.repeat(MEBIBYTE / 2);
    const { Successful } = await sendEntries(entries(2, half));
    expect(Successful).toHaveLength(2);
    const more = [...entries(2, half), { Id: 'more', MessageBody: 'x' }];
    expect(await failureOf(sendEntries(more))).toBeInstanceOf(BatchRequestTooLong);
  });
});
