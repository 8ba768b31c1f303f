/**
 * A queue and the function that is invoked with its messages: the bundle tells a server of ours what
 * it was given, and answers what that server says. Each test of a file that imports this has its own.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { type EmbeddedAws, startEmbeddedAws } from '../../../../local/aws/embedded-aws.ts';
import { CREDENTIALS } from '../endpoint.ts';

const HANDLER = `
  export const handler = async (event) => {
    const response = await fetch(process.env.TELL, { method: 'POST', body: JSON.stringify(event) });
    const answer = await response.json();
    if (answer.error) throw new Error(answer.error);
    return answer.result;
  };`;
export const MAXIMUM_CONCURRENCY = 2;
export const VISIBILITY_MS = 60_000;

export type Told = (event: SQSEvent) => Promise<unknown> | unknown;

let directory: string;
let server: Server;
export let aws: EmbeddedAws;
export let client: SQSClient;
/** What the function was given, invocation by invocation. */
export let events: SQSEvent[];
let told: Told;

/** What the function does from now on: what is returned is its result, what is thrown it throws. */
export function tell(what: Told): void {
  told = what;
}

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

export const send = (MessageBody: string, DelaySeconds?: number) =>
  client.send(
    new SendMessageCommand({ QueueUrl: aws.queueUrl('work'), MessageBody, DelaySeconds }),
  );
export const sendBatch = (...bodies: string[]) =>
  client.send(
    new SendMessageBatchCommand({
      QueueUrl: aws.queueUrl('work'),
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  );
const bodiesOf = ({ Records }: SQSEvent) => Records.map(({ body }) => body);
export const batches = () => events.map(bodiesOf);
export const failing = (event: SQSEvent, ...bodies: string[]) => ({
  batchItemFailures: event.Records.filter(({ body }) => bodies.includes(body)).map(
    ({ messageId }) => ({ itemIdentifier: messageId }),
  ),
});

export async function left(queue = 'work') {
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: aws.queueUrl(queue), AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes?.['ApproximateNumberOfMessages']),
    inFlight: Number(Attributes?.['ApproximateNumberOfMessagesNotVisible']),
  };
}
