/** A provider that refuses, and says all it was told wherever an answer has room for text. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export class RepeatingProvider {
  readonly #server = createServer(async (request, response) => {
    const told = `${request.headers.authorization} ${await text(request)}`;
    const secret = Buffer.from(told.split(' ')[1] ?? '', 'base64')
      .toString()
      .split(':')[1];
    const error = { error: told, error_description: secret, error_uri: secret };
    response.writeHead(400, { 'content-type': 'application/json', 'x-secret': secret ?? '' });
    response.end(JSON.stringify(error));
  });

  static async start(): Promise<RepeatingProvider> {
    const provider = new RepeatingProvider();
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    return provider;
  }

  get tokenUrl(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/token`;
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
