/** What a provider may answer, and how it may fail to: as templates, so that they can be printed. */
import type { ServerResponse } from 'node:http';
import * as fc from 'fast-check';
import { answers, anyMembers } from '../../support/hostile/provider-answers.ts';
import type { Reply } from '../../unit/provider/provider-server.ts';
import type { Input } from './input.ts';

export interface AnswerTemplate {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /**
   * `whole`      as it should be
   * `cut`        the connection breaks in the middle of the body
   * `endless`    the body is followed by more than anybody reads
   * `silent`     the body is not followed by anything, and does not end either
   */
  readonly end: 'whole' | 'cut' | 'endless' | 'silent';
}

const MINTED = { access_token: 'minted-access-token', expires_in: 3_600, token_type: 'Bearer' };
const ROTATED = 'rotated-refresh-token';
const minted = JSON.stringify(MINTED);
const FILLER = 'x'.repeat(65_536);
const EXPIRIES = ['NaN', 'Infinity', '1e999', '-1', '', '0x10', '9'.repeat(400), '99999999999999'];
const EXPIRY_NUMBERS = [-1, 0, 0.5, 1e21, 253_402_300_799, 2 ** 53, 3_600_000];
const TYPES = [
  'text/html',
  'application/xml',
  'application/json; charset=utf-16',
  'multipart/form-data',
  'application/x-www-form-urlencoded',
  'x',
];

const whole = (body: string, status = 200): AnswerTemplate => ({
  ...{ status, body, headers: { 'content-type': 'application/json' }, end: 'whole' },
});
const of = (kind: string, made: fc.Arbitrary<AnswerTemplate>): fc.Arbitrary<Input> =>
  made.map((event) => ({ kind, event }));

const anyAnswer = answers.map(({ status, body, retryAfter }): AnswerTemplate => {
  const { headers } = whole('');
  // A server of Node's takes no other text to send.
  const sent = status === 204 ? '' : body.toWellFormed();
  return {
    ...whole(sent, status),
    headers: { ...headers, ...(retryAfter !== undefined && { 'retry-after': retryAfter }) },
  };
});
/** Minted, whatever else the answer says. */
const besides = fc
  .tuple(anyMembers, fc.boolean())
  .map(([members, rotates]) =>
    whole(JSON.stringify({ ...members, ...MINTED, ...(rotates && { refresh_token: ROTATED }) })),
  );
/** Up to what a secret of Secrets Manager can hold, and more. */
const largeTokens = fc
  .tuple(
    fc.constantFrom('access_token', 'refresh_token'),
    fc.constantFrom(2_048, 30_000, 60_000, 65_536, 100_000, 1_000_000),
  )
  .map(([name, length]) => whole(JSON.stringify({ ...MINTED, [name]: 'x'.repeat(length) })));
const absurdExpiry = fc
  .tuple(
    fc.constantFrom('expires_in', 'expires_in_sec'),
    fc.constantFrom<unknown[]>(...EXPIRIES, ...EXPIRY_NUMBERS, null, true, [], {}, [3_600]),
  )
  .map(([name, value]) => whole(JSON.stringify({ ...MINTED, [name]: value })));
const unquotedExpiry = fc
  .constantFrom('1e999', '-1e999', '1e-999', '9'.repeat(400), '-0')
  .map((number) => whole(minted.replace('3600', number)));
const contentTypes = fc
  .tuple(fc.constantFrom(...TYPES), fc.constantFrom(minted, '<html>try again</html>', ''))
  .map(([type, body]): AnswerTemplate => ({ ...whole(body), headers: { 'content-type': type } }));
const redirects = fc
  .tuple(
    fc.constantFrom(301, 302, 303, 307, 308),
    fc.constantFrom('https://evil.example/', '/oauth/v2/token', 'file:///etc/passwd', ''),
  )
  .map(
    ([status, location]): AnswerTemplate => ({ ...whole(minted, status), headers: { location } }),
  );
const broken = fc
  .tuple(fc.constantFrom(200, 400, 503), fc.constantFrom<'cut' | 'endless'>('cut', 'endless'))
  .map(([status, end]): AnswerTemplate => ({ ...whole(minted, status), end }));
const silent = fc
  .constantFrom('', minted)
  .map((body): AnswerTemplate => ({ ...whole(body), end: 'silent' }));

export const providerInputs: fc.Arbitrary<Input> = fc.oneof(
  { weight: 70, arbitrary: of('any answer of a provider', anyAnswer) },
  { weight: 40, arbitrary: of('anything besides tokens', besides) },
  { weight: 15, arbitrary: of('large tokens', largeTokens) },
  { weight: 25, arbitrary: of('absurd expiry', fc.oneof(absurdExpiry, unquotedExpiry)) },
  { weight: 20, arbitrary: of('content types', contentTypes) },
  { weight: 20, arbitrary: of('redirects', redirects) },
  { weight: 20, arbitrary: of('cut or endless', broken) },
  // Each takes seconds.
  { weight: 1, arbitrary: of('no end of an answer', silent) },
);

/** @param onPoured - told how many bytes more of an endless answer somebody takes */
export function replyOf(
  template: AnswerTemplate,
  onPoured: (bytes: number) => void,
): Reply | ((response: ServerResponse) => void) {
  const { status, headers, body, end } = template;
  if (end === 'whole') return { status, headers, body };
  return (response) => {
    const more = end === 'cut' ? { 'content-length': String(body.length + 100) } : {};
    response.writeHead(status, { ...headers, ...more });
    response.write(body === '' ? ' ' : body);
    if (end === 'cut') setImmediate(() => response.destroy());
    if (end === 'endless') pour(response, onPoured);
  };
}

/** Until nobody listens any more. */
function pour(response: ServerResponse, onPoured: (bytes: number) => void): void {
  if (response.destroyed) return;
  onPoured(FILLER.length);
  const again = () => pour(response, onPoured);
  if (response.write(FILLER)) setImmediate(again);
  else response.once('drain', again);
}
