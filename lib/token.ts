/**
 * The OAuth token as the core handles it: secrets wrapped, absent fields absent. Owns reading it
 * from and writing it to JSON, comparing two, and merging a save into what is stored.
 * Pure: no I/O, no clock, no environment.
 */
import type { TokenJson } from './contract.ts';
import { Secret } from './secret.ts';

const PLAIN_FIELDS = ['userName', 'clientId', 'redirectUrl', 'apiDomain', 'provider'] as const;
const SECRET_FIELDS = ['clientSecret', 'grantToken', 'refreshToken', 'accessToken'] as const;

type PlainField = (typeof PLAIN_FIELDS)[number];
type SecretField = (typeof SECRET_FIELDS)[number];

/** A token's content: everything but its id. */
export type Token = { readonly [field in PlainField]?: string } & {
  readonly [field in SecretField]?: Secret;
} & {
  /** When the access token expires, Unix epoch; absent where nobody said. */
  readonly expiresAtMs?: number;
};

/** Wraps the secrets of a token that came in as JSON. Its `id` is left to the caller. */
export function tokenFromJson(json: TokenJson): Token {
  const token: Record<string, string | Secret | number> = {};
  for (const field of PLAIN_FIELDS) if (json[field] !== undefined) token[field] = json[field];
  for (const field of SECRET_FIELDS) {
    if (json[field] !== undefined) token[field] = new Secret(json[field]);
  }
  if (json.expiresAt !== undefined) token['expiresAtMs'] = json.expiresAt;
  return token;
}

/** The token in clear, for a caller who asked for it or for the vault that keeps it. */
export function revealToken(token: Token): TokenJson {
  const json: Record<string, string | number> = {};
  for (const field of PLAIN_FIELDS) if (token[field] !== undefined) json[field] = token[field];
  for (const field of SECRET_FIELDS) {
    const secret = token[field];
    if (secret !== undefined) json[field] = secret.reveal();
  }
  if (token.expiresAtMs !== undefined) json['expiresAt'] = token.expiresAtMs;
  return json;
}

/** The token without what must stay secret, as a listing shows it. */
export function describeToken(token: Token): TokenJson {
  const json: Record<string, string | number> = {};
  for (const field of PLAIN_FIELDS) if (token[field] !== undefined) json[field] = token[field];
  if (token.expiresAtMs !== undefined) json['expiresAt'] = token.expiresAtMs;
  return json;
}

/** Whether both hold the same fields with the same values. */
export function sameToken(a: Token, b: Token): boolean {
  return (
    PLAIN_FIELDS.every((field) => a[field] === b[field]) &&
    SECRET_FIELDS.every((field) => a[field]?.equals(b[field]) ?? b[field] === undefined) &&
    a.expiresAtMs === b.expiresAtMs
  );
}

/**
 * What is stored after `given` is saved over `stored`: fields given replace, fields absent stay.
 * The expiry belongs to the access token: a new access token without one drops the old expiry
 * rather than pass it off as its own.
 */
export function mergeToken(stored: Token, given: Token): Token {
  const merged = { ...stored, ...given };
  const newAccessToken =
    given.accessToken !== undefined && !given.accessToken.equals(stored.accessToken);
  if (!newAccessToken || given.expiresAtMs !== undefined) return merged;
  const { expiresAtMs: _ofTheOldAccessToken, ...withoutExpiry } = merged;
  return withoutExpiry;
}

/** Whether the token has all that a refresh takes (RFC 6749 section 6). */
export function canRefresh(token: Token): boolean {
  return (
    token.refreshToken !== undefined &&
    token.clientId !== undefined &&
    token.clientSecret !== undefined
  );
}

/** Whether there is anything in it that could give access to something. */
export function hasCredential(token: Token): boolean {
  return (
    token.accessToken !== undefined ||
    token.refreshToken !== undefined ||
    token.grantToken !== undefined
  );
}
