/** Answers of any shape: always a verdict, never an exception, and nobody condemned by accident. */
import * as fc from 'fast-check';
import { OAuthProvider } from '../../../lib/provider/oauth-provider.ts';
import { oauthRevocation, oauthVerdict } from '../../../lib/provider/oauth-verdict.ts';
import type { ProviderAnswer } from '../../../lib/provider/provider-answer.ts';
import type { RefreshVerdict } from '../../../lib/provider/token-provider.ts';
import { ZohoProvider } from '../../../lib/provider/zoho-provider.ts';
import { zohoRevocation, zohoVerdict } from '../../../lib/provider/zoho-verdict.ts';
import { Secret } from '../../../lib/secret.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';
import { answers, MARK } from '../../support/hostile/provider-answers.ts';
import { ProviderServer } from './provider-server.ts';

const REVOKED_BY = { zoho: ['invalid_code', 'invalid_grant'], oauth: ['invalid_grant'] };
const LONGEST_SECONDS = { zoho: 86_400, oauth: 90 * 86_400 };
const VERDICTS = ['revoked', 'client-fault', 'throttled', 'outage', 'malformed'];

/** What holds of every verdict, seen from the answer that it was made of. */
function holds(verdict: RefreshVerdict, answer: ProviderAnswer, by: 'zoho' | 'oauth'): boolean {
  const { status, body } = answer;
  const members = membersOf(body);
  const token = members['access_token'];
  const minted = status >= 200 && status < 300 && typeof token === 'string' && token !== '';
  if (JSON.stringify(verdict.verdict === 'refreshed' ? {} : verdict).includes(MARK)) return false;
  if (verdict.verdict === 'refreshed') {
    const seconds = (verdict.expiresAtMs - START_MS) / 1000;
    const lives = Number.isInteger(seconds) && seconds >= 1 && seconds <= LONGEST_SECONDS[by];
    return minted && verdict.accessToken.reveal() === token && lives;
  }
  const pause = 'retryAfterMs' in verdict ? verdict.retryAfterMs : undefined;
  if (pause !== undefined && !(pause > 0 && pause <= 3_600_000)) return false;
  if (verdict.verdict === 'revoked') {
    const code = String(members['error']).toLowerCase();
    return !minted && status < 500 && status !== 429 && REVOKED_BY[by].includes(code);
  }
  return !minted && VERDICTS.includes(verdict.verdict) && verdict.reason.length < 60;
}

/** Jest takes any two Secrets for equal. */
function inClear(verdict: RefreshVerdict): Record<string, unknown> {
  const members = Object.entries(verdict).map(([name, value]) => [
    name,
    value instanceof Secret ? value.reveal() : value,
  ]);
  return Object.fromEntries(members) as Record<string, unknown>;
}

function membersOf(body: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(body));
  } catch {
    return {};
  }
}

test('of 20,000 answers each has a verdict that fits it', () => {
  const seen = { zoho: new Set<string>(), oauth: new Set<string>() };
  const wrong: unknown[] = [];
  for (const answer of fc.sample(answers, { seed: 1, numRuns: 20_000 })) {
    const verdicts = {
      zoho: zohoVerdict(answer, START_MS),
      oauth: oauthVerdict(answer, START_MS, 3_600),
    };
    for (const by of ['zoho', 'oauth'] as const) {
      seen[by].add(verdicts[by].verdict);
      if (!holds(verdicts[by], answer, by)) wrong.push({ by, answer, verdict: verdicts[by] });
    }
    for (const revocation of [zohoRevocation(answer), oauthRevocation(answer)]) {
      if (!['revoked', 'unavailable'].includes(revocation)) wrong.push({ answer, revocation });
    }
  }
  expect(wrong.slice(0, 3)).toEqual([]);
  for (const by of ['zoho', 'oauth'] as const) {
    expect([...seen[by]].sort()).toEqual([...VERDICTS, 'refreshed'].sort());
  }
});

describe('over the network', () => {
  let server: ProviderServer;
  beforeEach(async () => {
    server = await ProviderServer.start();
  });
  afterEach(() => server.close());

  const grant = {
    clientId: 'C',
    clientSecret: new Secret('S'),
    refreshToken: new Secret('R'),
  };
  const call = { timeoutMs: 5_000, signal: new AbortController().signal, nowMs: START_MS };
  const providers = () => {
    const here = { accountsUrl: server.base, apiDomain: server.base };
    return {
      zoho: new ZohoProvider({ dataCentres: { here }, defaultDataCentre: here }),
      oauth: new OAuthProvider({
        tokenUrl: `${server.base}/token`,
        revocationUrl: `${server.base}/revoke`,
        clientAuthentication: 'basic',
        accessTokenSeconds: 3_600,
        minIntervalSeconds: 60,
      }),
    };
  };

  test('200 answers have the verdicts that they have on paper', async () => {
    const { zoho, oauth } = providers();
    for (const { status, body, retryAfter } of fc.sample(answers, { seed: 2, numRuns: 200 })) {
      if (status === 302) continue;
      const sent = status === 204 ? '' : body.toWellFormed().replace(/^\uFEFF/, '');
      const read = Buffer.byteLength(sent) > 131_072 ? '' : sent;
      server.reply = {
        status,
        body: sent,
        headers: retryAfter ? { 'retry-after': retryAfter } : {},
      };
      const answer = { status, body: read, ...(retryAfter && { retryAfter }) };
      // None of these API domains is on the list.
      const ofZoho = { ...inClear(zohoVerdict(answer, START_MS)), apiDomain: undefined };
      const ofOAuth = inClear(oauthVerdict(answer, START_MS, 3_600));
      expect(inClear(await zoho.refresh(grant, call))).toEqual(ofZoho);
      expect(inClear(await oauth.refresh(grant, call))).toEqual(ofOAuth);
      expect(await zoho.revoke(grant, call)).toBe(zohoRevocation(answer));
      expect(await oauth.revoke(grant, call)).toBe(oauthRevocation(answer));
    }
  });

  test.each<[string, ProviderServer['reply'], string]>([
    ['bytes that are no UTF-8', { body: Buffer.from([0x7b, 0xff, 0xfe, 0x7d]) }, 'malformed'],
    ['UTF-16', { body: Buffer.from('{"access_token":"A"}', 'utf16le') }, 'malformed'],
    [
      'a packing that it is not',
      { headers: { 'content-encoding': 'gzip' }, body: '{"access_token":"A"}' },
      'outage',
    ],
    ['no HTTP', (response) => void response.socket?.end('SSH-2.0-OpenSSH\r\n'), 'outage'],
    [
      'headers without end',
      (response) => void response.socket?.end(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(99_999)}`),
      'outage',
    ],
    ['a reset', (response) => void response.socket?.resetAndDestroy(), 'outage'],
  ])('%s', async (_what, reply, expected) => {
    server.reply = reply;
    const { zoho, oauth } = providers();
    expect((await zoho.refresh(grant, call)).verdict).toBe(expected);
    expect((await oauth.refresh(grant, call)).verdict).toBe(expected);
    if (expected === 'outage') {
      expect(await zoho.revoke(grant, call)).toBe('unavailable');
      expect(await oauth.revoke(grant, call)).toBe('unavailable');
    }
  });
});
