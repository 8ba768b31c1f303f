/**
 * How messages of a queue come to a function of the embedded AWS: as which event, in which batches,
 * and when.
 */
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { startEmbeddedAws } from '../../../../local/aws/embedded-aws.ts';
import {
  aws,
  batches,
  client,
  events,
  left,
  MAXIMUM_CONCURRENCY,
  send,
  sendBatch,
  tell,
} from './worker-under-test.ts';

test('a message becomes the event that Lambda makes of it, and is then gone', async () => {
  const { MessageId, MD5OfMessageBody } = await client.send(
    new SendMessageCommand({
      QueueUrl: aws.queueUrl('work'),
      MessageBody: 'hello',
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'greeting' } },
    }),
  );
  await aws.settled();
  const text = expect.stringMatching(/^\d{13}$/);
  expect(events).toEqual([
    {
      Records: [
        {
          messageId: MessageId,
          receiptHandle: expect.stringMatching(/./),
          body: 'hello',
          attributes: {
            ApproximateReceiveCount: '1',
            SentTimestamp: text,
            SenderId: 'local',
            ApproximateFirstReceiveTimestamp: text,
          },
          messageAttributes: {
            kind: {
              stringValue: 'greeting',
              stringListValues: [],
              binaryListValues: [],
              dataType: 'String',
            },
          },
          md5OfBody: MD5OfMessageBody,
          md5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
          eventSource: 'aws:sqs',
          eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:work',
          awsRegion: 'us-east-1',
        },
      ],
    },
  ]);
  expect(await left()).toEqual({ visible: 0, inFlight: 0 });
});

test('messages come in batches, never more of them at once than may be', async () => {
  let open = () => {};
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  tell(() => gate);
  const bodies = Array.from({ length: 10 }, (_, index) => `m${index}`);
  await sendBatch(...bodies);
  // What an invocation under way has taken is in flight.
  expect(await left()).toEqual({ visible: 4, inFlight: 3 * MAXIMUM_CONCURRENCY });
  open();
  await aws.settled();
  expect(batches().flat().sort()).toEqual(bodies);
  expect(
    batches()
      .map(({ length }) => length)
      .sort(),
  ).toEqual([1, 3, 3, 3]);
  expect(await left()).toEqual({ visible: 0, inFlight: 0 });
});

/** Settles with the n-th message that the function is given, without looking at the source. */
function given(count: number): Promise<void> {
  return new Promise((resolve) => {
    tell(() => {
      if (batches().flat().length >= count) resolve();
    });
  });
}

test('goes on with what is left by itself', async () => {
  const all = given(10);
  await sendBatch(...Array.from({ length: 10 }, (_, index) => `m${index}`));
  await all;
  await aws.settled();
});

test('looks again by itself when the clock has come to a delayed message', async () => {
  const one = given(1);
  await send('later', 60);
  aws.clock.advance(60_000);
  await one;
  await aws.settled();
});

test('a delayed message waits for the clock', async () => {
  await send('later', 600);
  await aws.settled();
  expect(events).toEqual([]);
  aws.clock.advance(600_000);
  await aws.settled();
  expect(batches()).toEqual([['later']]);
});

test('a message that is delivered twice is the same one in two invocations', async () => {
  aws.deliverTwice('work', 1);
  await send('once');
  await send('other');
  await aws.settled();
  expect(batches().flat().sort()).toEqual(['once', 'once', 'other']);
  const [first, second] = events
    .flatMap(({ Records }) => Records)
    .filter(({ body }) => body === 'once');
  expect(second?.messageId).toBe(first?.messageId);
  expect(second?.receiptHandle).not.toBe(first?.receiptHandle);
  expect(await left()).toEqual({ visible: 0, inFlight: 0 });
});

test('a queue that is not declared', async () => {
  const starting = startEmbeddedAws({
    eventSources: [{ queue: 'none', functionName: 'worker', batchSize: 1, maximumConcurrency: 2 }],
  });
  await expect(starting).rejects.toThrow('no queue none is declared');
  expect(() => aws.queueUrl('none')).toThrow('no queue none is declared');
});
