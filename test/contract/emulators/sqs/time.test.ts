/** What SQS does as time goes by, on the embedded AWS's clock. Embedded AWS only. */
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  MessageNotInflight,
  PurgeQueueCommand,
  PurgeQueueInProgress,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type EmbeddedAws, startEmbeddedAws } from '../../../../local/aws/embedded-aws.ts';
import { atTheDoor } from '../at-the-door.ts';
import { failureOf, oneTryAt } from '../endpoint.ts';

const SECOND_MS = 1000;
/** Stands still but for advances: the last millisecond before a moment can be looked at. */
const START_MS = Date.UTC(2026, 0, 1);
let aws: EmbeddedAws;
let client: SQSClient;
let QueueUrl: string;

beforeEach(async () => {
  aws = await startEmbeddedAws({
    nowMs: () => START_MS,
    queues: [{ name: 'work', visibilityTimeoutSeconds: 30, retentionSeconds: 3600 }],
  });
  QueueUrl = aws.queueUrl('work');
  client = new SQSClient(oneTryAt(aws));
});

afterEach(async () => {
  client.destroy();
  await aws.close();
});

const send = (DelaySeconds?: number) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a', DelaySeconds }));

async function receive(more: Partial<ReceiveMessageCommandInput> = {}) {
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ['All'], ...more }),
  );
  return Messages ?? [];
}

test('a delay, a visibility and a retention end on the clock', async () => {
  await send(10);
  aws.clock.advance(10 * SECOND_MS - 1);
  expect(await receive()).toEqual([]);
  aws.clock.advance(1);
  expect(await receive()).toMatchObject([
    {
      Attributes: {
        SentTimestamp: String(START_MS),
        ApproximateFirstReceiveTimestamp: String(START_MS + 10 * SECOND_MS),
      },
    },
  ]);
  aws.clock.advance(30 * SECOND_MS - 1);
  expect(await receive()).toEqual([]);
  aws.clock.advance(1);
  expect(await receive()).toMatchObject([{ Attributes: { ApproximateReceiveCount: '2' } }]);
  aws.clock.advance(3560 * SECOND_MS);
  expect(await receive()).toEqual([]);
});

test('a receive can ask for a visibility of its own', async () => {
  await send();
  await receive({ VisibilityTimeout: 5 });
  aws.clock.advance(5 * SECOND_MS);
  expect(await receive()).toHaveLength(1);
});

test('the visibility of what is not in flight cannot be changed', async () => {
  await send();
  const [message] = await receive();
  aws.clock.advance(30 * SECOND_MS);
  const change = client.send(
    new ChangeMessageVisibilityCommand({
      QueueUrl,
      ReceiptHandle: message?.ReceiptHandle,
      VisibilityTimeout: 10,
    }),
  );
  expect(await failureOf(change)).toBeInstanceOf(MessageNotInflight);
});

test('a handle still deletes when the visibility has ended, unless there is a newer one', async () => {
  await send();
  const [first] = await receive();
  aws.clock.advance(30 * SECOND_MS);
  const [second] = await receive();
  const remove = (ReceiptHandle: string | undefined) =>
    client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  await remove(first?.ReceiptHandle);
  aws.clock.advance(30 * SECOND_MS);
  await remove(second?.ReceiptHandle);
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
  );
  expect(Attributes).toMatchObject({
    ApproximateNumberOfMessages: '0',
    ApproximateNumberOfMessagesNotVisible: '0',
  });
});

test('a long poll is answered when a message comes', async () => {
  const polling = receive({ WaitTimeSeconds: 20 });
  await send();
  expect(await polling).toHaveLength(1);
});

test('a long poll is answered when a delayed message becomes visible', async () => {
  await send(10);
  const arrived = atTheDoor(aws, 'ReceiveMessage');
  const polling = receive({ WaitTimeSeconds: 20 });
  await arrived;
  // It has looked once when another call is answered.
  await client.send(new GetQueueAttributesCommand({ QueueUrl }));
  aws.clock.advance(10 * SECOND_MS);
  expect(await polling).toHaveLength(1);
});

test('a long poll is answered without messages when its time is over', async () => {
  const arrived = atTheDoor(aws, 'ReceiveMessage');
  const polling = receive({ WaitTimeSeconds: 20 });
  await arrived;
  await client.send(new GetQueueAttributesCommand({ QueueUrl }));
  aws.clock.advance(20 * SECOND_MS);
  expect(await polling).toEqual([]);
});

test('a queue is purged once a minute', async () => {
  const purge = () => client.send(new PurgeQueueCommand({ QueueUrl }));
  await purge();
  expect(await failureOf(purge())).toBeInstanceOf(PurgeQueueInProgress);
  aws.clock.advance(60 * SECOND_MS);
  await purge();
});
