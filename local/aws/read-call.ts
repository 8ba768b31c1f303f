/**
 * From an HTTP request to a ServiceCall: which service and action it means, and who calls.
 * Signatures are not verified, only read: the credential's access key id is the caller.
 */
import type { IncomingMessage } from 'node:http';
import { restErrorAnswer } from './lambda/rest-error-answer.ts';
import {
  type Answer,
  jsonErrorAnswer,
  type ServiceCall,
  ServiceError,
  type ServiceName,
} from './service.ts';

const FORWARDED = [
  'content-type',
  'x-amz-target',
  'authorization',
  'x-amz-date',
  'x-amz-api-version',
];
/** What comes before the operation's name in `X-Amz-Target`. */
const SERVICE_OF_TARGET: Readonly<Record<string, ServiceName>> = {
  DynamoDB_20120810: 'dynamodb',
  secretsmanager: 'secretsmanager',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
};
/** Two versions of one path: Lambda got the reading one later. */
const CONCURRENCY_PATH = /^\/20(?:17-10-31|19-09-30)\/functions\/([^/]+)\/concurrency$/;
const CONCURRENCY_ACTIONS: Readonly<Record<string, string>> = {
  PUT: 'PutFunctionConcurrency',
  DELETE: 'DeleteFunctionConcurrency',
  GET: 'GetFunctionConcurrency',
};
const INVOKE_PATH = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

export type ReadCall =
  | { readonly ok: true; readonly call: ServiceCall }
  | { readonly ok: false; readonly answer: Answer };

export async function readCall(request: IncomingMessage): Promise<ReadCall> {
  const body = await readBody(request);
  const url = new URL(request.url ?? '/', 'http://localhost');
  const credential = /Credential=([^/,\s]+)\//.exec(header(request, 'authorization') ?? '');
  const caller = credential?.[1];
  if (caller === undefined) return refused('MissingAuthenticationTokenException', 403);
  const forwardHeaders: Record<string, string> = {};
  for (const name of FORWARDED) {
    const value = header(request, name);
    if (value !== undefined) forwardHeaders[name] = value;
  }
  const common = { caller, body, forwardHeaders };

  const functionName = INVOKE_PATH.exec(url.pathname)?.[1];
  if (functionName !== undefined) {
    return {
      ok: true,
      call: {
        ...common,
        service: 'lambda',
        action: 'Invoke',
        request: {
          FunctionName: decodeURIComponent(functionName),
          InvocationType: header(request, 'x-amz-invocation-type') ?? 'RequestResponse',
          ...(url.searchParams.has('Qualifier')
            ? { Qualifier: url.searchParams.get('Qualifier') }
            : {}),
        },
      },
    };
  }

  const limited = CONCURRENCY_PATH.exec(url.pathname)?.[1];
  const limiting = CONCURRENCY_ACTIONS[request.method ?? ''];
  if (limited !== undefined && limiting !== undefined) {
    const FunctionName = decodeURIComponent(limited);
    const call = { ...common, service: 'lambda' as const, action: limiting };
    return { ok: true, call: { ...call, request: { FunctionName } } };
  }

  const [target = '', action] = (header(request, 'x-amz-target') ?? '').split('.');
  const service = Object.hasOwn(SERVICE_OF_TARGET, target) ? SERVICE_OF_TARGET[target] : undefined;
  if (service === undefined || action === undefined) {
    if (url.pathname.startsWith('/2015-03-31/')) {
      return { ok: false, answer: restErrorAnswer(404, 'UnknownOperationException', url.pathname) };
    }
    return refused('UnknownOperationException', 404);
  }
  try {
    const members: unknown = JSON.parse(body.toString('utf8') || '{}');
    if (members === null || typeof members !== 'object' || Array.isArray(members)) {
      return refused('SerializationException', 400);
    }
    return {
      ok: true,
      call: { ...common, service, action, request: members as Record<string, unknown> },
    };
  } catch {
    return refused('SerializationException', 400);
  }
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function refused(name: string, statusCode: number): ReadCall {
  return {
    ok: false,
    answer: jsonErrorAnswer('1.1', new ServiceError(name, name, { statusCode })),
  };
}
