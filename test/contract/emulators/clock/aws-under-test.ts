/**
 * The embedded AWS whose clock the suites of this folder move, with functions that tell the time or
 * print what they are given. Each test of a file that imports this starts one of its own.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type EmbeddedAws,
  type EmbeddedAwsOptions,
  startEmbeddedAws,
} from '../../../../local/aws/embedded-aws.ts';
import { CREDENTIALS } from '../endpoint.ts';

export const DAY_MS = 24 * 60 * 60_000;
const BUNDLES = {
  tells: `
    const loadedAtMs = Date.now();
    class Later extends Date {}
    export const handler = async (event, context) => {
      const startMs = performance.now();
      await new Promise((resolve) => setTimeout(resolve, event.waitMs ?? 0));
      return {
        loadedAtMs, nowMs: Date.now(), newMs: new Date().getTime(), laterMs: new Later().getTime(),
        text: Date(), waitedMs: performance.now() - startMs,
        given: [new Date(5).getTime(), new Date(2026, 0, 1).getFullYear(), Date.UTC(1970, 0, 1),
          Date.parse('1970-01-01T00:00:01Z')],
        same: new Date() instanceof Date && new Date().constructor === Date,
        subclass: new Later() instanceof Later,
        remainingMs: context.getRemainingTimeInMillis(),
      };
    };`,
  /** Prints what it was given, and invokes the next function, if it names one. */
  prints: `
    import { request } from 'node:http';
    export const handler = async ({ text, next }) => {
      console.log(text);
      if (next === undefined) return;
      const url = process.env.AWS_ENDPOINT_URL + '/2015-03-31/functions/prints/invocations';
      const headers = {
        authorization: 'AWS4-HMAC-SHA256 Credential=prints/x', 'x-amz-invocation-type': 'Event',
      };
      await fetch(url, { method: 'POST', headers, body: JSON.stringify(next) });
    };`,
} as const;

let directory: string;
export let aws: EmbeddedAws;
let lambda: LambdaClient;
export let printed: string[];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'embedded-clock-'));
  for (const [name, source] of Object.entries(BUNDLES)) {
    await writeFile(join(directory, `${name}.mjs`), source);
  }
});

afterAll(() => rm(directory, { recursive: true }));

export async function start(options: EmbeddedAwsOptions = {}): Promise<void> {
  printed = [];
  aws = await startEmbeddedAws({
    functions: Object.keys(BUNDLES).map((name) => ({
      name,
      bundle: join(directory, `${name}.mjs`),
      environment: {},
      timeoutSeconds: 30,
    })),
    onLog: ({ text }) => printed.push(text),
    ...options,
  });
  lambda = new LambdaClient(settings());
}

export const settings = () => ({
  endpoint: aws.url,
  region: 'us-east-1',
  credentials: CREDENTIALS,
});

afterEach(async () => {
  lambda.destroy();
  await aws.close();
});

export async function invoke(FunctionName: keyof typeof BUNDLES, event: unknown = {}) {
  const Payload = Buffer.from(JSON.stringify(event));
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Payload }));
  return JSON.parse(Buffer.from(answer.Payload ?? []).toString('utf8'));
}

export const invokeLater = (event: unknown) =>
  lambda.send(
    new InvokeCommand({
      FunctionName: 'prints',
      InvocationType: 'Event',
      Payload: Buffer.from(JSON.stringify(event)),
    }),
  );
