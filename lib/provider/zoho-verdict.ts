/**
 * What Zoho's answer to a refresh means. Zoho reports errors with HTTP 200 as well as 400, and
 * localizes their descriptions: only the error code counts, and an unknown one condemns nobody.
 * Pure: no I/O, no clock, no environment.
 */
import { Secret } from '../secret.ts';
import type { RefreshVerdict } from './token-provider.ts';

export interface ProviderAnswer {
  readonly status: number;
  readonly body: string;
}

/** Access tokens live an hour: https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html */
export const ZOHO_ACCESS_TOKEN_SECONDS = 3_600;
const LONGEST_PLAUSIBLE_SECONDS = 86_400;

/** Zoho says invalid_code for a revoked refresh token; invalid_grant is RFC 6749 section 5.2. */
const REVOKED = new Set(['invalid_code', 'invalid_grant']);
const CLIENT_FAULT = new Set(['invalid_client', 'invalid_client_secret', 'unauthorized_client']);
const THROTTLED = new Set(['access denied', 'access_denied']);

export function zohoVerdict({ status, body }: ProviderAnswer, nowMs: number): RefreshVerdict {
  if (status === 429) return { verdict: 'throttled', reason: 'http-429' };
  if (status >= 500) return { verdict: 'outage', reason: `http-${status}` };
  const answer = parseObject(body);
  const error = errorOf(answer);
  if (error !== undefined) return refusal(error, status);
  const accessToken = answer?.['access_token'];
  if (status !== 200 || typeof accessToken !== 'string' || accessToken === '') {
    return { verdict: 'outage', reason: answer ? 'no-access-token' : 'not-json' };
  }
  const refreshToken = answer?.['refresh_token'];
  const apiDomain = answer?.['api_domain'];
  return {
    verdict: 'refreshed',
    accessToken: new Secret(accessToken),
    expiresAtMs: nowMs + lifetimeSeconds(answer ?? {}) * 1000,
    ...(typeof refreshToken === 'string' &&
      refreshToken !== '' && { refreshToken: new Secret(refreshToken) }),
    ...(typeof apiDomain === 'string' && apiDomain !== '' && { apiDomain }),
  };
}

/**
 * What Zoho's answer to a revocation means. It refuses a token that has ended already with HTTP
 * 400, and a caller that asks too often likewise: only the error code tells them apart.
 */
export function zohoRevocation({ status, body }: ProviderAnswer): 'revoked' | 'unavailable' {
  const error = errorOf(parseObject(body)) ?? '';
  const decided = (status === 200 || status === 400) && !THROTTLED.has(error);
  return decided ? 'revoked' : 'unavailable';
}

function errorOf(answer: Record<string, unknown> | undefined): string | undefined {
  const error = answer?.['error'];
  return typeof error === 'string' ? error.toLowerCase() : undefined;
}

function refusal(error: string, status: number): RefreshVerdict {
  if (REVOKED.has(error)) return { verdict: 'revoked', reason: error };
  if (CLIENT_FAULT.has(error)) return { verdict: 'client-fault', reason: error };
  if (THROTTLED.has(error)) return { verdict: 'throttled', reason: 'access-denied' };
  return { verdict: 'outage', reason: `unknown-error-http-${status}` };
}

/**
 * `expires_in` is seconds, unless `expires_in_sec` is there too: then that is seconds and
 * `expires_in` milliseconds. Missing or absurd: the documented hour.
 */
function lifetimeSeconds(answer: Record<string, unknown>): number {
  const seconds = Number(answer['expires_in_sec'] ?? answer['expires_in']);
  const plausible = seconds > 0 && seconds <= LONGEST_PLAUSIBLE_SECONDS;
  return plausible ? seconds : ZOHO_ACCESS_TOKEN_SECONDS;
}

function parseObject(body: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
