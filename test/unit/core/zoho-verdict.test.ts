/** What Zoho's answers mean, with bodies as they were seen in the field or are documented. */

import { zohoRevocation, zohoVerdict } from '../../../lib/provider/zoho-verdict.ts';
import { Secret } from '../../../lib/secret.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const verdict = (status: number, body: string, retryAfter?: string) =>
  zohoVerdict({ status, body, ...(retryAfter !== undefined && { retryAfter }) }, START_MS);

const REFRESHED =
  '{"access_token":"1000.a.b","scope":"ZohoCRM.modules.ALL","api_domain":"https://www.zohoapis.eu","token_type":"Bearer","expires_in":3600}';
const THROTTLED =
  '{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}';
const THROTTLED_IN_CHINESE =
  '{"error_description":"您已连续发出太多请求。请稍后再试。","error":"Access Denied","status":"failure"}';
const MISLEADING =
  '{"error_description":"invalid_code: the refresh token is invalid, revoked or expired","error":"Access Denied"}';
const HTML = '<html><body>invalid_code</body></html>';

describe('tokens', () => {
  test('a refreshed token', () => {
    const answer = verdict(200, REFRESHED);
    expect(answer).toEqual({
      verdict: 'refreshed',
      accessToken: expect.any(Secret),
      expiresAtMs: START_MS + 3_600_000,
      apiDomain: 'https://www.zohoapis.eu',
    });
    expect(answer.verdict === 'refreshed' && answer.accessToken.reveal()).toBe('1000.a.b');
  });

  test('a rotated refresh token is told', () => {
    const answer = verdict(200, '{"access_token":"A","refresh_token":"R2","expires_in":3600}');
    expect(answer.verdict === 'refreshed' && answer.refreshToken?.reveal()).toBe('R2');
  });

  test.each(['""', 'null', '7', '{"value":"R2"}', '["R2"]'])(
    'a refresh token of %s is none',
    (refreshToken) => {
      const answer = verdict(200, `{"access_token":"A","refresh_token":${refreshToken}}`);
      expect(answer).toMatchObject({ verdict: 'refreshed' });
      expect(answer).not.toHaveProperty('refreshToken');
    },
  );

  test.each(['""', 'null', '7', '{}'])('an API domain of %s is none', (apiDomain) => {
    const answer = verdict(200, `{"access_token":"A","api_domain":${apiDomain}}`);
    expect(answer).toMatchObject({ verdict: 'refreshed' });
    expect(answer).not.toHaveProperty('apiDomain');
  });

  test.each([
    ['no error', '"error":""'],
    ['an error of another type', '"error":{"code":"invalid_code"}'],
    ['an error all the same', '"error":"invalid_code"'],
  ])('a token with %s beside it is kept: it may be the only one', (_what, field) => {
    const answer = verdict(200, `{"access_token":"A","refresh_token":"R2",${field}}`);
    expect(answer.verdict === 'refreshed' && answer.refreshToken?.reveal()).toBe('R2');
  });
});

test.each([
  ['seconds', '"expires_in":1800', 1_800],
  ['seconds, and milliseconds beside them', '"expires_in_sec":1800,"expires_in":1800000', 1_800],
  ['both in seconds', '"expires_in_sec":1800,"expires_in":1800', 1_800],
  ['a string', '"expires_in":"1800"', 1_800],
  ['a string, and milliseconds', '"expires_in_sec":"1800","expires_in":1800000', 1_800],
  ['null, and seconds', '"expires_in_sec":null,"expires_in":1800', 1_800],
  ['a fraction', '"expires_in":1799.9', 1_799],
  ['a second', '"expires_in":1', 1],
  ['a day', '"expires_in":86400', 86_400],
  ['more than a day', '"expires_in":86401', 3_600],
  ['nothing', '"scope":"x"', 3_600],
  ['null', '"expires_in":null', 3_600],
  ['zero', '"expires_in":0', 3_600],
  ['zero, and milliseconds', '"expires_in_sec":0,"expires_in":1800000', 3_600],
  ['a negative', '"expires_in":-5', 3_600],
  ['milliseconds alone', '"expires_in":1800000', 3_600],
  ['no number', '"expires_in":"soon"', 3_600],
  ['NaN', '"expires_in":"NaN"', 3_600],
  ['infinity', '"expires_in":1e999', 3_600],
  ['a hexadecimal string', '"expires_in":"0x708"', 3_600],
  ['a negative string', '"expires_in":"-1800"', 3_600],
  ['an empty string', '"expires_in":""', 3_600],
  ['true', '"expires_in":true', 3_600],
  ['a list', '"expires_in":[1800]', 3_600],
  ['an object', '"expires_in":{"seconds":1800}', 3_600],
])('the expiry given as %s', (_what, field, seconds) => {
  const answer = verdict(200, `{"access_token":"A",${field}}`);
  expect(answer).toMatchObject({ expiresAtMs: START_MS + seconds * 1000 });
});

test.each([
  // The refresh token has ended; Zoho says so with HTTP 200.
  [200, '{"error":"invalid_code"}', 'revoked', 'invalid_code'],
  [400, '{"error":"invalid_code"}', 'revoked', 'invalid_code'],
  [401, '{"error":"invalid_code"}', 'revoked', 'invalid_code'],
  [200, '{"error":"INVALID_CODE"}', 'revoked', 'invalid_code'],
  [400, '{"error":"invalid_grant"}', 'revoked', 'invalid_grant'],
  // The client is wrong, or asks wrongly.
  [200, '{"error":"invalid_client"}', 'client-fault', 'invalid_client'],
  [401, '{"error":"invalid_client"}', 'client-fault', 'invalid_client'],
  [200, '{"error":"Invalid_Client"}', 'client-fault', 'invalid_client'],
  [200, '{"error":"invalid_client_secret"}', 'client-fault', 'invalid_client_secret'],
  [400, '{"error":"unauthorized_client"}', 'client-fault', 'unauthorized_client'],
  [400, '{"error":"invalid_request"}', 'client-fault', 'invalid_request'],
  [400, '{"error":"invalid_scope"}', 'client-fault', 'invalid_scope'],
  [400, '{"error":"unsupported_grant_type"}', 'client-fault', 'unsupported_grant_type'],
  // Ten access tokens in ten minutes, in any language.
  [400, THROTTLED, 'throttled', 'access_denied'],
  [200, THROTTLED, 'throttled', 'access_denied'],
  [400, THROTTLED_IN_CHINESE, 'throttled', 'access_denied'],
  [400, MISLEADING, 'throttled', 'access_denied'],
  [400, THROTTLED.toLowerCase(), 'throttled', 'access_denied'],
  [200, '{"error":"access_denied"}', 'throttled', 'access_denied'],
  [429, '', 'throttled', 'http-429'],
  [429, HTML, 'throttled', 'http-429'],
  [429, '{"error":"invalid_code"}', 'throttled', 'http-429'],
  // A server in trouble: what it says of the token is not believed.
  [500, '', 'outage', 'http-500'],
  [502, '<html>Bad Gateway</html>', 'outage', 'http-502'],
  [503, '{"error":"invalid_code"}', 'outage', 'http-503'],
  [500, '{"error":"invalid_client"}', 'outage', 'http-500'],
  [503, THROTTLED, 'outage', 'http-503'],
  [500, '{"access_token":"A","expires_in":3600}', 'outage', 'http-500'],
  [408, '{"error":"invalid_code"}', 'outage', 'http-408'],
  // A code that nobody knows condemns nobody.
  [200, '{"error":"general_error"}', 'outage', 'unknown-error-http-200'],
  [400, '{"error":"invalid_code "}', 'outage', 'unknown-error-http-400'],
  [400, '{"error":"invalid"}', 'outage', 'unknown-error-http-400'],
  [403, '{"error":"Forbidden"}', 'outage', 'unknown-error-http-403'],
  [400, '{"error":"toString"}', 'outage', 'unknown-error-http-400'],
  [200, '{"error":"server_error"}', 'outage', 'server_error'],
  // No answer of OAuth.
  [200, '', 'malformed', 'not-json-http-200'],
  [200, HTML, 'malformed', 'not-json-http-200'],
  [400, HTML, 'malformed', 'not-json-http-400'],
  [401, '', 'malformed', 'not-json-http-401'],
  [403, '', 'malformed', 'not-json-http-403'],
  [403, '<html>Request blocked</html>', 'malformed', 'not-json-http-403'],
  [404, '', 'malformed', 'not-json-http-404'],
  [200, '[]', 'malformed', 'not-json-http-200'],
  [200, 'null', 'malformed', 'not-json-http-200'],
  [200, '"invalid_code"', 'malformed', 'not-json-http-200'],
  [200, '{"error":"invalid_code"', 'malformed', 'not-json-http-200'],
  [200, '{}', 'malformed', 'neither-token-nor-error-http-200'],
  [200, '{"access_token":""}', 'malformed', 'neither-token-nor-error-http-200'],
  [200, '{"access_token":7}', 'malformed', 'neither-token-nor-error-http-200'],
  [200, '{"refresh_token":"R2"}', 'malformed', 'neither-token-nor-error-http-200'],
  [200, '{"status":"failure"}', 'malformed', 'neither-token-nor-error-http-200'],
  [400, '{"error":""}', 'malformed', 'neither-token-nor-error-http-400'],
  [400, '{"error":["invalid_code"]}', 'malformed', 'neither-token-nor-error-http-400'],
  [400, '{"error":{"code":"invalid_code"}}', 'malformed', 'neither-token-nor-error-http-400'],
  [400, '{"code":"invalid_code"}', 'malformed', 'neither-token-nor-error-http-400'],
  [400, '{"access_token":"A","expires_in":3600}', 'malformed', 'neither-token-nor-error-http-400'],
  [302, '{"access_token":"A"}', 'malformed', 'neither-token-nor-error-http-302'],
  [302, '{"error":"invalid_code"}', 'malformed', 'neither-token-nor-error-http-302'],
])('HTTP %d %s is %s', (status, body, expected, reason) => {
  expect(verdict(status, body)).toEqual({ verdict: expected, reason });
});

test.each([
  [429, '', 'throttled'],
  [400, THROTTLED, 'throttled'],
  [503, '', 'outage'],
  [200, '{"error":"general_error"}', 'outage'],
])('HTTP %d %s may say when to come again: %s', (status, body, expected) => {
  const answer = verdict(status, body, '600');
  expect(answer).toMatchObject({ verdict: expected, retryAfterMs: 600_000 });
  expect(verdict(status, body)).not.toHaveProperty('retryAfterMs');
});

test('no reason quotes what the provider sent', () => {
  for (const body of ['{"error":"canary"}', 'canary', '{"access_token":7,"canary":"canary"}']) {
    expect(JSON.stringify(verdict(400, body))).not.toContain('canary');
  }
});

test.each([
  [200, '{"status":"success"}', 'revoked'],
  [200, '', 'revoked'],
  [200, '{"error":"invalid_token"}', 'revoked'],
  [200, '{"error":"invalid_code"}', 'revoked'],
  [400, '{"error":"invalid_token"}', 'revoked'],
  [400, '{"error":"invalid_code"}', 'revoked'],
  [400, '{"error":"general_error"}', 'revoked'],
  [400, '{"status":"failure"}', 'revoked'],
  [400, '', 'revoked'],
  [200, '{"status":"failure"}', 'unavailable'],
  [200, '{"error":"general_error"}', 'unavailable'],
  [200, '{"error":"invalid_client"}', 'unavailable'],
  [400, '{"error":"invalid_client"}', 'unavailable'],
  [200, HTML, 'unavailable'],
  [400, HTML, 'unavailable'],
  [400, THROTTLED, 'unavailable'],
  [200, THROTTLED, 'unavailable'],
  [400, THROTTLED_IN_CHINESE, 'unavailable'],
  [429, '', 'unavailable'],
  [500, '', 'unavailable'],
  [503, '{"status":"success"}', 'unavailable'],
  [404, '', 'unavailable'],
  [401, '', 'unavailable'],
])('a revocation answered by HTTP %d %s is %s', (status, body, expected) => {
  expect(zohoRevocation({ status, body })).toBe(expected);
});
