/**
 * The providers besides Zoho that a deployment configures, by name: where their token endpoints
 * are and what they do not say themselves.
 * Pure: no I/O, no clock, no environment.
 */
import * as v from 'valibot';
import { LONGEST_ACCESS_TOKEN_SECONDS } from './oauth-verdict.ts';

/** An OAuth 2.0 authorization server (RFC 6749) whose refresh tokens the store may use. */
export interface ProviderSettings {
  /** The token endpoint. Client secrets are sent there: https, or this machine. */
  readonly tokenUrl: string;
  /** The revocation endpoint (RFC 7009). Without it a token cannot be revoked, only deleted. */
  readonly revocationUrl?: string;
  /**
   * How the client shows its secret (RFC 6749 section 2.3.1): `basic`, in the header Authorization,
   * is what every server must take; `post`, in the body, is for those that do not, or that take
   * the header without the form encoding that the RFC asks for. Default `basic`.
   */
  readonly clientAuthentication: 'basic' | 'post';
  /** How long an access token lives where the answer does not say. Default 3600. */
  readonly accessTokenSeconds: number;
  /** Refreshed this often even if nobody uses it: for refresh tokens that die of idleness. */
  readonly keepAliveSeconds?: number;
  /** Between two refreshes of one token. Default 60. */
  readonly minIntervalSeconds: number;
}

/** Settings by the name that a token's `provider` says. */
export type ProvidersSettings = Readonly<Record<string, ProviderSettings>>;

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const YEAR_SECONDS = 365 * 86_400;

const wholeNumber = (min: number, max: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** Built where there is something to parse: most deployments have Zoho alone, and start at once. */
function providerSettings() {
  const endpoint = v.pipe(v.string(), v.check(isSafeEndpoint));
  return v.pipe(
    v.strictObject({
      tokenUrl: endpoint,
      revocationUrl: v.exactOptional(endpoint),
      clientAuthentication: v.exactOptional(v.picklist(['basic', 'post']), 'basic'),
      accessTokenSeconds: v.exactOptional(wholeNumber(60, LONGEST_ACCESS_TOKEN_SECONDS), 3_600),
      keepAliveSeconds: v.exactOptional(wholeNumber(900, YEAR_SECONDS)),
      minIntervalSeconds: v.exactOptional(wholeNumber(60, 86_400), 60),
    }),
    v.check(
      ({ keepAliveSeconds = YEAR_SECONDS, minIntervalSeconds }) =>
        keepAliveSeconds >= minIntervalSeconds,
    ),
  );
}

/**
 * Providers as a deployment configures them, as JSON text or as the object itself:
 * `{"keycloak": {"tokenUrl": "https://…/token", "revocationUrl": "https://…/revoke"}}`, and the
 * other members of `ProviderSettings`. Undefined where anything in it is wrong or unknown: a client
 * secret travels by https, or does not leave the machine.
 */
export function parseProviders(given: unknown): ProvidersSettings | undefined {
  const value = typeof given === 'string' ? parseJson(given) : given;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const parsed: [string, ProviderSettings][] = [];
  for (const [name, settings] of Object.entries(value)) {
    const result = v.safeParse(providerSettings(), settings);
    if (!result.success || name === 'zoho' || !NAME.test(name)) return undefined;
    parsed.push([name, result.output]);
  }
  return Object.fromEntries(parsed);
}

/** Written as the URL parser understands it: nobody reads another host in it than is asked. */
function isSafeEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, href } = new URL(text);
  const safe = protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1');
  const plain = username === '' && password === '' && !text.includes('#');
  return safe && plain && (href === text || href === `${text}/`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
