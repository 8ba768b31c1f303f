/**
 * As much of Zoho as a token store gets to see: grants, refresh tokens, who a user is. On the
 * loopback address; knows no limits and no expiry, answers what it is told to where it is told.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Form, readForm } from './request-form.ts';

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface TokenRequest {
  readonly grantType: string | undefined;
  readonly form: Form;
}

export interface FakeZoho {
  /** `http://127.0.0.1:<port>`: API domain and accounts server in one. */
  readonly base: string;
  readonly accountsTokenUrl: string;
  /** Token requests since `forget`. */
  readonly tokenRequests: readonly TokenRequest[];
  /** A grant token of this user, good for one exchange. */
  issueGrant(email: string): string;
  /** A refresh token of this user, good for as long as it is asked. */
  issueRefreshToken(email: string): string;
  /** The next token request is answered so, whatever it asks. */
  answerNext(answer: Answer): void;
  /** What `tokenRequests` holds, and answers that nobody has asked for. */
  forget(): void;
  close(): Promise<void>;
}

/** What the SDK appends to a user's address to name the user: the organisation. */
const ORGANISATION = '7000';

/** What the SDK calls the user with this address. */
export function userNameOf(email: string): string {
  return `${email}:${ORGANISATION}`;
}

export async function startFakeZoho(): Promise<FakeZoho> {
  const grants = new Map<string, string>();
  const refreshTokens = new Map<string, string>();
  const accessTokens = new Map<string, string>();
  const tokenRequests: TokenRequest[] = [];
  const answers: Answer[] = [];
  let issued = 0;
  const issue = (kind: string, to: Map<string, string>, email: string) => {
    issued += 1;
    const token = `1000.${kind}.${issued}`;
    to.set(token, email);
    return token;
  };

  function tokenAnswer(form: Form): Answer {
    const code = form.get('code') ?? '';
    const refreshToken = form.get('refresh_token') ?? '';
    const exchanged = form.get('grant_type') === 'authorization_code';
    const email = exchanged ? grants.get(code) : refreshTokens.get(refreshToken);
    // Zoho refuses so, with status 200: a spent grant, an unknown or revoked refresh token.
    if (email === undefined) return { status: 200, body: { error: 'invalid_code' } };
    if (exchanged) grants.delete(code);
    const body = {
      access_token: issue('access', accessTokens, email),
      api_domain: base,
      token_type: 'Bearer',
      expires_in: 3600,
    };
    if (!exchanged) return { status: 200, body };
    return {
      status: 200,
      body: { ...body, refresh_token: issue('refresh', refreshTokens, email) },
    };
  }

  function apiAnswer(path: string, authorization: string | undefined): Answer {
    const email = accessTokens.get(authorization?.split(' ').at(-1) ?? '');
    if (email === undefined) {
      const body = { code: 'INVALID_TOKEN', details: {}, message: 'invalid', status: 'error' };
      return { status: 401, body };
    }
    if (path === '/crm/v8/users') {
      const info = { per_page: 200, count: 1, page: 1, more_records: false };
      return { status: 200, body: { users: [{ id: '1', email }], info } };
    }
    return { status: 200, body: { org: [{ id: '1', zgid: ORGANISATION }] } };
  }

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', base);
    const form = await readForm(request, searchParams);
    if (pathname !== '/oauth/v2/token') {
      send(response, apiAnswer(pathname, request.headers.authorization));
      return;
    }
    tokenRequests.push({ grantType: form.get('grant_type'), form });
    send(response, answers.shift() ?? tokenAnswer(form));
  }

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    base,
    accountsTokenUrl: `${base}/oauth/v2/token`,
    tokenRequests,
    issueGrant: (email) => issue('grant', grants, email),
    issueRefreshToken: (email) => issue('refresh', refreshTokens, email),
    answerNext: (answer) => void answers.push(answer),
    forget: () => {
      tokenRequests.length = 0;
      answers.length = 0;
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' });
  response.end(JSON.stringify(body));
}
