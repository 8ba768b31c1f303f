/**
 * What Zoho's answer to a refresh means. Zoho reports errors with HTTP 200 as well as 400, and
 * localizes their descriptions: only the error code counts, and an unknown one condemns nobody.
 * Pure: no I/O, no clock, no environment.
 */
import { OAUTH_ERRORS } from './oauth-verdict.ts';
import {
  type ErrorMeanings,
  errorOf,
  type ProviderAnswer,
  parseObject,
  plausibleSeconds,
  readAnswer,
  refusal,
} from './provider-answer.ts';
import type { RefreshVerdict } from './token-provider.ts';

/** Access tokens live an hour: https://www.zoho.com/crm/developer/docs/api/v8/token-validity.html */
export const ZOHO_ACCESS_TOKEN_SECONDS = 3_600;
const LONGEST_PLAUSIBLE_SECONDS = 86_400;

/** Zoho's own codes, and those of RFC 6749. */
const ZOHO_ERRORS: ErrorMeanings = new Map([
  ...OAUTH_ERRORS,
  // Also of an authorization code; a refresh has none, so it is the refresh token.
  ['invalid_code', 'revoked'],
  ['invalid_client_secret', 'client-fault'],
  // Ten access tokens in ten minutes: "Access Denied", with HTTP 400 or 200.
  ['access denied', 'throttled'],
  ['access_denied', 'throttled'],
]);

export function zohoVerdict(answer: ProviderAnswer, nowMs: number): RefreshVerdict {
  const read = readAnswer(answer, nowMs);
  if ('failed' in read) return read.failed;
  if ('error' in read) return refusal(read.error, ZOHO_ERRORS, answer, nowMs);
  const apiDomain = read.members['api_domain'];
  return {
    verdict: 'refreshed',
    ...read.minted,
    expiresAtMs: nowMs + lifetimeSeconds(read.members) * 1000,
    ...(typeof apiDomain === 'string' && apiDomain !== '' && { apiDomain }),
  };
}

/**
 * What Zoho's answer to a revocation means. It refuses a token that has ended already with HTTP
 * 400, and a caller that asks too often likewise: only the error code tells them apart. HTTP 200
 * is a success where nothing in it says otherwise; a page that is no JSON is nobody's.
 */
export function zohoRevocation(answer: ProviderAnswer): 'revoked' | 'unavailable' {
  const { status, body } = answer;
  if (status !== 200 && status !== 400) return 'unavailable';
  const members = parseObject(body);
  if (members === undefined && body.trim() !== '') return 'unavailable';
  const error = errorOf(answer);
  if (error === undefined) {
    return status === 200 && members?.['status'] === 'failure' ? 'unavailable' : 'revoked';
  }
  const meaning = ZOHO_ERRORS.get(error);
  if (error === 'invalid_token' || meaning === 'revoked') return 'revoked';
  return status === 400 && meaning === undefined ? 'revoked' : 'unavailable';
}

/**
 * `expires_in` is seconds, unless `expires_in_sec` is there too: then that is seconds and
 * `expires_in` milliseconds. Missing or absurd: the documented hour.
 */
function lifetimeSeconds(members: Readonly<Record<string, unknown>>): number {
  const told = members['expires_in_sec'] ?? members['expires_in'];
  return plausibleSeconds(told, LONGEST_PLAUSIBLE_SECONDS) ?? ZOHO_ACCESS_TOKEN_SECONDS;
}
