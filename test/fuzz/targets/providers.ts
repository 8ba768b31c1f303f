/**
 * The answers of providers, over the network: to a refresh that somebody waits for, and to a
 * revocation. Nobody gets what was not minted, no text of a provider travels, and nobody is condemned
 * but by the code that means it.
 */
import type { TokenJson } from '../../../lib/contract.ts';
import { codeOf } from '../checks/answers.ts';
import { examine, outcomeOf } from '../checks/invocation.ts';
import type { Invocation } from '../engine/functions.ts';
import { GENERIC } from '../engine/store.ts';
import type { World } from '../engine/world.ts';
import { textsIn } from '../inputs/bulk.ts';
import type { Input } from '../inputs/input.ts';
import { type AnswerTemplate, providerInputs, replyOf } from '../inputs/provider-inputs.ts';
import type { Seen, Target } from './target.ts';

/** Leaves a provider little more than a second: TokenRefresher keeps four back to store an answer. */
const REMAINING_MS = 5_900;
const LONGEST_LIFE_MS = 90 * 86_400_000;
/** Of two answers without end; what lies in the buffers of a connection is a part of it. */
const MOST_POURED = 64 * 2 ** 20;
/** The codes that say of a refresh token that it has ended: Zoho's own, and that of RFC 6749. */
const ENDED = ['invalid_code', 'invalid_grant'];

export const PROVIDERS: readonly Target[] = [
  { name: 'answers of Zoho', provider: 'zoho' },
  { name: 'answers of another provider', provider: GENERIC },
].map(({ name, provider }) => ({
  name,
  // Each is a save, a refresh, a find and a revocation.
  share: 0.5,
  inputs: providerInputs,
  always: [],
  attempt: (input: Input, world: World) => attempt(provider, input, world),
}));

async function attempt(provider: string, input: Input, world: World): Promise<Seen> {
  const answer = input.event as AnswerTemplate;
  const token = expiredToken(provider, world.next());
  const { id } = await world.call<{ id: string }>('save-token', { token });
  const texts = [answer.body, ...textsIn(parsed(answer.body)), ...Object.values(answer.headers)];
  const expected = { texts, ofOthers: world.secretsOfOthers };
  let poured = 0;
  const reply = replyOf(answer, (bytes) => {
    poured += bytes;
  });
  world.provider.reply = reply;
  const got = await world.functions.invoke('get-access-token', { id }, REMAINING_MS);
  const wrong = [...examine('get-access-token', got, expected), ...promisesOf(answer, got)];
  world.providerIsDown();
  wrong.push(...stillThere(token, answer, await world.found(id)));
  world.provider.reply = reply;
  const deletion = await world.functions.invoke('delete-token', { id, revoke: true }, REMAINING_MS);
  wrong.push(...examine('delete-token', deletion, expected));
  world.providerIsDown();
  if (poured > MOST_POURED) wrong.push(`it took ${poured} bytes of an answer without end`);
  if (codeOf(deletion.value) !== undefined) await world.call('delete-token', { id });
  return { outcome: outcomeOf(got), wrong };
}

function expiredToken(provider: string, number: number): TokenJson {
  return {
    provider,
    userName: `user-${number}@example.com`,
    clientId: `1000.CLIENT-${number}`,
    clientSecret: `client-secret-${number}`,
    refreshToken: `refresh-token-${number}`,
    accessToken: `expired-token-${number}`,
    expiresAt: 0,
  };
}

/** What may be said of a refresh that was answered so. */
function promisesOf(answer: AnswerTemplate, { value }: Invocation): string[] {
  const wrong: string[] = [];
  const code = codeOf(value);
  const said = parsed(answer.body);
  if (code === 'REAUTHORIZATION_REQUIRED' && !ENDED.includes(String(said['error']).toLowerCase())) {
    wrong.push('a user is to authorize anew for an answer that does not say so');
  }
  // Whatever a provider says is its own trouble: no caller's request was at fault.
  const theirs = ['REAUTHORIZATION_REQUIRED', 'PROVIDER_UNAVAILABLE', undefined];
  if (!theirs.includes(code)) wrong.push(`said ${code}, for an answer of the provider's`);
  const { accessToken, expiresAt } = Object(value) as { accessToken?: string; expiresAt?: number };
  if (accessToken === undefined) return wrong;
  if (accessToken !== minted(answer)) wrong.push('an access token that was not minted');
  const livesMs = Number(expiresAt) - Date.now();
  if (!(livesMs > -60_000 && livesMs <= LONGEST_LIFE_MS)) wrong.push(`it expires at ${expiresAt}`);
  return wrong;
}

/** Nothing that the user has given is lost over it. */
function stillThere(token: TokenJson, answer: AnswerTemplate, found: TokenJson | null): string[] {
  const { accessToken, refreshToken } = found ?? {};
  const rotated = minted(answer) && parsed(answer.body)['refresh_token'];
  const isKept = refreshToken === token.refreshToken || refreshToken === rotated;
  const isKnown = accessToken === token.accessToken || accessToken === minted(answer);
  return isKept && isKnown ? [] : [`afterwards the token is ${JSON.stringify(found)}`];
}

function minted({ status, body }: AnswerTemplate): string | undefined {
  const token = parsed(body)['access_token'];
  return status >= 200 && status < 300 && typeof token === 'string' ? token : undefined;
}

function parsed(body: string): Readonly<Record<string, unknown>> {
  try {
    return Object(JSON.parse(body)) as Record<string, unknown>;
  } catch {
    return {};
  }
}
