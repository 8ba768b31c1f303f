/**
 * What is remembered of a call: enough to count and to assert on, never a secret value and never a
 * Lambda payload. Pure.
 */
import type { ServiceCall, ServiceName } from './service.ts';

export interface AwsCall {
  readonly service: ServiceName;
  readonly action: string;
  /** The access key id of the SigV4 credential. */
  readonly caller: string;
  /** The request's members, without SecretString, SecretBinary and the Lambda payload. */
  readonly request: Record<string, unknown>;
  /** 0 where the request was lost before it was executed. */
  readonly statusCode: number;
  /** The exception's short name, or `LostRequest`, `LostResponse`. */
  readonly errorName?: string;
}

export function recorded(call: ServiceCall, statusCode: number, errorName?: string): AwsCall {
  const { SecretString: _string, SecretBinary: _binary, ...request } = call.request;
  return {
    service: call.service,
    action: call.action,
    caller: call.caller,
    request,
    statusCode,
    ...(errorName === undefined ? {} : { errorName }),
  };
}
