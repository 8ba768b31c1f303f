/** Handlers, bundles and requests that are broken or too large, and what the caller is told. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { failureOf } from '../endpoint.ts';
import { client, invoke } from './functions-under-test.ts';

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
