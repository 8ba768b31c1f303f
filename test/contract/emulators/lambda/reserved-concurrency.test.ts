/** A function that is stopped by its reserved concurrency, as the operator stops one. */
import {
  DeleteFunctionConcurrencyCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  PutFunctionConcurrencyCommand,
} from '@aws-sdk/client-lambda';
import { failureOf } from '../endpoint.ts';
import { aws, client, invoke, lines } from './functions-under-test.ts';

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
