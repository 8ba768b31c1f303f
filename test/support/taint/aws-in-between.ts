/**
 * Between a process and the embedded AWS: hands requests on, remembers their headers, and answers
 * the actions it is told to with the whole request in the answer, as an error text may quote it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { EmbeddedAws } from '../../../local/aws/embedded-aws.ts';

/** How an answer repeats its request: as the text of a refusal, or as a page instead of JSON. */
export type Repeating = 'refusal' | 'page';

export class AwsInBetween {
  /** The head of every request, as it came. */
  readonly heads: string[] = [];
  /** The actions that were asked for, in order. */
  readonly actions: string[] = [];
  readonly #repeating = new Map<string, Repeating>();
  readonly #aws: Pick<EmbeddedAws, 'url'>;
  readonly #server = createServer(async (request, response) => {
    const body = await buffer(request);
    const action = actionOf(request);
    this.heads.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}`);
    this.actions.push(action);
    const repeating = this.#repeating.get(action);
    if (repeating === undefined) {
      const answer = await this.#handOn(request, body);
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
      return;
    }
    const refused = repeating === 'refusal';
    response.writeHead(refused ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' });
    const refusal = { __type: 'ValidationException', message: `Invalid: ${body}` };
    response.end(refused ? JSON.stringify(refusal) : `Invalid: ${body}`);
  });

  private constructor(aws: Pick<EmbeddedAws, 'url'>) {
    this.#aws = aws;
  }

  static async start(aws: Pick<EmbeddedAws, 'url'>): Promise<AwsInBetween> {
    const between = new AwsInBetween(aws);
    between.#server.listen(0, '127.0.0.1');
    await once(between.#server, 'listening');
    return between;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** From now on, until it is told otherwise. */
  repeat(action: string, how: Repeating): void {
    this.#repeating.set(action, how);
  }

  handOnAll(): void {
    this.#repeating.clear();
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #handOn({ method = 'POST', url = '/', headers }: IncomingMessage, body: Buffer) {
    const { host, connection, 'content-length': _length, expect: _expect, ...others } = headers;
    return fetch(this.#aws.url + url, {
      method,
      headers: others as Record<string, string>,
      ...(method !== 'GET' && { body }),
    });
  }
}

/** `CreateSecret`; of the APIs that are told apart by their path: the method and the path. */
function actionOf({ method, url = '/', headers }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? (target.split('.')[1] ?? '') : `${method} ${url}`;
}
