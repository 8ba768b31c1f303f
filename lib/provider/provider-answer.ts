/**
 * What the answers of all token endpoints have in common: tokens, an error code, or neither.
 * Pure: no I/O, no clock, no environment.
 *
 *   HTTP 429                  throttled
 *   HTTP 408, 5xx             outage, whatever the body says: a broken server's codes prove nothing
 *   2xx with an access token  minted, whatever else is in it or missing from it
 *   2xx, 4xx with an error    the provider's table of codes says what it means
 *   anything else             malformed
 */
import { Secret } from '../secret.ts';
import type { FailedRefresh } from './token-provider.ts';

/** An answer of a provider, whole. */
export interface ProviderAnswer {
  readonly status: number;
  readonly body: string;
  /** The header Retry-After (RFC 9110 section 10.2.3) as it came. */
  readonly retryAfter?: string;
}

/** The tokens of an answer. A rotated refresh token may exist nowhere else any more. */
export interface Minted {
  readonly accessToken: Secret;
  readonly refreshToken?: Secret;
}

/** What an answer says, before anybody asks what its error code means. */
export type AnswerRead =
  | { readonly minted: Minted; readonly members: Readonly<Record<string, unknown>> }
  /** An error code, in lower case: RFC 6749 has them so, and Zoho writes some in capitals. */
  | { readonly error: string }
  | { readonly failed: FailedRefresh };

/** What error codes mean, by code in lower case. */
export type ErrorMeanings = ReadonlyMap<string, FailedRefresh['verdict']>;

const LONGEST_PAUSE_MS = 3_600_000;

/** By the table above. `nowMs` is what a Retry-After with a date counts from. */
export function readAnswer(answer: ProviderAnswer, nowMs: number): AnswerRead {
  const { status, body } = answer;
  const reason = `http-${status}`;
  if (status === 429) return { failed: { verdict: 'throttled', reason, ...pause(answer, nowMs) } };
  if (status === 408 || status >= 500) {
    return { failed: { verdict: 'outage', reason, ...pause(answer, nowMs) } };
  }
  const members = parseObject(body);
  const accessToken = text(members?.['access_token']);
  const isSuccess = status >= 200 && status < 300;
  if (isSuccess && members !== undefined && accessToken !== undefined) {
    const refreshToken = text(members['refresh_token']);
    const minted = {
      accessToken: new Secret(accessToken),
      ...(refreshToken !== undefined && { refreshToken: new Secret(refreshToken) }),
    };
    return { minted, members };
  }
  const error = text(members?.['error']);
  if (error !== undefined && (isSuccess || status >= 400)) return { error: error.toLowerCase() };
  const lack = members === undefined ? 'not-json' : 'neither-token-nor-error';
  return { failed: { verdict: 'malformed', reason: `${lack}-http-${status}` } };
}

/** What an error code means for the token; one that nobody knows is an outage: it condemns nobody. */
export function refusal(
  error: string,
  meanings: ErrorMeanings,
  answer: ProviderAnswer,
  nowMs: number,
): FailedRefresh {
  const verdict = meanings.get(error);
  // Only a known code is repeated: the rest is a stranger's text.
  const reason = verdict ? error.replaceAll(' ', '_') : `unknown-error-http-${answer.status}`;
  if (verdict === undefined || verdict === 'outage' || verdict === 'throttled') {
    return { verdict: verdict ?? 'outage', reason, ...pause(answer, nowMs) };
  }
  return { verdict, reason };
}

/** The error code of an answer in lower case, if it has one. */
export function errorOf({ body }: ProviderAnswer): string | undefined {
  return text(parseObject(body)?.['error'])?.toLowerCase();
}

/**
 * A lifetime in seconds: a JSON number, or one in quotes as some providers send it.
 * Undefined for what is no number, less than a second, or longer than any token lives.
 */
export function plausibleSeconds(value: unknown, longestSeconds: number): number | undefined {
  const isNumeric = typeof value === 'string' && /^\d{1,15}(?:\.\d{1,15})?$/.test(value);
  const seconds = isNumeric ? Number(value) : value;
  const plausible = typeof seconds === 'number' && seconds >= 1 && seconds <= longestSeconds;
  return plausible ? Math.floor(seconds) : undefined;
}

/** The JSON object that a body is; undefined for every other body. */
export function parseObject(body: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** How long the provider asks to be left alone: seconds or an HTTP date, an hour at most. */
function pause({ retryAfter }: ProviderAnswer, nowMs: number): { readonly retryAfterMs?: number } {
  const ms = retryAfter === undefined ? 0 : pauseMs(retryAfter.trim(), nowMs);
  return ms > 0 ? { retryAfterMs: Math.min(ms, LONGEST_PAUSE_MS) } : {};
}

/** Not above zero, or no number, where there is nothing to wait for. */
function pauseMs(retryAfter: string, nowMs: number): number {
  if (/^\d+$/.test(retryAfter)) return Number(retryAfter) * 1000;
  return /^[A-Z][a-z]+, .* GMT$/.test(retryAfter) ? Date.parse(retryAfter) - nowMs : 0;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
