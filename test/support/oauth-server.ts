/**
 * An OAuth 2.0 authorization server on 127.0.0.1, as strict as RFC 6749 and 7009 ask: it takes the
 * client's secret in the header, rotates every refresh token, and takes none twice.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Reply {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface OAuthServerOptions {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Life of an access token. */
  readonly expiresInSeconds: number;
}

export class OAuthServer {
  /** Refreshes that were granted. */
  refreshes = 0;
  readonly #options: OAuthServerOptions;
  readonly #live = new Set<string>();
  #issued = 0;
  readonly #server = createServer(async (request, response) => {
    const { status, body } = await this.#answer(request);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  });

  private constructor(options: OAuthServerOptions) {
    this.#options = options;
  }

  static async start(options: OAuthServerOptions): Promise<OAuthServer> {
    const server = new OAuthServer(options);
    server.#server.listen(0, '127.0.0.1');
    await once(server.#server, 'listening');
    return server;
  }

  get tokenUrl(): string {
    return `${this.#base}/token`;
  }

  get revocationUrl(): string {
    return `${this.#base}/revoke`;
  }

  /** A refresh token as after a login. */
  issue(): string {
    this.#issued += 1;
    const refreshToken = `refresh-${this.#issued}`;
    this.#live.add(refreshToken);
    return refreshToken;
  }

  isLive(refreshToken: string): boolean {
    return this.#live.has(refreshToken);
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  get #base(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async #answer(request: IncomingMessage): Promise<Reply> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const form = new URLSearchParams(Buffer.concat(chunks).toString());
    const { clientId, clientSecret } = this.#options;
    const given = basicCredentials(request.headers.authorization);
    if (given[0] !== clientId || given[1] !== clientSecret) {
      return { status: 401, body: { error: 'invalid_client' } };
    }
    if (request.url === '/revoke') {
      this.#live.delete(form.get('token') ?? '');
      return { status: 200, body: {} };
    }
    if (form.get('grant_type') !== 'refresh_token') {
      return { status: 400, body: { error: 'unsupported_grant_type' } };
    }
    return this.#refresh(form.get('refresh_token') ?? '');
  }

  #refresh(refreshToken: string): Reply {
    if (!this.#live.delete(refreshToken)) return { status: 400, body: { error: 'invalid_grant' } };
    this.refreshes += 1;
    return {
      status: 200,
      body: {
        access_token: `access-${this.refreshes}`,
        token_type: 'Bearer',
        expires_in: this.#options.expiresInSeconds,
        refresh_token: this.issue(),
      },
    };
  }
}

/** Id and secret, each form-encoded before they were joined (RFC 6749 section 2.3.1). */
function basicCredentials(header = ''): readonly string[] {
  const joined = Buffer.from(header.replace(/^Basic /, ''), 'base64').toString('latin1');
  return joined.split(':').map((part) => decodeURIComponent(part.replaceAll('+', ' ')));
}
