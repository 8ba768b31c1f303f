/**
 * The Invoke API of the embedded AWS, driven with the real client: bundles here are files written
 * for the test.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import {
  type EmbeddedAws,
  type FunctionDefinition,
  startEmbeddedAws,
} from '../../../local/aws/embedded-aws.ts';
import { CREDENTIALS, failureOf } from './endpoint.ts';

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
let aws: EmbeddedAws;
let client: LambdaClient;
const lines: string[] = [];

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
  client = new LambdaClient({
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: CREDENTIALS,
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  await aws.close();
  await rm(directory, { recursive: true });
});

async function invoke(FunctionName: string, event: unknown = {}) {
  const { Payload, FunctionError, StatusCode } = await client.send(
    new InvokeCommand({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) }),
  );
  return {
    result: JSON.parse(Buffer.from(Payload ?? []).toString('utf8')),
    FunctionError,
    StatusCode,
  };
}

test('a handler gets the event, a context and its environment', async () => {
  const { result, StatusCode, FunctionError } = await invoke('echo', { hello: 'wörld' });
  expect(StatusCode).toBe(200);
  expect(FunctionError).toBeUndefined();
  expect(result).toMatchObject({
    event: { hello: 'wörld' },
    arn: 'arn:aws:lambda:us-east-1:000000000000:function:echo',
    memory: '128',
    env: {
      TABLE_NAME: 'tokens',
      AWS_LAMBDA_FUNCTION_NAME: 'echo',
      AWS_ACCESS_KEY_ID: 'echo',
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: 'us-east-1',
    },
  });
  expect(result.requestId).toMatch(/^[0-9a-f-]{36}$/);
  expect(result.remainingMs).toBeGreaterThan(0);
  expect(result.remainingMs).toBeLessThanOrEqual(30_000);
  expect(result.env.PATH).toBeUndefined();
});

test('a function is found by its ARN too', async () => {
  const { result } = await invoke('arn:aws:lambda:us-east-1:000000000000:function:echo');
  expect(result.event).toEqual({});
});

test('containers stay warm, and a cold start loads the bundle again', async () => {
  await aws.coldStart('echo');
  const first = await invoke('echo');
  const second = await invoke('echo');
  expect(first.result.invocations).toBe(1);
  expect(second.result).toMatchObject({ invocations: 2, started: first.result.started });
  await aws.coldStart();
  expect((await invoke('echo')).result).toMatchObject({ invocations: 1 });
});

test('an invocation that finds every container busy gets a new one', async () => {
  const { createServer } = await import('node:http');
  const waiting: (() => void)[] = [];
  const server = createServer((_request, response) => {
    waiting.push(() => response.end());
    if (waiting.length === 3) for (const release of waiting) release();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}`;
  const results = await Promise.all([1, 2, 3].map(() => invoke('meets', { url })));
  expect(results.map(({ result }) => result)).toEqual([null, null, null]);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('what a function prints is there, line by line, when its invocation is answered', async () => {
  lines.length = 0;
  await invoke('talks');
  expect(lines).toEqual([
    'talks stdout: one',
    'talks stdout: two',
    'talks stderr: trouble',
    'talks stdout: no newline',
  ]);
});

test('a handler that throws', async () => {
  const { result, StatusCode, FunctionError } = await invoke('throws');
  expect({ StatusCode, FunctionError }).toEqual({ StatusCode: 200, FunctionError: 'Unhandled' });
  expect(result).toMatchObject({ errorType: 'Oops', errorMessage: 'no luck' });
  expect(result.trace[0]).toBe('Oops: no luck');
});

test('a handler that takes too long', async () => {
  const { result, FunctionError } = await invoke('hangs');
  expect(FunctionError).toBe('Unhandled');
  expect(result.errorType).toBe('Sandbox.Timedout');
  expect(result.errorMessage).toMatch(
    /^RequestId: [0-9a-f-]{36} Error: Task timed out after 0\.05 seconds$/,
  );
});

test('a handler that ends its process', async () => {
  const { result, FunctionError } = await invoke('exits');
  expect(FunctionError).toBe('Unhandled');
  expect(result).toMatchObject({ errorType: 'Runtime.ExitError' });
});

test.each(['broken', 'nothing'])('a bundle that is %s', async (name) => {
  const { FunctionError, result } = await invoke(name);
  expect(FunctionError).toBe('Unhandled');
  expect(result.errorMessage).toBeDefined();
});

test('a result of undefined is null', async () => {
  expect((await invoke('silent')).result).toBeNull();
});

test('an event is accepted at once and handled later', async () => {
  const { StatusCode } = await client.send(
    new InvokeCommand({
      FunctionName: 'talks',
      InvocationType: 'Event',
      Payload: Buffer.from('{}'),
    }),
  );
  expect(StatusCode).toBe(202);
});

test('a dry run invokes nothing', async () => {
  lines.length = 0;
  const { StatusCode } = await client.send(
    new InvokeCommand({ FunctionName: 'silent', InvocationType: 'DryRun' }),
  );
  expect(StatusCode).toBe(204);
});

test('a function that is not there', async () => {
  expect(await failureOf(invoke('unknown'))).toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Function not found: arn:aws:lambda:us-east-1:000000000000:function:unknown',
  });
});

test('a payload that is not JSON', async () => {
  const call = client.send(
    new InvokeCommand({ FunctionName: 'echo', Payload: Buffer.from('not json') }),
  );
  expect(await failureOf(call)).toMatchObject({ name: 'InvalidRequestContentException' });
});

test('a request over 6 MiB is refused', async () => {
  expect(await failureOf(invoke('silent', 'x'.repeat(6_291_456)))).toMatchObject({
    name: 'RequestEntityTooLargeException',
  });
});

test('a response over 6 MiB and 100 bytes is a failure of the function', async () => {
  const quotes = 2;
  const fits = await invoke('large', { bytes: 6_291_556 - quotes });
  expect(fits.FunctionError).toBeUndefined();
  const { FunctionError, result } = await invoke('large', { bytes: 6_291_556 - quotes + 1 });
  expect(FunctionError).toBe('Unhandled');
  expect(result.errorType).toBe('Function.ResponseSizeTooLarge');
});

test('the record of an invocation has no payload', async () => {
  aws.calls.length = 0;
  await invoke('silent', { token: 'a-secret' });
  expect(aws.calls).toEqual([
    {
      service: 'lambda',
      action: 'Invoke',
      caller: 'local',
      request: { FunctionName: 'silent', InvocationType: 'RequestResponse' },
      statusCode: 200,
    },
  ]);
});

describe('a function whose reserved concurrency is zero', () => {
  const FunctionName = 'talks';
  beforeEach(() =>
    client.send(
      new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 0 }),
    ),
  );
  afterEach(() => client.send(new DeleteFunctionConcurrencyCommand({ FunctionName })));

  const reserved = async (name: string) =>
    (await client.send(new GetFunctionConcurrencyCommand({ FunctionName: name })))
      .ReservedConcurrentExecutions;

  test('is not invoked, and others are', async () => {
    lines.length = 0;
    expect(await failureOf(invoke(FunctionName))).toMatchObject({
      name: 'TooManyRequestsException',
      $metadata: { httpStatusCode: 429 },
    });
    const event = { FunctionName, InvocationType: 'Event', Payload: Buffer.from('{}') } as const;
    expect((await client.send(new InvokeCommand(event))).StatusCode).toBe(202);
    await aws.settled();
    expect(lines).toEqual([]);
    expect((await invoke('silent')).result).toBeNull();
    expect([await reserved(FunctionName), await reserved('silent')]).toEqual([0, undefined]);
  });

  test('is invoked again when the limit is taken off', async () => {
    await client.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
    expect((await invoke(FunctionName)).StatusCode).toBe(200);
  });

  test('has to exist', async () => {
    const command = new GetFunctionConcurrencyCommand({ FunctionName: 'unknown' });
    expect(await failureOf(client.send(command))).toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
