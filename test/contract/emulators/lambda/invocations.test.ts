/** Invocations of the embedded AWS: what a function gets, prints and answers, warm and cold. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { aws, client, invoke, lines } from './functions-under-test.ts';

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
