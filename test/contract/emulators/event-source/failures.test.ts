/** Messages whose invocation fails, in part or as a whole: they come back, or end among the dead. */
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import {
  aws,
  batches,
  client,
  events,
  failing,
  left,
  send,
  sendBatch,
  type Told,
  tell,
  VISIBILITY_MS,
} from './worker-under-test.ts';

test('a message that is reported comes back when its visibility ends, the others do not', async () => {
  tell((event) => (events.length === 1 ? failing(event, 'b') : null));
  await sendBatch('a', 'b', 'c');
  await aws.settled();
  expect(await left()).toEqual({ visible: 0, inFlight: 1 });
  aws.clock.advance(VISIBILITY_MS - 30_000);
  await aws.settled();
  expect(batches()).toEqual([['a', 'b', 'c']]);
  aws.clock.advance(30_000);
  await aws.settled();
  expect(batches()).toEqual([['a', 'b', 'c'], ['b']]);
  expect(events[1]?.Records[0]?.attributes.ApproximateReceiveCount).toBe('2');
  expect(await left()).toEqual({ visible: 0, inFlight: 0 });
});

test.each<[string, Told]>([
  ['a function that throws', () => Promise.reject(new Error('no luck'))],
  ['an id that is null', () => ({ batchItemFailures: [{ itemIdentifier: null }] })],
  ['an answer of another shape', () => 'done'],
])('%s fails the whole batch', async (_what, answer) => {
  tell((event) => (events.length === 1 ? answer(event) : null));
  await sendBatch('a', 'b');
  await aws.settled();
  expect(await left()).toEqual({ visible: 0, inFlight: 2 });
  aws.clock.advance(VISIBILITY_MS);
  await aws.settled();
  expect(batches()).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

test('a message that fails as often as it may goes to the dead-letter queue', async () => {
  tell((event) => failing(event, 'poison'));
  await sendBatch('poison', 'good');
  await aws.settled();
  await aws.advanceMinutes(5);
  expect(batches()).toEqual([['poison', 'good'], ['poison'], ['poison']]);
  expect(await left()).toEqual({ visible: 0, inFlight: 0 });
  const { Messages } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: aws.queueUrl('dead'),
      MessageSystemAttributeNames: ['All'],
    }),
  );
  expect(Messages).toMatchObject([
    {
      Body: 'poison',
      Attributes: { DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:000000000000:work' },
    },
  ]);
});

test('its invocations are in the record and suffer faults', async () => {
  aws.faults.add({ service: 'lambda', caller: 'event-source', kind: { type: 'lostResponse' } });
  aws.faults.add({ service: 'lambda', caller: 'event-source', kind: { type: 'throttle' } });
  await send('a');
  await aws.settled();
  await aws.advanceMinutes(2);
  const invocations = aws.calls.filter(({ service }) => service === 'lambda');
  expect(invocations).toMatchObject([
    { caller: 'event-source', request: { FunctionName: 'worker' }, errorName: 'LostResponse' },
    { caller: 'event-source', errorName: 'TooManyRequestsException' },
    { caller: 'event-source', statusCode: 200 },
  ]);
  // The first was executed, though nobody learned of it.
  expect(batches()).toEqual([['a'], ['a']]);
  expect(await left()).toEqual({ visible: 0, inFlight: 0 });
});
