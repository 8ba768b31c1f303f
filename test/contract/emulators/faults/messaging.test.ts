/**
 * Faults of SQS and EventBridge as the real SDK clients meet them, the record of their calls, and
 * the parts of the control surface that are theirs. Embedded AWS only.
 */
import {
  EventBridgeClient,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import {
  DeleteMessageBatchCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  RequestThrottled,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { type EmbeddedAws, startEmbeddedAws } from '../../../../local/aws/embedded-aws.ts';
import { atTheDoor } from '../at-the-door.ts';
import { CREDENTIALS, failureOf, oneTryAt } from '../endpoint.ts';

let aws: EmbeddedAws;
let sqs: SQSClient;
let eventBridge: EventBridgeClient;
let QueueUrl: string;

beforeEach(async () => {
  aws = await startEmbeddedAws({
    queues: [{ name: 'work', visibilityTimeoutSeconds: 30 }],
    nowMs: () => Date.UTC(2026, 0, 1),
  });
  QueueUrl = aws.queueUrl('work');
  const options = oneTryAt(aws);
  sqs = new SQSClient(options);
  eventBridge = new EventBridgeClient(options);
});

afterEach(async () => {
  sqs.destroy();
  eventBridge.destroy();
  await aws.close();
});

const send = (MessageBody = 'a') => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
const sendBatch = (...bodies: string[]) =>
  sqs.send(
    new SendMessageBatchCommand({
      QueueUrl,
      Entries: bodies.map((MessageBody) => ({ Id: MessageBody, MessageBody })),
    }),
  );
const receive = async () =>
  (await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))).Messages ?? [];
const bodies = async () => (await receive()).map(({ Body }) => Body);
const event = (DetailType: string, more: Partial<PutEventsRequestEntry> = {}) => ({
  Source: 'latchkey',
  DetailType,
  Detail: '{}',
  ...more,
});
const put = (...Entries: PutEventsRequestEntry[]) =>
  eventBridge.send(new PutEventsCommand({ Entries }));

test('throttling has the name that each service gives it', async () => {
  aws.faults.add({ service: 'sqs', kind: { type: 'throttle' } });
  aws.faults.add({ service: 'events', kind: { type: 'throttle' } });
  const throttled = await failureOf(send());
  expect(throttled).toBeInstanceOf(RequestThrottled);
  expect(throttled).toMatchObject({ $metadata: { httpStatusCode: 400 } });
  expect(await failureOf(put(event('a')))).toMatchObject({
    name: 'ThrottlingException',
    $metadata: { httpStatusCode: 400 },
  });
  expect(await receive()).toEqual([]);
  expect(aws.events()).toEqual([]);
});

test('a server error too', async () => {
  aws.faults.add({ action: 'SendMessage', kind: { type: 'serverError' } });
  aws.faults.add({ action: 'PutEvents', kind: { type: 'serverError' } });
  expect(await failureOf(send())).toMatchObject({
    name: 'InternalFailure',
    $metadata: { httpStatusCode: 500 },
  });
  expect(await failureOf(put(event('a')))).toMatchObject({
    name: 'InternalException',
    $metadata: { httpStatusCode: 500 },
  });
});

test('a client that retries gets over them', async () => {
  const patient = new SQSClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 3,
  });
  aws.faults.add({ action: 'SendMessage', kind: { type: 'serverError' } });
  aws.faults.add({ action: 'SendMessage', kind: { type: 'lostRequest' } });
  await patient.send(new SendMessageCommand({ QueueUrl, MessageBody: 'a' }));
  expect(await bodies()).toEqual(['a']);
  patient.destroy();
});

test('a message whose answer was lost was sent', async () => {
  aws.faults.add({ service: 'sqs', kind: { type: 'lostResponse' } });
  await failureOf(send());
  expect(await bodies()).toEqual(['a']);
});

describe('entries that fail', () => {
  test('of a batch of messages: the others are sent', async () => {
    aws.faults.add({ action: 'SendMessageBatch', kind: { type: 'entryFailure', entries: [0, 2] } });
    const { Successful, Failed } = await sendBatch('a', 'b', 'c');
    expect(Successful?.map(({ Id }) => Id)).toEqual(['b']);
    expect(Failed).toMatchObject([
      { Id: 'a', SenderFault: false, Code: 'InternalError' },
      { Id: 'c', SenderFault: false, Code: 'InternalError' },
    ]);
    expect(await bodies()).toEqual(['b']);
  });

  test('all of them', async () => {
    aws.faults.add({ kind: { type: 'entryFailure', entries: [0, 1] } });
    const { Successful, Failed } = await sendBatch('a', 'b');
    expect(Successful).toBeUndefined();
    expect(Failed).toHaveLength(2);
    expect(await receive()).toEqual([]);
  });

  test('beside those that are wrong by themselves', async () => {
    aws.faults.add({ kind: { type: 'entryFailure', entries: [1] } });
    const { Failed } = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: ['odd', 'unlucky'].map((Id) => ({ Id, ReceiptHandle: 'nonsense' })),
      }),
    );
    expect(Failed?.map(({ Id, Code }) => `${Id} ${Code}`)).toEqual([
      'odd ReceiptHandleIsInvalid',
      'unlucky InternalError',
    ]);
  });

  test('of events, in their places', async () => {
    aws.faults.add({ action: 'PutEvents', kind: { type: 'entryFailure', entries: [1] } });
    const answer = await put(event('a'), event('b'), event('c', { Detail: '{' }), event('d'));
    expect(answer.FailedEntryCount).toBe(2);
    expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'InternalFailure',
      'MalformedDetail',
      undefined,
    ]);
    expect(aws.events().map(({ detailType }) => detailType)).toEqual(['a', 'd']);
  });

  test('do not hide that the whole batch is refused', async () => {
    aws.faults.add({ kind: { type: 'entryFailure', entries: [0] } });
    QueueUrl = QueueUrl.replace('work', 'none');
    expect(await failureOf(sendBatch('a', 'b'))).toBeInstanceOf(QueueDoesNotExist);
  });

  test('are no fault of other calls', async () => {
    aws.faults.add({ kind: { type: 'entryFailure', entries: [0] } });
    await send();
    expect(aws.faults.pending).toBe(1);
    await sendBatch('b');
    expect(aws.faults.pending).toBe(0);
  });
});

test('the record has the calls, by their names', async () => {
  await send();
  await put(event('a'));
  await failureOf(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '' })));
  expect(aws.calls).toMatchObject([
    { service: 'sqs', action: 'SendMessage', caller: 'local', statusCode: 200 },
    { service: 'events', action: 'PutEvents', caller: 'local', statusCode: 200 },
    { action: 'SendMessage', statusCode: 400, errorName: 'MissingRequiredParameterException' },
  ]);
});

describe('the control surface', () => {
  const control = async (method: string, path: string, members?: unknown) => {
    const response = await fetch(`${aws.url}/_embedded/${path}`, {
      method,
      ...(members === undefined ? {} : { body: JSON.stringify(members) }),
    });
    return { status: response.status, body: await response.json() };
  };

  test('adds failing entries', async () => {
    await control('POST', 'faults', { kind: { type: 'entryFailure', entries: [0] } });
    expect((await sendBatch('a')).Failed).toHaveLength(1);
  });

  test('tells and forgets events', async () => {
    await put(event('a'));
    expect((await control('GET', 'events')).body).toMatchObject({ events: [{ detailType: 'a' }] });
    await control('DELETE', 'events');
    expect(aws.events()).toEqual([]);
  });

  test('tells and moves the time', async () => {
    const startMs = aws.clock.nowMs();
    expect((await control('POST', 'clock', { advanceMs: 500 })).status).toBe(200);
    expect((await control('GET', 'clock')).body).toEqual({ nowMs: startMs + 500 });
    expect((await control('POST', 'clock', { advanceMs: -1 })).status).toBe(400);
    await control('POST', 'advance-minutes', { minutes: 2 });
    expect(aws.clock.nowMs()).toBe(startMs + 500 + 120_000);
    expect((await control('POST', 'settled')).status).toBe(200);
  });

  test('has messages delivered twice', async () => {
    await control('POST', 'deliver-twice', { queue: 'work', messages: 1 });
    await sendBatch('a');
    expect([...(await bodies()), ...(await bodies())]).toEqual(['a', 'a']);
    expect((await control('POST', 'deliver-twice', { queue: 'none', messages: 1 })).status).toBe(
      400,
    );
  });
});

test('closing with a long poll under way leaves nothing behind', async () => {
  const arrived = atTheDoor(aws, 'ReceiveMessage');
  const failure = failureOf(sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 20 })));
  await arrived;
  await aws.close();
  await failure;
  aws = await startEmbeddedAws();
});
