/**
 * Lambda's Invoke API on 127.0.0.1, with answers that the test gives: the real AWS SDK client
 * talks to it, so that what is tested includes the wire.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient } from '@aws-sdk/client-lambda';

export interface Invocation {
  readonly functionName: string;
  readonly event: Record<string, unknown>;
}

export type LambdaAnswer =
  | { readonly result: unknown }
  /** The function threw: Lambda answers 200 and puts the error into the payload. */
  | { readonly thrown: unknown }
  /** Lambda itself refused. */
  | { readonly refused: string; readonly status: number };

export interface LambdaEndpoint {
  readonly url: string;
  readonly lambda: LambdaClient;
  readonly invocations: Invocation[];
  /** Answers the next invocations in this order; without any left, with an empty result. */
  answer(...answers: readonly LambdaAnswer[]): void;
  close(): Promise<void>;
}

export const REQUEST_ID = '8f507cfc-0000-4000-8000-000000000001';

export async function startLambdaEndpoint(): Promise<LambdaEndpoint> {
  const invocations: Invocation[] = [];
  const answers: LambdaAnswer[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const [, functionName = ''] = /functions\/([^/]+)\/invocations/.exec(request.url ?? '') ?? [];
    invocations.push({
      functionName: decodeURIComponent(functionName),
      event: JSON.parse(Buffer.concat(chunks).toString('utf8')),
    });
    const answer = answers.shift() ?? { result: {} };
    response.setHeader('x-amzn-requestid', REQUEST_ID);
    response.setHeader('content-type', 'application/json');
    if ('refused' in answer) {
      response.writeHead(answer.status, { 'x-amzn-errortype': answer.refused });
      response.end(JSON.stringify({ Message: 'refused' }));
    } else if ('thrown' in answer) {
      response.writeHead(200, { 'x-amz-function-error': 'Unhandled' });
      response.end(JSON.stringify(answer.thrown));
    } else {
      response.end(JSON.stringify(answer.result));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const lambda = new LambdaClient({
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  });
  return {
    url,
    lambda,
    invocations,
    answer: (...next) => void answers.push(...next),
    close: async () => {
      lambda.destroy();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
