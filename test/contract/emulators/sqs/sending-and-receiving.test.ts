/** A message on its way: sent, received, hidden, brought back, deleted, or given up. */
import { createHash } from 'node:crypto';
import { failureOf } from '../endpoint.ts';
import {
  attribute,
  check,
  comeBack,
  deadUrl,
  entries,
  MAX_RECEIVES,
  receive,
  remove,
  send,
  sendEntries,
} from './queues-under-test.ts';

describe('sending and receiving', () => {
  check('a message comes as it was sent, with its digests', async () => {
    const body = 'wörld \u{1F511}\n';
    const MD5OfBody = createHash('md5').update(body).digest('hex');
    const sent = await send(body);
    expect(sent.MD5OfMessageBody).toBe(MD5OfBody);
    const messages = await receive();
    expect(messages).toMatchObject([{ MessageId: sent.MessageId, Body: body, MD5OfBody }]);
    expect(messages[0]?.Attributes).toBeUndefined();
    expect(messages[0]?.MessageAttributes).toBeUndefined();
    await remove(messages[0]?.ReceiptHandle);
  });

  check('attributes travel with it, and come where they are asked for', async () => {
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'refresh' },
      count: { DataType: 'Number', StringValue: '7' },
      raw: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
    };
    const sent = await send('a', { MessageAttributes });
    expect(sent.MD5OfMessageAttributes).toBe('5a66a4d5632f0ebc31428e982ddd72dc');
    const [message] = await receive({
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    expect(message?.MessageAttributes).toEqual(MessageAttributes);
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
    expect(message?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: expect.stringMatching(/^\d{13}$/),
      ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
      SenderId: expect.stringMatching(/./),
    });
    await comeBack(message?.ReceiptHandle);
    const [again] = await receive({
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      MessageAttributeNames: ['ki.*', 'count'],
    });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: '2' });
    expect(Object.keys(again?.MessageAttributes ?? {}).sort()).toEqual(['count', 'kind']);
    await remove(again?.ReceiptHandle);
  });

  check('an empty queue answers without messages', async () => {
    expect(await receive()).toEqual([]);
  });

  check('a receive gives one message, or as many as asked for up to ten', async () => {
    await sendEntries(entries(10));
    expect(await receive({ MaxNumberOfMessages: undefined })).toHaveLength(1);
    expect(await receive({ MaxNumberOfMessages: 2 })).toHaveLength(2);
    expect(await receive()).toHaveLength(7);
    expect(await failureOf(receive({ MaxNumberOfMessages: 11 }))).toMatchObject({
      message: expect.stringContaining('MaxNumberOfMessages'),
    });
  });

  check('what was received is hidden; what was deleted is gone', async () => {
    await send('a');
    const [message] = await receive();
    expect(await receive()).toEqual([]);
    expect(await attribute('ApproximateNumberOfMessagesNotVisible')).toBe('1');
    await remove(message?.ReceiptHandle);
    expect(await attribute('ApproximateNumberOfMessagesNotVisible')).toBe('0');
  });

  check('a visibility of 0 brings it back, under another handle', async () => {
    await send('a');
    const [first] = await receive();
    await comeBack(first?.ReceiptHandle);
    const [second] = await receive();
    expect(second?.MessageId).toBe(first?.MessageId);
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
    await remove(second?.ReceiptHandle);
  });

  check('deleting again is no failure', async () => {
    await send('a');
    const [message] = await receive();
    await remove(message?.ReceiptHandle);
    await remove(message?.ReceiptHandle);
  });

  check('what was received as often as it may be is in the dead-letter queue', async () => {
    const { MessageId } = await send('poison');
    for (let count = 1; count <= MAX_RECEIVES; count += 1) {
      const [message] = await receive({ VisibilityTimeout: 0 });
      expect(message?.MessageId).toBe(MessageId);
    }
    expect(await receive()).toEqual([]);
    const dead = await receive({ QueueUrl: deadUrl });
    expect(dead).toMatchObject([{ MessageId, Body: 'poison' }]);
  });
});
