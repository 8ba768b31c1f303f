/**
 * The fake Zoho server's controls over HTTP, for a test in another process: `POST /_control/<name>`
 * with a JSON object, answered with JSON. The same methods as in process, by the same names.
 */
import type { ZohoControl } from './zoho-control.ts';

type Route = (control: ZohoControl, input: never) => unknown;

const ROUTES: Readonly<Record<string, Route>> = {
  register: (control, input) => control.register(input),
  issueGrant: (control, input) => ({ grantToken: control.issueGrant(input) }),
  revoke: (control, { refreshToken }: { refreshToken: string }) => control.revoke(refreshToken),
  failNext: (control, input) => control.failNext(input),
  recover: (control) => control.recover(),
  release: (control) => control.release(),
  configure: (control, input) => control.configure(input),
  advance: (control, { ms }: { ms: number }) => control.advance(ms),
  refreshesOf: (control, { refreshToken }: { refreshToken: string }) => ({
    refreshes: control.refreshesOf(refreshToken),
  }),
  counters: (control) => control.counters,
  requests: (control) => control.requests,
  clearLog: (control) => control.clearLog(),
};

/** What the control answers; undefined where there is no such control. */
export function controlReply(control: ZohoControl, path: string, body: Buffer): unknown {
  const name = path.slice('/_control/'.length);
  const route = Object.hasOwn(ROUTES, name) ? ROUTES[name] : undefined;
  if (route === undefined) return undefined;
  const input: unknown = body.length === 0 ? {} : JSON.parse(body.toString('utf8'));
  return route(control, input as never) ?? {};
}
