/** What becomes of messages in a queue as time goes by and as they are received. */
import { Queue, type QueueDefinition } from '../../../../local/aws/sqs/queue.ts';

let nowMs = Date.UTC(2026, 0, 1);
const clock = () => nowMs;
const SECOND_MS = 1000;

function queueOf(more: Partial<QueueDefinition> = {}): Queue {
  return new Queue({ name: 'work', visibilityTimeoutSeconds: 30, ...more }, clock);
}

const send = (queue: Queue, body = 'a', delaySeconds = 0) =>
  queue.send([{ body, attributes: {}, senderId: 'test', delaySeconds }]);
const receive = (queue: Queue, maxMessages = 10) => queue.receive({ maxMessages });
const handleOf = (queue: Queue) => receive(queue)[0]?.receiptHandle ?? '';

function withDeadLetters(maxReceiveCount: number, retentionSeconds = 600) {
  const dead = new Queue(
    { name: 'dead', visibilityTimeoutSeconds: 30, retentionSeconds: 1200 },
    clock,
  );
  const queue = queueOf({
    retentionSeconds,
    redrive: { deadLetterQueue: 'dead', maxReceiveCount },
  });
  queue.redriveTo(dead);
  return { queue, dead };
}

test('a message that was received is out of sight until its visibility ends', () => {
  const queue = queueOf();
  send(queue);
  expect(receive(queue)).toHaveLength(1);
  expect(queue.counts()).toEqual({ visible: 0, inFlight: 1, delayed: 0 });
  expect(queue.nextVisibleAtMs()).toBe(nowMs + 30 * SECOND_MS);
  nowMs += 30 * SECOND_MS - 1;
  expect(receive(queue)).toEqual([]);
  nowMs += 1;
  expect(receive(queue)).toHaveLength(1);
});

test('a delayed message is neither visible nor in flight', () => {
  const queue = queueOf();
  send(queue, 'a', 5);
  expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 1 });
  expect(receive(queue)).toEqual([]);
  nowMs += 5 * SECOND_MS;
  expect(queue.counts()).toEqual({ visible: 1, inFlight: 0, delayed: 0 });
  expect(receive(queue)).toHaveLength(1);
});

test('every receive counts, keeps the first time, and gives another handle', () => {
  const queue = queueOf();
  const [id] = send(queue);
  const sentAtMs = nowMs;
  nowMs += 10 * SECOND_MS;
  const firstReceivedAtMs = nowMs;
  const [first] = receive(queue);
  nowMs += 30 * SECOND_MS;
  const [second] = receive(queue);
  expect(first).toMatchObject({ messageId: id, receiveCount: 1, sentAtMs, firstReceivedAtMs });
  expect(second).toMatchObject({ messageId: id, receiveCount: 2, sentAtMs, firstReceivedAtMs });
  expect(second?.receiptHandle).not.toBe(first?.receiptHandle);
});

test('only the newest handle deletes, even after the visibility has ended', () => {
  const queue = queueOf();
  send(queue);
  const old = handleOf(queue);
  nowMs += 30 * SECOND_MS;
  const newest = handleOf(queue);
  queue.delete(old);
  expect(queue.counts().inFlight).toBe(1);
  nowMs += 30 * SECOND_MS;
  queue.delete(newest);
  expect(receive(queue)).toEqual([]);
  queue.delete(newest);
});

test('a handle of another queue is none', () => {
  const other = new Queue({ name: 'other', visibilityTimeoutSeconds: 30 }, clock);
  send(other);
  expect(() => queueOf().delete(handleOf(other))).toThrow('not a valid receipt handle');
  expect(() => queueOf().delete('nonsense')).toThrow('not a valid receipt handle');
});

describe('changing the visibility', () => {
  test('counts from now, and 0 brings the message back at once', () => {
    const queue = queueOf();
    send(queue);
    const handle = handleOf(queue);
    nowMs += 20 * SECOND_MS;
    queue.changeVisibility(handle, 30);
    nowMs += 29 * SECOND_MS;
    expect(queue.counts().inFlight).toBe(1);
    queue.changeVisibility(handle, 0);
    expect(queue.counts().visible).toBe(1);
  });

  test('takes a message in flight, and its newest handle', () => {
    const queue = queueOf();
    send(queue);
    const old = handleOf(queue);
    nowMs += 30 * SECOND_MS;
    expect(() => queue.changeVisibility(old, 10)).toThrow('not in flight');
    const newest = handleOf(queue);
    expect(() => queue.changeVisibility(old, 10)).toThrow('does not exist or is not available');
    queue.delete(newest);
    expect(() => queue.changeVisibility(newest, 10)).toThrow('does not exist or is not available');
  });
});

describe('the dead-letter queue', () => {
  test('gets what was received as often as it may be, when it would be received again', () => {
    const { queue, dead } = withDeadLetters(2);
    const [id] = send(queue);
    for (const count of [1, 2]) {
      expect(receive(queue)).toMatchObject([{ receiveCount: count }]);
      nowMs += 30 * SECOND_MS;
    }
    expect(queue.counts().visible).toBe(1);
    expect(receive(queue)).toEqual([]);
    expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
    expect(receive(dead)).toMatchObject([
      { messageId: id, receiveCount: 3, sourceArn: 'arn:aws:sqs:us-east-1:000000000000:work' },
    ]);
  });

  test('does not make others wait', () => {
    const { queue } = withDeadLetters(1);
    send(queue, 'poison');
    receive(queue);
    nowMs += 30 * SECOND_MS;
    send(queue, 'good');
    expect(receive(queue, 1)).toMatchObject([{ body: 'good' }]);
  });

  test('counts retention from the first send', () => {
    const { queue, dead } = withDeadLetters(1);
    send(queue);
    receive(queue);
    nowMs += 500 * SECOND_MS;
    receive(queue);
    nowMs += 699 * SECOND_MS;
    expect(dead.counts().visible).toBe(1);
    nowMs += SECOND_MS;
    expect(dead.counts().visible).toBe(0);
  });
});

test('a message is dropped when its retention ends, in flight or not', () => {
  const queue = queueOf({ retentionSeconds: 60, visibilityTimeoutSeconds: 600 });
  send(queue, 'in flight');
  receive(queue);
  send(queue, 'visible');
  nowMs += 60 * SECOND_MS - 1;
  expect(queue.counts()).toEqual({ visible: 1, inFlight: 1, delayed: 0 });
  nowMs += 1;
  expect(receive(queue)).toEqual([]);
  expect(queue.counts()).toEqual({ visible: 0, inFlight: 0, delayed: 0 });
});

test('without a retention of its own a queue keeps messages for four days', () => {
  const queue = queueOf();
  send(queue);
  nowMs += 4 * 24 * 3600 * SECOND_MS - 1;
  expect(queue.counts().visible).toBe(1);
  nowMs += 1;
  expect(queue.counts().visible).toBe(0);
});

test('a receive stops at its numbers of messages and of bytes, but takes one at least', () => {
  const queue = queueOf();
  for (const body of ['12345', '67', '8']) send(queue, body);
  expect(queue.receive({ maxMessages: 10, maxBytes: 7 }).map(({ body }) => body)).toEqual([
    '12345',
    '67',
  ]);
  send(queue, '12345');
  nowMs += 30 * SECOND_MS;
  expect(queue.receive({ maxMessages: 10, maxBytes: 1 })).toHaveLength(1);
  expect(queue.receive({ maxMessages: 2 })).toHaveLength(2);
});

test('purging empties the queue, once a minute', () => {
  const queue = queueOf();
  send(queue);
  queue.purge();
  expect(queue.counts().visible).toBe(0);
  expect(() => queue.purge()).toThrow('every 60 seconds');
  nowMs += 60 * SECOND_MS;
  queue.purge();
});

test('listeners hear of a batch once, and of messages made visible', () => {
  const queue = queueOf();
  let heard = 0;
  const forget = queue.onChange(() => {
    heard += 1;
  });
  const message = { body: 'a', attributes: {}, senderId: 'test', delaySeconds: 0 };
  queue.send([message, message]);
  expect(heard).toBe(1);
  queue.changeVisibility(handleOf(queue), 0);
  expect(heard).toBe(2);
  forget();
  queue.send([message]);
  expect(heard).toBe(2);
});

describe('delivering twice', () => {
  test('hands the message out again under its id and count, though it was deleted', () => {
    const queue = queueOf();
    const [id] = send(queue);
    queue.deliverTwice(1);
    const [first] = receive(queue);
    queue.delete(first?.receiptHandle ?? '');
    const [again] = receive(queue);
    expect(again).toMatchObject({ messageId: id, receiveCount: 1 });
    queue.delete(again?.receiptHandle ?? '');
    nowMs += 60 * SECOND_MS;
    expect(receive(queue)).toEqual([]);
  });

  test('is for so many messages, never twice in one receive', () => {
    const queue = queueOf();
    for (const body of ['a', 'b', 'c']) send(queue, body);
    queue.deliverTwice(2);
    expect(receive(queue).map(({ body }) => body)).toEqual(['a', 'b', 'c']);
    expect(receive(queue).map(({ body }) => body)).toEqual(['a', 'b']);
    expect(receive(queue)).toEqual([]);
  });
});
