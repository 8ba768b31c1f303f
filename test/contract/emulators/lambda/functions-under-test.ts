/**
 * The functions that the suites of this folder invoke with the real client: files written for the
 * test, on an embedded AWS of each file that imports this.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  type EmbeddedAws,
  type FunctionDefinition,
  startEmbeddedAws,
} from '../../../../local/aws/embedded-aws.ts';
import { oneTryAt } from '../endpoint.ts';

const BUNDLES = {
  echo: `
    let invocations = 0;
    const started = Math.random();
    export const handler = async (event, context) => {
      invocations += 1;
      return { event, invocations, started, remainingMs: context.getRemainingTimeInMillis(),
        requestId: context.awsRequestId, arn: context.invokedFunctionArn,
        memory: context.memoryLimitInMB, env: { ...process.env } };
    };`,
  talks: `
    export const handler = async () => {
      console.log('one\\ntwo');
      console.error('trouble');
      process.stdout.write('no newline');
      return null;
    };`,
  throws: `
    class Oops extends Error { name = 'Oops'; }
    export const handler = async () => { throw new Oops('no luck'); };`,
  hangs: 'export const handler = () => new Promise(() => setInterval(() => {}, 1000));',
  exits: 'export const handler = async () => process.exit(3);',
  broken: "import 'latchkey-has-no-such-package'; export const handler = async () => {};",
  nothing: 'export const other = 1;',
  large: "export const handler = async ({ bytes }) => 'x'.repeat(bytes);",
  silent: 'export const handler = async () => {};',
  meets: `
    // Answers only once as many invocations as asked for are under way at once.
    const { createServer, request } = await import('node:http');
    export const handler = ({ url }) => new Promise((resolve, reject) => {
      request(url, (response) => {
        response.resume();
        response.on('end', () => resolve(null));
      }).on('error', reject).end();
    });`,
} as const;

type BundleName = keyof typeof BUNDLES;

let directory: string;
export let aws: EmbeddedAws;
export let client: LambdaClient;
export const lines: string[] = [];

function definition(name: BundleName, more: Partial<FunctionDefinition> = {}): FunctionDefinition {
  return {
    name,
    bundle: join(directory, `${name}.mjs`),
    environment: { TABLE_NAME: 'tokens' },
    timeoutSeconds: 30,
    ...more,
  };
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'embedded-lambda-'));
  for (const [name, source] of Object.entries(BUNDLES)) {
    await writeFile(join(directory, `${name}.mjs`), source);
  }
  aws = await startEmbeddedAws({
    functions: (Object.keys(BUNDLES) as BundleName[]).map((name) =>
      definition(name, name === 'hangs' ? { timeoutSeconds: 0.05 } : {}),
    ),
    onLog: ({ functionName, stream, text }) => lines.push(`${functionName} ${stream}: ${text}`),
  });
  client = new LambdaClient(oneTryAt(aws));
});

afterAll(async () => {
  client.destroy();
  await aws.close();
  await rm(directory, { recursive: true });
});

export async function invoke(FunctionName: string, event: unknown = {}) {
  const { Payload, FunctionError, StatusCode } = await client.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  return {
    result: JSON.parse(Buffer.from(Payload ?? []).toString('utf8')),
    FunctionError,
    StatusCode,
  };
}
