/**
 * The queues that the suites of this folder look at: on the embedded AWS, which declares them, or on
 * what AWS_ENDPOINT_URL_SQS names, where they are created. Each file that imports this has its own.
 */
import { randomBytes } from 'node:crypto';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  type QueueAttributeName,
  ReceiptHandleIsInvalid,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { caseOf, type Endpoint, endpointOf, type KnownDifferences, oneTryAt } from '../endpoint.ts';

/** Seen with moto 5.2.5. */
const KNOWN_DIFFERENCES: KnownDifferences = {
  moto: {
    'an empty message': 'moto sends it',
    'characters that are not for XML': 'moto sends them',
  },
};

const run = randomBytes(6).toString('hex');
export const names = { work: `work-${run}`, dead: `dead-${run}` };
export const VISIBILITY_SECONDS = 300;
export const MAX_RECEIVES = 2;
let endpoint: Endpoint;
export let client: SQSClient;
export let QueueUrl: string;
export let deadUrl: string;
export const check = caseOf(() => endpoint, KNOWN_DIFFERENCES);

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
  client = new SQSClient(oneTryAt(endpoint));
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

export async function urlOf(QueueName: string): Promise<string> {
  const { QueueUrl: url } = await client.send(new GetQueueUrlCommand({ QueueName }));
  return url ?? '';
}

export async function attribute(
  name: QueueAttributeName,
  url = QueueUrl,
): Promise<string | undefined> {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [name] }),
  );
  return Attributes?.[name];
}

export const send = (MessageBody: string, more: Partial<SendMessageCommandInput> = {}) =>
  client.send(new SendMessageCommand({ QueueUrl, MessageBody, ...more }));
export const sendEntries = (Entries: SendMessageBatchRequestEntry[]) =>
  client.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
export const entries = (count: number, MessageBody = 'm') =>
  Array.from({ length: count }, (_, index) => ({ Id: `e${index}`, MessageBody }));

/** What has been received, to be deleted after the test. */
const received: { url: string; handle: string | undefined }[] = [];

export async function receive(more: Partial<ReceiveMessageCommandInput> = {}) {
  const { Messages } = await client.send(
    new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more }),
  );
  const { QueueUrl: url = QueueUrl } = more;
  for (const { ReceiptHandle: handle } of Messages ?? []) received.push({ url, handle });
  return Messages ?? [];
}

export const remove = (ReceiptHandle: string | undefined) =>
  client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
export const comeBack = (ReceiptHandle: string | undefined, VisibilityTimeout = 0) =>
  client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
