/**
 * Between a process and the embedded AWS: hands requests on, remembers their headers, and answers
 * the actions it is told to with the whole request in the answer, as an error text may quote it.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestOptions, request } from 'node:http';
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
  readonly #server = createServer(async (asked, response) => {
    const body = await buffer(asked);
    const action = actionOf(asked);
    this.heads.push(`${asked.method} ${asked.url}\n${asked.rawHeaders.join('\n')}`);
    this.actions.push(action);
    const repeating = this.#repeating.get(action);
    if (repeating === undefined) {
      // A connection that breaks behind it breaks before it too.
      const answer = await this.#handOn(asked, body).catch(() => undefined);
      if (answer === undefined) return void response.destroy();
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      return void answer.pipe(response);
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

  #handOn({ method, url, headers }: IncomingMessage, body: Buffer): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const { port } = new URL(this.#aws.url);
      const forward = { host: '127.0.0.1', port, method, path: url, headers, agent: false };
      request(forward as RequestOptions, resolve)
        .on('error', reject)
        .end(body);
    });
  }
}

/** `CreateSecret`; of the APIs that are told apart by their path: the method and the path. */
function actionOf({ method, url = '/', headers }: IncomingMessage): string {
  const target = headers['x-amz-target'];
  return typeof target === 'string' ? (target.split('.')[1] ?? '') : `${method} ${url}`;
}
