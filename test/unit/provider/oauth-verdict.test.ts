/** What the answers of OAuth 2.0 token endpoints mean, as RFC 6749 has them and as servers give them. */

import { oauthRevocation, oauthVerdict } from '../../../lib/provider/oauth-verdict.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const ASSUMED_SECONDS = 1_200;
const DAY_SECONDS = 86_400;

const verdict = (status: number, body: string, retryAfter?: string) =>
  oauthVerdict(
    { status, body, ...(retryAfter !== undefined && { retryAfter }) },
    START_MS,
    ASSUMED_SECONDS,
  );

describe('tokens', () => {
  /** RFC 6749 section 5.1, its example. */
  const EXAMPLE =
    '{"access_token":"2YotnFZFEjr1zCsicMWpAA","token_type":"example","expires_in":3600,"refresh_token":"tGzv3JOkF0XG5Qx2TlKWIA","example_parameter":"example_value"}';

  test('the example of the RFC', () => {
    const answer = verdict(200, EXAMPLE);
    expect(answer).toMatchObject({ verdict: 'refreshed', expiresAtMs: START_MS + 3_600_000 });
    expect(answer.verdict === 'refreshed' && answer.accessToken.reveal()).toBe(
      '2YotnFZFEjr1zCsicMWpAA',
    );
    expect(answer.verdict === 'refreshed' && answer.refreshToken?.reveal()).toBe(
      'tGzv3JOkF0XG5Qx2TlKWIA',
    );
  });

  test('an answer without a refresh token names none: the stored one stays', () => {
    expect(verdict(200, '{"access_token":"A"}')).not.toHaveProperty('refreshToken');
  });

  test.each([
    ['no token_type', '"expires_in":60'],
    ['an odd token_type', '"token_type":"DPoP-ish"'],
    ['a token_type that is no string', '"token_type":["Bearer"]'],
    ['an id_token that is no JWT', '"id_token":"nonsense"'],
    ['an id_token that is no string', '"id_token":{"sub":"x"}'],
    ['an unsigned id_token of another issuer', '"id_token":"eyJhbGciOiJub25lIn0.eyJpc3MiOiJ4In0."'],
    ['a scope that is a list', '"scope":["a","b"]'],
    ['an expiry that is no number', '"expires_in":"soon"'],
    ['an error beside it', '"error":"invalid_grant"'],
    ['a member __proto__', '"__proto__":{"access_token":"B"}'],
  ])('a rotated refresh token survives %s', (_what, field) => {
    const answer = verdict(200, `{"access_token":"A","refresh_token":"R2",${field}}`);
    expect(answer.verdict === 'refreshed' && answer.accessToken.reveal()).toBe('A');
    expect(answer.verdict === 'refreshed' && answer.refreshToken?.reveal()).toBe('R2');
  });

  test.each([200, 201, 203, 299])('HTTP %d is a success', (status) => {
    expect(verdict(status, '{"access_token":"A"}').verdict).toBe('refreshed');
  });
});

test.each([
  ['60', 60],
  ['"60"', 60],
  ['"60.5"', 60],
  [`${90 * DAY_SECONDS}`, 90 * DAY_SECONDS],
  [`${90 * DAY_SECONDS + 1}`, ASSUMED_SECONDS],
  ['0', ASSUMED_SECONDS],
  ['0.4', ASSUMED_SECONDS],
  ['-1', ASSUMED_SECONDS],
  ['1e999', ASSUMED_SECONDS],
  ['null', ASSUMED_SECONDS],
  ['"NaN"', ASSUMED_SECONDS],
  ['""', ASSUMED_SECONDS],
  ['[60]', ASSUMED_SECONDS],
  ['true', ASSUMED_SECONDS],
  // Zoho's alone: elsewhere this member means nothing.
  ['0,"expires_in_sec":60', ASSUMED_SECONDS],
])('an expires_in of %s lets the token live %d s', (expiresIn, seconds) => {
  const answer = verdict(200, `{"access_token":"A","expires_in":${expiresIn}}`);
  expect(answer).toMatchObject({ expiresAtMs: START_MS + seconds * 1000 });
});

test('a token of which nothing is told lives as long as is assumed', () => {
  const expiresAtMs = START_MS + ASSUMED_SECONDS * 1000;
  expect(verdict(200, '{"access_token":"A"}')).toMatchObject({ expiresAtMs });
});

test.each([
  // RFC 6749 section 5.2, its example.
  [400, '{"error":"invalid_request"}', 'client-fault', 'invalid_request'],
  [400, '{"error":"invalid_grant"}', 'revoked', 'invalid_grant'],
  [401, '{"error":"invalid_grant"}', 'revoked', 'invalid_grant'],
  [200, '{"error":"invalid_grant"}', 'revoked', 'invalid_grant'],
  [400, '{"error":"Invalid_Grant"}', 'revoked', 'invalid_grant'],
  [
    400,
    '{"error":"invalid_grant","error_description":"Token is not active"}',
    'revoked',
    'invalid_grant',
  ],
  [401, '{"error":"invalid_client"}', 'client-fault', 'invalid_client'],
  [
    400,
    '{"error":"invalid_client","error_description":"invalid_grant"}',
    'client-fault',
    'invalid_client',
  ],
  [400, '{"error":"unauthorized_client"}', 'client-fault', 'unauthorized_client'],
  [400, '{"error":"invalid_scope"}', 'client-fault', 'invalid_scope'],
  [400, '{"error":"unsupported_grant_type"}', 'client-fault', 'unsupported_grant_type'],
  [400, '{"error":"slow_down"}', 'throttled', 'slow_down'],
  [429, '', 'throttled', 'http-429'],
  [429, '{"error":"invalid_grant"}', 'throttled', 'http-429'],
  [400, '{"error":"temporarily_unavailable"}', 'outage', 'temporarily_unavailable'],
  [400, '{"error":"server_error"}', 'outage', 'server_error'],
  [500, '{"error":"invalid_grant"}', 'outage', 'http-500'],
  [502, '<html>', 'outage', 'http-502'],
  [503, '{"access_token":"A"}', 'outage', 'http-503'],
  [408, '', 'outage', 'http-408'],
  // What Zoho means by these is nobody else's.
  [400, '{"error":"invalid_code"}', 'outage', 'unknown-error-http-400'],
  [400, '{"error":"access_denied"}', 'outage', 'unknown-error-http-400'],
  [200, '{"error":"bad_refresh_token"}', 'outage', 'unknown-error-http-200'],
  [400, '{"error":"constructor"}', 'outage', 'unknown-error-http-400'],
  [401, '', 'malformed', 'not-json-http-401'],
  [403, '<html>Request blocked</html>', 'malformed', 'not-json-http-403'],
  [404, 'Not Found', 'malformed', 'not-json-http-404'],
  [200, '<html>Log in</html>', 'malformed', 'not-json-http-200'],
  [200, 'access_token=A&refresh_token=R2', 'malformed', 'not-json-http-200'],
  [200, '{"access_token":"A"', 'malformed', 'not-json-http-200'],
  [200, '["access_token"]', 'malformed', 'not-json-http-200'],
  [200, '{}', 'malformed', 'neither-token-nor-error-http-200'],
  [200, '{"access_token":null}', 'malformed', 'neither-token-nor-error-http-200'],
  [200, '{"Access_Token":"A"}', 'malformed', 'neither-token-nor-error-http-200'],
  [400, '{"error":{"code":"invalid_grant"}}', 'malformed', 'neither-token-nor-error-http-400'],
  [400, '{"access_token":"A"}', 'malformed', 'neither-token-nor-error-http-400'],
  [304, '{"error":"invalid_grant"}', 'malformed', 'neither-token-nor-error-http-304'],
])('HTTP %d %s is %s', (status, body, expected, reason) => {
  expect(verdict(status, body)).toEqual({ verdict: expected, reason });
});

describe('Retry-After', () => {
  const inSeconds = (seconds: number) => new Date(START_MS + seconds * 1000).toUTCString();

  test.each([
    ['120', 120_000],
    [' 120 ', 120_000],
    ['3600', 3_600_000],
    ['3601', 3_600_000],
    ['9'.repeat(400), 3_600_000],
    [inSeconds(90), 90_000],
    [inSeconds(3 * 3_600), 3_600_000],
    // RFC 9110 section 5.6.7: an obsolete form that a recipient must take.
    [`Sunday, 22-Nov-26 ${inSeconds(90).slice(17)}`, 90_000],
  ])('%s', (retryAfter, retryAfterMs) => {
    expect(verdict(503, '', retryAfter)).toEqual({
      verdict: 'outage',
      reason: 'http-503',
      retryAfterMs,
    });
  });

  test.each([
    '0',
    '-5',
    '1.5',
    '1e3',
    '0x10',
    '',
    'soon',
    '120, 120',
    new Date(START_MS + 90_000).toISOString(),
    // asctime: without a zone it would be read as local time.
    'Sun Nov 22 23:59:59 2026',
    'Sun, 99 Foo 2026 99:99:99 GMT',
    inSeconds(0),
    inSeconds(-60),
  ])('%j says nothing', (retryAfter) => {
    expect(verdict(503, '', retryAfter)).toEqual({ verdict: 'outage', reason: 'http-503' });
  });

  test.each([
    [429, '', 'throttled'],
    [400, '{"error":"slow_down"}', 'throttled'],
    [400, '{"error":"server_error"}', 'outage'],
    [400, '{"error":"whatever"}', 'outage'],
  ])('HTTP %d %s may have one', (status, body, expected) => {
    expect(verdict(status, body, '5')).toMatchObject({ verdict: expected, retryAfterMs: 5_000 });
  });

  test.each([
    [400, '{"error":"invalid_grant"}'],
    [401, '{"error":"invalid_client"}'],
    [403, ''],
    [200, '{"access_token":"A"}'],
  ])('HTTP %d %s is not about when', (status, body) => {
    expect(verdict(status, body, '5')).not.toHaveProperty('retryAfterMs');
  });
});

test('no reason quotes what the provider sent', () => {
  for (const body of ['{"error":"canary"}', 'canary', '{"access_token":7,"canary":"canary"}']) {
    expect(JSON.stringify(verdict(400, body, 'canary'))).not.toContain('canary');
  }
});

test.each([
  [200, '', 'revoked'],
  [200, '<html>', 'revoked'],
  [204, '', 'revoked'],
  [400, '{"error":"invalid_token"}', 'revoked'],
  [400, '{"error":"invalid_grant"}', 'revoked'],
  [400, '{"error":"Invalid_Token"}', 'revoked'],
  [400, '{"error":"unsupported_token_type"}', 'unavailable'],
  [400, '{"error":"invalid_request"}', 'unavailable'],
  [400, '', 'unavailable'],
  [401, '{"error":"invalid_client"}', 'unavailable'],
  [401, '{"error":"invalid_token"}', 'unavailable'],
  [302, '', 'unavailable'],
  [429, '', 'unavailable'],
  [503, '{"error":"invalid_token"}', 'unavailable'],
])('a revocation answered by HTTP %d %s is %s', (status, body, expected) => {
  expect(oauthRevocation({ status, body })).toBe(expected);
});
