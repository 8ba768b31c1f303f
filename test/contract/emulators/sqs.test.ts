/**
 * What Latchkey relies on in SQS, whatever the time. Runs on the embedded AWS, or on what
 * AWS_ENDPOINT_URL_SQS names; the embedded AWS declares its queues, elsewhere they are created.
 */
import { createHash, randomBytes } from 'node:crypto';
import {
  BatchEntryIdsNotDistinct,
  BatchRequestTooLong,
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  EmptyBatchRequest,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  InvalidBatchEntryId,
  InvalidMessageContents,
  PurgeQueueCommand,
  type QueueAttributeName,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
  TooManyEntriesInBatchRequest,
} from '@aws-sdk/client-sqs';
import {
  CREDENTIALS,
  caseOf,
  type Endpoint,
  endpointOf,
  failureOf,
  type KnownDifferences,
} from './endpoint.ts';

/** Seen with moto 5.2.5. */
const KNOWN_DIFFERENCES: KnownDifferences = {
  moto: {
    'an empty message': 'moto sends it',
    'characters that are not for XML': 'moto sends them',
  },
};

const run = randomBytes(6).toString('hex');
const names = { work: `work-${run}`, dead: `dead-${run}` };
const VISIBILITY_SECONDS = 300;
const MAX_RECEIVES = 2;
const MEBIBYTE = 1_048_576;

let endpoint: Endpoint;
let client: SQSClient;
let QueueUrl: string;
let deadUrl: string;
const check = caseOf(() => endpoint, KNOWN_DIFFERENCES);

beforeAll(async () => {
  endpoint = await endpointOf('AWS_ENDPOINT_URL_SQS', {
    queues: [
      {
        name: names.work,
        visibilityTimeoutSeconds: VISIBILITY_SECONDS,
        retentionSeconds: 3600,
        redrive: { deadLetterQueue: names.dead, maxReceiveCount: MAX_RECEIVES },
      },
      { name: names.dead, visibilityTimeoutSeconds: VISIBILITY_SECONDS },
    ],
  });
  client = new SQSClient({
    endpoint: endpoint.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
  if (endpoint.emulator !== 'embedded') await createQueues();
  QueueUrl = await urlOf(names.work);
  deadUrl = await urlOf(names.dead);
});

afterAll(async () => {
  if (endpoint.emulator !== 'embedded') {
    for (const url of [QueueUrl, deadUrl]) {
      await client.send(new DeleteQueueCommand({ QueueUrl: url }));
    }
  }
  client.destroy();
  await endpoint.close();
});

/** Every test leaves nothing behind; purging is allowed once a minute only. */
afterEach(async () => {
  for (const url of [QueueUrl, deadUrl]) while ((await receive({ QueueUrl: url })).length > 0);
  for (const { url, handle } of received.splice(0)) {
    // Whether a handle of what was moved or purged is still one, emulators do not agree on.
    await client
      .send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: handle }))
      .catch((error: unknown) => {
        if (!(error instanceof ReceiptHandleIsInvalid)) throw error;
      });
  }
});

async function createQueues(): Promise<void> {
  const create = async (QueueName: string, attributes: Record<string, string>) => {
    const Attributes = { VisibilityTimeout: String(VISIBILITY_SECONDS), ...attributes };
    return client.send(new CreateQueueCommand({ QueueName, Attributes }));
  };
  const dead = await create(names.dead, {});
  const deadArn = await attribute('QueueArn', dead.QueueUrl);
  await create(names.work, {
    MessageRetentionPeriod: '3600',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: MAX_RECEIVES }),
  });
}

async function urlOf(QueueName: string): Promise<string> {
  const { QueueUrl: url } = await client.send(new GetQueueUrlCommand({ QueueName }));
  return url ?? '';
}

async function attribute(name: QueueAttributeName, url = QueueUrl): Promise<string | undefined> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [name] }),
  );
  return Attributes?.[name];
}

const send = (MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
const sendEntries = (Entries: SendMessageBatchRequestEntry[]) =>
  client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
const entries = (count: number, MessageBody = 'm') =>
  Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, MessageBody }));

/** What has been received, to be deleted after the test. */
const received: { url: string; handle: string | undefined }[] = [];

async function receive(more: Partial<ReceiveMessageCommandInput> = {}) {
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }),
  );
  const { QueueUrl: url = QueueUrl } = more;
  for (const { ReceiptHandle: handle } of Messages ?? []) received.push({ url, handle });
  return Messages ?? [];
}

const remove = (ReceiptHandle: string | undefined) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
const comeBack = (ReceiptHandle: string | undefined, VisibilityTimeout = 0) =>
  client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));

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

describe('the queue itself', () => {
  check('counts what is visible, in flight and delayed', async () => {
    await sendEntries(entries(3));
    await send('late', { DelaySeconds: 900 });
    await receive({ MaxNumberOfMessages: 1 });
    expect(await attribute('ApproximateNumberOfMessages')).toBe('2');
    expect(await attribute('ApproximateNumberOfMessagesNotVisible')).toBe('1');
    expect(await attribute('ApproximateNumberOfMessagesDelayed')).toBe('1');
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    expect(await attribute('ApproximateNumberOfMessages')).toBe('0');
    expect(await attribute('ApproximateNumberOfMessagesDelayed')).toBe('0');
  });

  check('says what it is', async () => {
    const arn = await attribute('QueueArn');
    expect(arn).toMatch(new RegExp(`^arn:aws:sqs:us-east-1:\\d{12}:${names.work}$`));
    expect(await attribute('VisibilityTimeout')).toBe(String(VISIBILITY_SECONDS));
    expect(await attribute('MessageRetentionPeriod')).toBe('3600');
    expect(JSON.parse((await attribute('RedrivePolicy')) ?? '')).toEqual({
      deadLetterTargetArn: arn?.replace(names.work, names.dead),
      maxReceiveCount: MAX_RECEIVES,
    });
    expect(await attribute('RedrivePolicy', deadUrl)).toBeUndefined();
  });

  check('gives all its attributes, or none where none is asked for', async () => {
    const all = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }),
    );
    expect(Object.keys(all.Attributes ?? {})).toEqual(
      expect.arrayContaining(['QueueArn', 'ApproximateNumberOfMessages', 'RedrivePolicy']),
    );
    const none = await client.send(new GetQueueAttributesCommand({ QueueUrl }));
    expect(none.Attributes).toBeUndefined();
  });

  check('knows no other attributes', async () => {
    const call = attribute('Colour' as QueueAttributeName);
    expect(await failureOf(call)).toMatchObject({ name: 'InvalidAttributeName' });
  });
});
