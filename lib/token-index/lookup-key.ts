/**
 * The keys a token can be found by. The index holds a hash of each value, never the value:
 * SHA-256, domain-separated by kind, so that a user named like a token does not meet it.
 * Pure: no I/O, no clock, no environment.
 */
import { hash } from 'node:crypto';
import type { Secret } from '../secret.ts';
import type { Token } from '../token.ts';

export type KeyKind = 'user' | 'access' | 'grant' | 'refresh';

/** Kind and hash, for example `refresh#3f9a…`. */
export type LookupKey = `${KeyKind}#${string}`;

function lookupKey(kind: KeyKind, value: string): LookupKey {
  return `${kind}#${hashOf(kind, value)}`;
}

function hashOf(kind: KeyKind | 'client-secret', value: string): string {
  return hash('sha256', `latchkey/v1/${kind}\0${value}`, 'hex');
}

/** The key of each kind that the token has a value for. */
export function lookupKeys(token: Token): { readonly [kind in KeyKind]?: LookupKey } {
  const { userName, accessToken, grantToken, refreshToken } = token;
  return {
    ...(userName !== undefined && { user: lookupKey('user', userName) }),
    ...(accessToken !== undefined && { access: lookupKey('access', accessToken.reveal()) }),
    ...(grantToken !== undefined && { grant: lookupKey('grant', grantToken.reveal()) }),
    ...(refreshToken !== undefined && { refresh: lookupKey('refresh', refreshToken.reveal()) }),
  };
}

/** Every key of the token, in a fixed order. */
export function keysOf(token: Token): readonly LookupKey[] {
  const { user, access, grant, refresh } = lookupKeys(token);
  return [user, access, grant, refresh].filter((key) => key !== undefined);
}

/** Tells one client secret from the next, without telling it. */
export function clientSecretHash(clientSecret: Secret): string {
  return hashOf('client-secret', clientSecret.reveal());
}

export function kindOf(key: LookupKey): KeyKind {
  return key.slice(0, key.indexOf('#')) as KeyKind;
}
