/**
 * Pure: reads what a function of the store answered. Its result passes; its `error` becomes a
 * `LatchkeyError`; anything else becomes an error that repeats nothing of the payload.
 */
import type { InvokeCommandOutput } from '@aws-sdk/client-lambda';
import type { ErrorJson } from '../contract.ts';
import { LatchkeyError } from '../errors.ts';
import { InvocationError } from './invocation-error.ts';

type Answer = Pick<InvokeCommandOutput, 'FunctionError' | 'Payload' | '$metadata'>;

/**
 * @throws LatchkeyError a failure of the contract
 * @throws InvocationError the function threw, timed out, or answered something else than an object
 */
export function readAnswer(functionName: string, answer: Answer): object {
  const requestId = answer.$metadata.requestId;
  const where = `(request id ${requestId ?? 'unknown'}): see its log`;
  if (answer.FunctionError !== undefined) {
    throw new InvocationError(`${functionName} failed ${where}`, functionName, requestId);
  }
  const result = parseObject(answer.Payload);
  if (result === undefined) {
    const message = `${functionName} did not answer with a JSON object ${where}`;
    throw new InvocationError(message, functionName, requestId);
  }
  if (!isErrorJson(result)) return result;
  const { code, message, retryable } = result.error;
  throw new LatchkeyError(code, message, { retryable });
}

function parseObject(payload: Uint8Array | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(payload));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function isErrorJson(result: object): result is ErrorJson {
  if (!('error' in result) || typeof result.error !== 'object' || result.error === null) {
    return false;
  }
  const { code, message, retryable } = result.error as Record<string, unknown>;
  return typeof code === 'string' && typeof message === 'string' && typeof retryable === 'boolean';
}
