/**
 * What the answer of an OAuth 2.0 token endpoint to a refresh means, by the error codes of RFC 6749
 * section 5.2. Only `invalid_grant` is about the token; an unknown code condemns nobody.
 * Pure: no I/O, no clock, no environment.
 */
import {
  type ErrorMeanings,
  errorOf,
  type ProviderAnswer,
  plausibleSeconds,
  readAnswer,
  refusal,
} from './provider-answer.ts';
import type { RefreshVerdict } from './token-provider.ts';

/** Longer than access tokens live; more is another unit or a mistake. */
export const LONGEST_ACCESS_TOKEN_SECONDS = 90 * 86_400;

/** RFC 6749 section 5.2, and what token endpoints send besides. */
export const OAUTH_ERRORS: ErrorMeanings = new Map([
  ['invalid_grant', 'revoked'],
  ['invalid_client', 'client-fault'],
  ['unauthorized_client', 'client-fault'],
  ['invalid_scope', 'client-fault'],
  ['unsupported_grant_type', 'client-fault'],
  ['invalid_request', 'client-fault'],
  // RFC 8628 section 3.5
  ['slow_down', 'throttled'],
  // RFC 6749 section 4.1.2.1; token endpoints send them too, and not always with HTTP 5xx.
  ['temporarily_unavailable', 'outage'],
  ['server_error', 'outage'],
]);

/** How some servers, against RFC 7009, answer the revocation of a token that has ended. */
const ENDED: ReadonlySet<string> = new Set(['invalid_token', 'invalid_grant']);

/** @param assumedSeconds - how long the access token is taken to live where the answer is silent */
export function oauthVerdict(
  answer: ProviderAnswer,
  nowMs: number,
  assumedSeconds: number,
): RefreshVerdict {
  const read = readAnswer(answer, nowMs);
  if ('failed' in read) return read.failed;
  if ('error' in read) return refusal(read.error, OAUTH_ERRORS, answer, nowMs);
  const told = plausibleSeconds(read.members['expires_in'], LONGEST_ACCESS_TOKEN_SECONDS);
  return {
    verdict: 'refreshed',
    ...read.minted,
    expiresAtMs: nowMs + (told ?? assumedSeconds) * 1000,
  };
}

/**
 * What the answer to a revocation means (RFC 7009 section 2.2): the status says all, and the body
 * of a success is ignored. A token that has ended is none to revoke.
 */
export function oauthRevocation(answer: ProviderAnswer): 'revoked' | 'unavailable' {
  const { status } = answer;
  if (status >= 200 && status < 300) return 'revoked';
  const ended = status === 400 && ENDED.has(errorOf(answer) ?? '');
  return ended ? 'revoked' : 'unavailable';
}
