/** What Zoho's answers mean, with bodies as they were seen in the field or are documented. */

import { zohoRevocation, zohoVerdict } from '../../../lib/provider/zoho-verdict.ts';
import { Secret } from '../../../lib/secret.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const verdict = (status: number, body: string) => zohoVerdict({ status, body }, START_MS);
const THROTTLED =
  '{"error_description":"You have made too many requests continuously. Please try again after some time.","error":"Access Denied","status":"failure"}';

test('a refreshed token', () => {
  const body =
    '{"access_token":"1000.a.b","api_domain":"https://www.zohoapis.eu","token_type":"Bearer","expires_in":3600}';
  expect(verdict(200, body)).toEqual({
    verdict: 'refreshed',
    accessToken: new Secret('1000.a.b'),
    expiresAtMs: START_MS + 3_600_000,
    apiDomain: 'https://www.zohoapis.eu',
  });
  const answer = verdict(200, body);
  expect(answer.verdict === 'refreshed' && answer.accessToken.reveal()).toBe('1000.a.b');
});

test('a rotated refresh token is told', () => {
  const answer = verdict(200, '{"access_token":"A","refresh_token":"R2","expires_in":3600}');
  expect(answer.verdict === 'refreshed' && answer.refreshToken?.reveal()).toBe('R2');
});

test.each([
  ['seconds', '"expires_in":1800', 1_800],
  ['seconds, and milliseconds beside them', '"expires_in_sec":3600,"expires_in":3600000', 3_600],
  ['both in seconds', '"expires_in_sec":3600,"expires_in":3600', 3_600],
  ['a string', '"expires_in":"1800"', 1_800],
  ['nothing', '"scope":"x"', 3_600],
  ['null', '"expires_in":null', 3_600],
  ['zero', '"expires_in":0', 3_600],
  ['a negative', '"expires_in":-5', 3_600],
  ['milliseconds alone', '"expires_in":3600000', 3_600],
  ['no number', '"expires_in":"soon"', 3_600],
])('the expiry given as %s', (_what, field, seconds) => {
  const answer = verdict(200, `{"access_token":"A",${field}}`);
  expect(answer).toMatchObject({ expiresAtMs: START_MS + seconds * 1000 });
});

test.each([
  [200, '{"error":"invalid_code"}', 'revoked'],
  [400, '{"error":"invalid_code"}', 'revoked'],
  [400, '{"error":"invalid_grant"}', 'revoked'],
  [200, '{"error":"invalid_client"}', 'client-fault'],
  [200, '{"error":"invalid_client_secret"}', 'client-fault'],
  [401, '{"error":"invalid_client"}', 'client-fault'],
  [400, THROTTLED, 'throttled'],
  [200, THROTTLED, 'throttled'],
  [200, '{"error":"access_denied"}', 'throttled'],
  [429, '', 'throttled'],
  [429, '{"error":"invalid_code"}', 'throttled'],
  [500, '', 'outage'],
  [502, '<html>Bad Gateway</html>', 'outage'],
  [503, '{"error":"invalid_code"}', 'outage'],
  [500, '{"access_token":"A","expires_in":3600}', 'outage'],
  [200, '', 'outage'],
  [200, '<html>maintenance</html>', 'outage'],
  [200, '[]', 'outage'],
  [200, 'null', 'outage'],
  [200, '{}', 'outage'],
  [200, '{"access_token":""}', 'outage'],
  [200, '{"access_token":7}', 'outage'],
  [200, '{"error":"general_error"}', 'outage'],
  [400, '{"error":{"code":"invalid_code"}}', 'outage'],
  [302, '{"access_token":"A"}', 'outage'],
])('HTTP %d %s is %s', (status, body, expected) => {
  expect(verdict(status, body).verdict).toBe(expected);
});

test('no reason quotes what the provider sent', () => {
  for (const body of ['{"error":"canary"}', 'canary', '{"access_token":7,"canary":"canary"}']) {
    expect(JSON.stringify(verdict(400, body))).not.toContain('canary');
  }
});

test.each([
  [200, '{"status":"success"}', 'revoked'],
  [400, '{"error":"invalid_token"}', 'revoked'],
  [400, '{"error":"invalid_code"}', 'revoked'],
  [400, '', 'revoked'],
  [200, '', 'revoked'],
  [400, THROTTLED, 'unavailable'],
  [200, THROTTLED, 'unavailable'],
  [429, '', 'unavailable'],
  [500, '', 'unavailable'],
  [503, '{"status":"success"}', 'unavailable'],
  [404, '', 'unavailable'],
])('a revocation answered by HTTP %d %s is %s', (status, body, expected) => {
  expect(zohoRevocation({ status, body })).toBe(expected);
});
