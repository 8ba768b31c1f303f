/** LatchkeyClient over the real AWS SDK client, against a local Invoke endpoint. */

import { inspect } from 'node:util';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { FUNCTION_VARIABLE_OF_OPERATION } from '../../../lib/client/function-variables.ts';
import { InvocationError } from '../../../lib/client/invocation-error.ts';
import { LatchkeyClient } from '../../../lib/client/latchkey-client.ts';
import { FUNCTION_OF_OPERATION, type OperationName } from '../../../lib/contract.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import { type LambdaEndpoint, REQUEST_ID, startLambdaEndpoint } from './lambda-endpoint.ts';

const OPERATIONS = Object.keys(FUNCTION_OF_OPERATION) as OperationName[];

let endpoint: LambdaEndpoint;
let waitsMs: number[];
let client: LatchkeyClient;

beforeEach(async () => {
  endpoint = await startLambdaEndpoint();
  waitsMs = [];
  client = new LatchkeyClient({
    functionNames: FUNCTION_OF_OPERATION,
    lambda: endpoint.lambda,
    sleep: async (ms) => void waitsMs.push(ms),
  });
});

afterEach(() => endpoint.close());

const failing = (code: string, retryable: boolean) => ({
  result: { error: { code, message: `because ${code}`, retryable } },
});
const eventOf = (operation: OperationName) =>
  operation === 'deleteTokens' ? { requestId: 'r' } : { id: 'id-1' };
const call = (operation: OperationName) => client[operation](eventOf(operation) as never);

test.each(OPERATIONS)(
  '%s invokes its function with the event and gives its result',
  async (name) => {
    endpoint.answer({ result: { answered: name } });
    expect(await call(name)).toEqual({ answered: name });
    expect(endpoint.invocations).toEqual([
      { functionName: FUNCTION_OF_OPERATION[name], event: eventOf(name) },
    ]);
  },
);

test('an error answer rejects with its code, message and retryable', async () => {
  endpoint.answer(failing('REAUTHORIZATION_REQUIRED', false));
  const failure = await client.getAccessToken({ id: 'id-1' }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(LatchkeyError);
  expect(failure).toMatchObject({
    code: 'REAUTHORIZATION_REQUIRED',
    message: 'because REAUTHORIZATION_REQUIRED',
    retryable: false,
  });
  expect(endpoint.invocations).toHaveLength(1);
});

test('retryable is what the answer says, not what its code usually means', async () => {
  endpoint.answer(failing('CONFLICT', true), failing('STORE_UNAVAILABLE', false));
  await expect(client.findTokenById({ id: 'id-1' })).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
  expect(endpoint.invocations).toHaveLength(2);
});

test('a retryable failure is tried again, after a wait below the backoff', async () => {
  const down = failing('STORE_UNAVAILABLE', true);
  endpoint.answer(down, down, { result: { token: null } });
  expect(await client.findToken({ token: { userName: 'ada' } })).toEqual({ token: null });
  expect(waitsMs).toHaveLength(2);
  expect(waitsMs[0]).toBeLessThan(20);
  expect(waitsMs[1]).toBeLessThan(40);
});

test.each([1, 3])('gives up after %i attempts', async (maxAttempts) => {
  const { lambda } = endpoint;
  client = new LatchkeyClient({
    functionNames: FUNCTION_OF_OPERATION,
    lambda,
    maxAttempts,
    sleep: async () => {},
  });
  endpoint.answer(...Array(9).fill(failing('PROVIDER_UNAVAILABLE', true)));
  await expect(client.getAccessToken({ id: 'id-1' })).rejects.toThrow(LatchkeyError);
  expect(endpoint.invocations).toHaveLength(maxAttempts);
});

test('all attempts of one deleteTokens carry one id, and two calls carry two', async () => {
  endpoint.answer(failing('STORE_UNAVAILABLE', true));
  await client.deleteTokens();
  await client.deleteTokens();
  const ids = endpoint.invocations.map(({ event }) => event['requestId']);
  expect(ids).toHaveLength(3);
  expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(ids[1]).toBe(ids[0]);
  expect(ids[2]).not.toBe(ids[0]);
});

test('a function that threw is named with the request id, and its payload is not', async () => {
  endpoint.answer({ thrown: { errorMessage: 'R-secret', errorType: 'R-secret' } });
  const failure = await client.findTokenById({ id: 'E-secret' }).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(InvocationError);
  expect(failure).toMatchObject({ functionName: 'find-token-by-id', requestId: REQUEST_ID });
  expect(String(failure)).toContain(`find-token-by-id failed (request id ${REQUEST_ID})`);
  expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain('-secret');
  expect(endpoint.invocations).toHaveLength(1);
});

test.each([['R-secret'], [null], [7]])(
  'an answer that is no object, %j, is not passed on',
  async (result) => {
    endpoint.answer({ result });
    await expect(client.findTokenById({ id: 'id-1' })).rejects.toThrow(
      `find-token-by-id did not answer with a JSON object (request id ${REQUEST_ID}): see its log`,
    );
  },
);

test.each([
  ['AccessDeniedException', 403, 'could not be invoked: AccessDeniedException: refused (request'],
  ['ValidationException', 400, 'could not be invoked: ValidationException (request id'],
])("of Lambda's own %s the name is told", async (refused, status, text) => {
  endpoint.answer({ refused, status });
  const failure = client.findTokenById({ id: 'id-1' });
  await expect(failure).rejects.toMatchObject({
    name: 'InvocationError',
    awsError: refused,
    requestId: REQUEST_ID,
    message: expect.stringContaining(text),
  });
});

test('of a Lambda that nobody reaches the class of the error is told', async () => {
  const lambda = new LambdaClient({
    ...{ endpoint: 'http://127.0.0.1:9', region: 'us-east-1', maxAttempts: 1 },
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  const nobody = new LatchkeyClient({ functionNames: { findTokenById: 'find' }, lambda });
  const failure = nobody.findTokenById({ id: 'id-1' });
  await expect(failure).rejects.toMatchObject({ message: 'find could not be invoked: Error' });
  lambda.destroy();
});

test('allTokens follows the cursor and keeps the options', async () => {
  endpoint.answer(
    { result: { tokens: [{ id: '1' }, { id: '2' }], cursor: 'next' } },
    { result: { tokens: [], cursor: 'last' } },
    { result: { tokens: [{ id: '3' }] } },
  );
  const ids: unknown[] = [];
  for await (const { id } of client.allTokens({ includeSecrets: false })) ids.push(id);
  expect(ids).toEqual(['1', '2', '3']);
  expect(endpoint.invocations.map(({ event }) => event)).toEqual([
    { includeSecrets: false },
    { includeSecrets: false, cursor: 'next' },
    { includeSecrets: false, cursor: 'last' },
  ]);
});

test('allTokens tells of tokens it could not read, after those it could', async () => {
  endpoint.answer(
    { result: { tokens: [{ id: '1' }], unreadable: ['8', '9'], cursor: 'next' } },
    { result: { tokens: [{ id: '2' }] } },
  );
  const ids: unknown[] = [];
  const reading = (async () => {
    for await (const { id } of client.allTokens()) ids.push(id);
  })();
  await expect(reading).rejects.toThrow('could not be read: 8, 9');
  expect(ids).toEqual(['1', '2']);
});

describe('fromEnvironment', () => {
  const variables = Object.values(FUNCTION_VARIABLE_OF_OPERATION);
  afterEach(() => {
    for (const variable of variables) delete process.env[variable];
  });

  test('finds the functions by their variables, which are named after them', async () => {
    for (const operation of OPERATIONS) {
      const ofFunction = FUNCTION_OF_OPERATION[operation].toUpperCase().replaceAll('-', '_');
      expect(FUNCTION_VARIABLE_OF_OPERATION[operation]).toBe(`LATCHKEY_${ofFunction}_FUNCTION`);
      process.env[FUNCTION_VARIABLE_OF_OPERATION[operation]] = `billing-${operation}`;
    }
    client = LatchkeyClient.fromEnvironment({ lambda: endpoint.lambda });
    for (const operation of OPERATIONS) await call(operation);
    expect(endpoint.invocations.map(({ functionName }) => functionName)).toEqual(
      OPERATIONS.map((operation) => `billing-${operation}`),
    );
  });

  test('a function that is not configured is told by its variable when it is needed', async () => {
    process.env['LATCHKEY_FIND_TOKEN_FUNCTION'] = 'find';
    process.env['LATCHKEY_SAVE_TOKEN_FUNCTION'] = '';
    client = LatchkeyClient.fromEnvironment({ lambda: endpoint.lambda });
    await client.findToken({ token: { id: 'id-1' } });
    await expect(client.saveToken({ token: {} })).rejects.toThrow(
      'No function is configured for saveToken: set LATCHKEY_SAVE_TOKEN_FUNCTION',
    );
  });
});
