/** Answers of a token endpoint as nobody should send them: what is in them, and how they are broken. */
import * as fc from 'fast-check';
import type { ProviderAnswer } from '../../../lib/provider/provider-answer.ts';

/** Stands where an answer has room for text, to see where it goes. */
export const MARK = 'canary';
const MEMBERS = [
  'access_token',
  'refresh_token',
  'expires_in',
  'expires_in_sec',
  'error',
  'error_description',
  'api_domain',
  'token_type',
  'id_token',
  'scope',
  'status',
  '__proto__',
  'toJSON',
];
const STRINGS = [
  MARK,
  '',
  ' ',
  '\u0000',
  '\ud800',
  'https://evil.example',
  'invalid_code',
  'invalid_grant',
  'invalid_client',
  'Access Denied',
  'slow_down',
  '3600',
  '-1',
  'NaN',
  '__proto__',
  'constructor',
  'x'.repeat(5_000),
];
const NUMBERS = [0, -0, 1, -1, 0.5, 3_600, 3_600_000, 1e21, -1e21, 2 ** 53, 1e-9];
const STATUSES = [200, 201, 204, 302, 400, 401, 403, 404, 408, 418, 429, 500, 503, 599];
const RETRY_AFTER = [MARK, '0', '7', '-7', '99999999999', '1e9', 'Mon, 23 Nov 2026 00:00:00 GMT'];
const BODIES = [
  '',
  MARK,
  'null',
  '\uFEFF',
  '<html>canary</html>',
  '{"expires_in":1e999,"access_token":"A"}',
  '{"access_token":"A","access_token":null}',
  '['.repeat(100_000),
  '{"a":'.repeat(20_000),
  `{"access_token":"${'A'.repeat(65_536)}"}`,
  `{"access_token":"${'A'.repeat(200_000)}"}`,
  `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)},"error":"invalid_grant"}`,
];

const { value, object: members } = fc.letrec<{ value: unknown; object: Record<string, unknown> }>(
  (tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      { weight: 2, arbitrary: fc.constantFrom(...STRINGS) },
      { weight: 1, arbitrary: fc.constantFrom(...NUMBERS) },
      { weight: 1, arbitrary: fc.boolean() },
      { weight: 1, arbitrary: fc.constant(null) },
      { weight: 1, arbitrary: fc.array(tie('value'), { maxLength: 3 }) },
      { weight: 1, arbitrary: tie('object') },
    ),
    object: fc
      .array(fc.tuple(fc.constantFrom(...MEMBERS), tie('value')), { maxLength: 6 })
      .map((members) => Object.fromEntries(members) as Record<string, unknown>),
  }),
);

const json = fc
  .oneof({ weight: 7, arbitrary: members }, { weight: 1, arbitrary: value })
  .map((answer) => JSON.stringify(answer));
const cut = fc
  .tuple(json, fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }))
  .map(([text, part]) => text.slice(0, Math.floor(text.length * part)));
const misspelt = fc
  .tuple(json, fc.constantFrom('', "'", '\\', '{'))
  .map(([text, other]) => text.replace('"', other));

/** The members of an answer, known and unknown, each with any value. */
export const anyMembers: fc.Arbitrary<Readonly<Record<string, unknown>>> = members;

const bodies: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: json },
  { weight: 1, arbitrary: cut },
  { weight: 1, arbitrary: misspelt },
  { weight: 1, arbitrary: fc.constantFrom(...BODIES) },
);

export const answers: fc.Arbitrary<ProviderAnswer> = fc.record(
  {
    status: fc.constantFrom(...STATUSES),
    body: bodies,
    retryAfter: fc.constantFrom(...RETRY_AFTER),
  },
  { requiredKeys: ['status', 'body'] },
);
