/**
 * Event sources of the embedded AWS: queues whose messages functions are invoked with. The bundle
 * tells a server of ours what it was given, and answers what that server says.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { type EmbeddedAws, startEmbeddedAws } from '../../../local/aws/embedded-aws.ts';
import { CREDENTIALS } from './endpoint.ts';

const HANDLER = `
  export const handler = async (event) => {
    const response = await fetch(process.env.TELL, { method: 'POST', body: JSON.stringify(event) });
    const answer = await response.json();
    if (answer.error) throw new Error(answer.error);
    return answer.result;
  };`;
const MAXIMUM_CONCURRENCY = 2;
const VISIBILITY_MS = 60_000;

type Told = (event: SQSEvent) => Promise<unknown> | unknown;

let directory: string;
let server: Server;
let aws: EmbeddedAws;
let client: SQSClient;
/** What the function was given, invocation by invocation. */
let events: SQSEvent[];
/** What it does: what is returned is its result, what is thrown it throws. */
let told: Told;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'embedded-event-source-'));
  await writeFile(join(directory, 'worker.mjs'), HANDLER);
});

afterAll(() => rm(directory, { recursive: true }));

beforeEach(async () => {
  events = [];
  told = () => null;
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const event = JSON.parse(Buffer.concat(chunks).toString('utf8')) as SQSEvent;
    events.push(event);
    try {
      response.end(JSON.stringify({ result: (await told(event)) ?? null }));
    } catch (error) {
      response.end(JSON.stringify({ error: (error as Error).message }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  aws = await startEmbeddedAws({
    functions: [
      {
        name: 'worker',
        bundle: join(directory, 'worker.mjs'),
        environment: { TELL: `http://127.0.0.1:${port}` },
        timeoutSeconds: 30,
      },
    ],
    queues: [
      {
        name: 'work',
        visibilityTimeoutSeconds: VISIBILITY_MS / 1000,
        redrive: { deadLetterQueue: 'dead', maxReceiveCount: 3 },
      },
      { name: 'dead', visibilityTimeoutSeconds: 30 },
    ],
    eventSources: [
      {
        queue: 'work',
        functionName: 'worker',
        batchSize: 3,
        maximumConcurrency: MAXIMUM_CONCURRENCY,
      },
    ],
  });
  client = new SQSClient({ endpoint: aws.url, region: 'us-east-1', credentials: CREDENTIALS });
});

afterEach(async () => {
  client.destroy();
  await aws.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const send = (MessageBody: string, DelaySeconds?: number) =>
  client.send(
    new SendMessageCommand({ QueueUrl: aws.queueUrl('work'), MessageBody, DelaySeconds }),
  );
const sendBatch = (...bodies: string[]) =>
  client.send(
    new SendMessageBatchCommand({
      QueueUrl: aws.queueUrl('work'),
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  );
const bodiesOf = ({ Records }: SQSEvent) => Records.map(({ body }) => body);
const batches = () => events.map(bodiesOf);
const failing = (event: SQSEvent, ...bodies: string[]) => ({
  batchItemFailures: event.Records.filter(({ body }) => bodies.includes(body)).map(
    ({ messageId }) => ({ itemIdentifier: messageId }),
  ),
});

async function left(queue = 'work') {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: aws.queueUrl(queue), AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes?.['ApproximateNumberOfMessages']),
    inFlight: Number(Attributes?.['ApproximateNumberOfMessagesNotVisible']),
  };
}

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
  told = () => gate;
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
    told = () => {
      if (batches().flat().length >= count) resolve();
    };
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

test('a message that is reported comes back when its visibility ends, the others do not', async () => {
  told = (event) => (events.length === 1 ? failing(event, 'b') : null);
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
  told = (event) => (events.length === 1 ? answer(event) : null);
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
  told = (event) => failing(event, 'poison');
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

test('a queue that is not declared', async () => {
  const starting = startEmbeddedAws({
    eventSources: [{ queue: 'none', functionName: 'worker', batchSize: 1, maximumConcurrency: 2 }],
  });
  await expect(starting).rejects.toThrow('no queue none is declared');
  expect(() => aws.queueUrl('none')).toThrow('no queue none is declared');
});
