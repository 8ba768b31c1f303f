/** A token endpoint on 127.0.0.1 that answers what a test tells it to, and remembers what came. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly form: Readonly<Record<string, string>>;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export class ProviderServer {
  readonly asked: Asked[] = [];
  /** What it answers; a function may do with the response what it likes. */
  reply: Reply | ((response: ServerResponse) => void) = {};
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
    const { method, url: path, headers } = request;
    this.asked.push({ method, path, headers, form });
    if (typeof this.reply === 'function') {
      this.reply(response);
      return;
    }
    response.writeHead(this.reply.status ?? 200, this.reply.headers);
    response.end(this.reply.body);
  });

  static async start(): Promise<ProviderServer> {
    const server = new ProviderServer();
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
