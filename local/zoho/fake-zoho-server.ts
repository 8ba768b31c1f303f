/**
 * A Zoho accounts server and a little of its CRM, on 127.0.0.1, for tests and the demo. It answers
 * as the real one is known to: refusals as HTTP 200 with an error body, a throttle of ten access
 * tokens in ten minutes. This file owns the HTTP; `zoho-accounts.ts` decides what is granted.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { controlReply } from './control-routes.ts';
import { crmReply } from './crm-api.ts';
import { readBody, readForm } from './request-form.ts';
import { ZohoAccounts } from './zoho-accounts.ts';
import { ZOHO_DEFAULTS, type ZohoBehaviour } from './zoho-behaviour.ts';
import type { ZohoControl } from './zoho-control.ts';
import { type FaultTarget, ZohoFaults } from './zoho-faults.ts';
import type { ZohoReply } from './zoho-reply.ts';
import { type LoggedRequest, ZohoRequestLog } from './zoho-request-log.ts';

export interface FakeZohoOptions {
  /** Default: any free port. */
  readonly port?: number;
  /** Unix epoch in milliseconds. Default `Date.now`. */
  readonly now?: () => number;
  /** What it does differently from `ZOHO_DEFAULTS`. */
  readonly behaviour?: Partial<ZohoBehaviour>;
}

export interface FakeZoho extends ZohoControl {
  /** `http://127.0.0.1:<port>`: the API domain and the accounts server in one. */
  readonly base: string;
  /** What the SDK calls the accounts URL: `<base>/oauth/v2/token`. */
  readonly accountsTokenUrl: string;
  close(): Promise<void>;
}

/** Starts a fake Zoho server with no clients and no users. */
export async function startFakeZoho(options: FakeZohoOptions = {}): Promise<FakeZoho> {
  const clock = options.now ?? Date.now;
  let advancedMs = 0;
  const now = () => clock() + advancedMs;
  const behaviour: ZohoBehaviour = { ...ZOHO_DEFAULTS, ...options.behaviour };
  const faults = new ZohoFaults();
  const log = new ZohoRequestLog();

  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accounts = new ZohoAccounts(behaviour, base);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', base);
    if (pathname.startsWith('/_control/')) {
      const answer = controlReply(zoho, pathname, await readBody(request));
      send(response, answer === undefined ? 404 : 200, answer ?? { error: 'no such control' });
      return;
    }
    const form = await readForm(request, searchParams);
    const { target, act } = route(request, pathname, form);
    const status = await respond(response, target, act);
    log.add({ ...describe(request, pathname, form), atMs: now(), ...status });
  }

  /** Which fault a request can meet, and what it does when no fault stops it. */
  function route(
    request: IncomingMessage,
    path: string,
    form: ReadonlyMap<string, string>,
  ): { target: FaultTarget; act: () => ZohoReply } {
    if (path === '/oauth/v2/token' && request.method === 'POST') {
      log.countTokenPost(form);
      return { target: 'token', act: () => accounts.token(form, now()) };
    }
    if (path === '/oauth/v2/token/revoke' && request.method === 'POST') {
      log.countRevokePost();
      return { target: 'revoke', act: () => accounts.revoke(form.get('token') ?? '') };
    }
    log.countCrmRequest();
    const accessToken = request.headers.authorization?.replace(/^(Zoho-oauthtoken|Bearer) /, '');
    return {
      target: 'crm',
      act: () => crmReply(path, accounts.userOf(accessToken ?? '', now())),
    };
  }

  async function respond(
    response: ServerResponse,
    target: FaultTarget,
    act: () => ZohoReply,
  ): Promise<Pick<LoggedRequest, 'status' | 'error'>> {
    const fault = faults.take(target);
    if (fault?.kind === 'reply') return send(response, fault.status, fault.body);
    if (fault?.kind === 'garbage') return sendGarbage(response, fault.status ?? 502);
    if (fault?.kind === 'timeout') await faults.hold();
    if (fault?.kind === 'delay') await delay(fault.delayMs, undefined, { ref: false });
    const reply = act();
    if (typeof reply.body['access_token'] === 'string') log.countMinted();
    if (fault?.kind === 'lost-answer') {
      response.destroy();
      return { status: 0 };
    }
    return send(response, reply.status, reply.body);
  }

  const zoho: FakeZoho = {
    base,
    accountsTokenUrl: `${base}/oauth/v2/token`,
    register: (client) => accounts.register(client),
    issueGrant: (request) => accounts.issueGrant(request, now()),
    revoke: (refreshToken) => void accounts.revoke(refreshToken),
    failNext: (fault) => faults.plan(fault),
    recover: () => faults.forget(),
    release: () => faults.release(),
    whenHeld: (count) => faults.whenHeld(count),
    configure: (change) => void Object.assign(behaviour, change),
    advance: (ms) => {
      advancedMs += ms;
    },
    refreshesOf: (refreshToken) => log.refreshesOf(refreshToken),
    get counters() {
      return log.counters;
    },
    get requests() {
      return log.requests;
    },
    clearLog: () => log.clear(),
    close: async () => {
      faults.clear();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
  return zoho;
}

function describe(request: IncomingMessage, path: string, form: ReadonlyMap<string, string>) {
  const contentType = request.headers['content-type']?.split(';')[0];
  const grantType = form.get('grant_type');
  const clientId = form.get('client_id');
  return {
    method: request.method ?? '',
    path,
    ...(contentType === undefined ? {} : { contentType }),
    ...(grantType === undefined ? {} : { grantType }),
    ...(clientId === undefined ? {} : { clientId }),
  };
}

function send(response: ServerResponse, status: number, body: unknown) {
  response.writeHead(status, { 'content-type': 'application/json;charset=UTF-8' });
  response.end(JSON.stringify(body));
  const { error, code } = (body ?? {}) as { error?: unknown; code?: unknown };
  const reason = error ?? code;
  return { status, ...(typeof reason === 'string' ? { error: reason } : {}) };
}

function sendGarbage(response: ServerResponse, status: number) {
  response.writeHead(status, { 'content-type': 'text/html' });
  response.end('<html><body>Service temporarily unavailable</body></html>');
  return { status };
}
