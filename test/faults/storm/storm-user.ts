/**
 * One user of one application: logs in, saves, looks up, asks for access tokens, deletes, takes
 * deletions back, one after the other, and holds each answer against what may be by now.
 */
import type {
  DeleteTokenResult,
  GetAccessTokenResult,
  RestoreTokensResult,
  SaveTokenResult,
  TokenJson,
} from '../../../lib/contract.ts';
import { revealToken } from '../../../lib/token.ts';
import type { StoredToken } from '../../../lib/token-reader.ts';
import { ROTATING_PROVIDER } from '../../crash/world/token-endpoints.ts';
import type { Chance } from '../../simulation/engine/chance.ts';
import { type Answer, type CallCounts, Caller } from './calls.ts';
import { type Effect, KnownToken, type State } from './known-token.ts';
import { LIVES } from './storm-settings.ts';
import type { StormWorld } from './storm-world.ts';

export interface Who {
  readonly userName: string;
  readonly clientId: string;
  readonly rotates: boolean;
}

export interface StormUserOptions {
  readonly who: Who;
  readonly world: StormWorld;
  readonly chance: Chance;
  readonly counts: CallCounts;
  readonly onViolation: (what: string) => void;
}

const MINUTE_MS = 60_000;

export class StormUser {
  readonly who: Who;
  readonly known: KnownToken;
  /** Whether its application was told to have it authorize anew. */
  lostGrant = false;
  readonly #world: StormWorld;
  readonly #chance: Chance;
  readonly #caller: Caller;
  readonly #onViolation: (what: string) => void;
  #saves = 0;
  /** What the token deleted last held: it can be had back. */
  #deleted: { readonly id: string; readonly states: readonly State[] } | undefined;

  constructor({ who, world, chance, counts, onViolation }: StormUserOptions) {
    this.who = who;
    this.#world = world;
    this.#chance = chance;
    this.#caller = new Caller(world, chance.fork(), counts);
    this.#onViolation = onViolation;
    const { clock, providers } = world;
    this.known = new KnownToken(
      () => clock.nowMs(),
      (_field, value) => value.includes(`-${who.userName}-`) && providers.wasRefreshed(value),
    );
  }

  async live(untilMs: number): Promise<void> {
    const { clock } = this.#world;
    for (;;) {
      await clock.sleep(this.#chance.waitMs(LIVES.pauseMs));
      if (clock.nowMs() >= untilMs) return;
      await Promise.all([this.#writes(), ...this.#readers().map((read) => this.#soon(read))]);
    }
  }

  /** A login is often followed by what was learned with it. */
  async #writes(): Promise<void> {
    for (let left = this.#chance.whole(0, LIVES.writes); left > 0; left -= 1) await this.#write();
  }

  #write(): Promise<unknown> {
    return this.#chance.weighted<() => Promise<unknown>>([
      { weight: 4, value: () => this.login() },
      { weight: 6, value: () => this.change() },
      { weight: 2, value: () => this.delete() },
      { weight: 2, value: () => this.restore() },
    ])();
  }

  /** Other applications of the user, each in a container of its own. */
  #readers(): (() => Promise<unknown>)[] {
    return Array.from({ length: this.#chance.whole(0, LIVES.readers) }, () =>
      this.#chance.weighted<() => Promise<unknown>>([
        { weight: 3, value: () => this.accessToken() },
        { weight: 2, value: () => this.find() },
        { weight: 1, value: () => this.findById() },
      ]),
    );
  }

  async #soon(act: () => Promise<unknown>): Promise<void> {
    await this.#world.clock.sleep(this.#chance.whole(0, LIVES.besideMs));
    await act();
  }

  /** A new login, saved whole. Its access token may have run out by then. */
  async login(): Promise<boolean> {
    const { userName, clientId, rotates } = this.who;
    const token: TokenJson = {
      ...{ userName, clientId, clientSecret: `${clientId}-secret` },
      ...this.#world.providers.login(userName, { rotates }),
      redirectUrl: this.#newUrl(),
      expiresAt: this.#world.clock.nowMs() + this.#chance.whole(-20, 20) * MINUTE_MS,
      ...(rotates && { provider: ROTATING_PROVIDER }),
    };
    return this.#save(token, () => [token]);
  }

  /** Another field of the token that is there. */
  async change(): Promise<boolean> {
    const { userName, clientId } = this.who;
    const redirectUrl = this.#newUrl();
    const changed = (state: State) => (state === 'none' ? [] : [{ ...state, redirectUrl }]);
    return this.#save({ userName, clientId, redirectUrl }, changed);
  }

  async find(): Promise<boolean> {
    const { userName, clientId } = this.who;
    return this.#look('find-token', { token: { userName, clientId } });
  }

  async findById(): Promise<boolean> {
    const { id } = this.known;
    if (id === undefined || this.known.gone.has(id)) return this.find();
    return this.#look('find-token-by-id', { id });
  }

  async accessToken(): Promise<boolean> {
    const { userName, clientId } = this.who;
    const { seen, stop } = this.known.watch();
    const event = { userName, clientId };
    const answer = await this.#caller.once<GetAccessTokenResult>('get-access-token', event);
    stop();
    const { result, code } = answer;
    if (result !== undefined && !result.accessToken.startsWith(`access-${userName}-`)) {
      this.#onViolation(`an access token of somebody else: ${result.accessToken}`);
    }
    if (result !== undefined && seen.tokens.length === 0) this.#wrong('get-access-token', 'gone');
    const isGone = code === 'TOKEN_NOT_FOUND' && seen.hasNone;
    // A refresh token that was rotated, and lost on the way, is the one thing that a storm can cost.
    const isLost = code === 'REAUTHORIZATION_REQUIRED' && this.who.rotates;
    this.lostGrant ||= isLost;
    if (answer.outcome === 'refused' && !isGone && !isLost) this.#wrong('get-access-token', code);
    return answer.outcome === 'acknowledged';
  }

  async delete(): Promise<boolean> {
    const { id, possible, logouts } = this.known;
    if (id === undefined) return false;
    const isThere = !possible.hasNone;
    const { seen, stop } = this.known.watch();
    const end = this.known.begin(() => ['none'], true);
    const answer = await this.#caller.stubbornly<DeleteTokenResult>('delete-token', { id }, 3);
    stop();
    end(answer.outcome);
    const isMine = isThere && answer.calls === 1 && logouts === this.known.logouts;
    if (isMine && answer.result?.deleted === false) this.#wrong('delete-token', 'said: not there');
    if (answer.outcome === 'refused') this.#wrong('delete-token', answer.code);
    if (answer.outcome !== 'acknowledged') return false;
    this.known.gone.add(id);
    if (answer.result?.deleted) {
      this.#deleted = { id, states: seen.all.filter((state) => state !== 'none') };
    }
    return true;
  }

  /** Takes the last deletion back, unless there is another token since. */
  async restore(): Promise<void> {
    const deleted = this.#deleted;
    if (deleted === undefined || this.known.possible.tokens.length > 0) return;
    const { id, states } = deleted;
    this.known.gone.delete(id);
    const end = this.known.begin(() => states);
    const answer = await this.#caller.stubbornly<RestoreTokensResult>('restore-tokens', { id }, 3);
    const isBack = answer.result?.restored.includes(id) === true;
    const isSkipped = answer.outcome === 'acknowledged' && !isBack;
    end(isSkipped ? 'refused' : answer.outcome);
    this.#deleted = undefined;
    if (isBack) this.known.id = id;
    if (answer.outcome === 'refused') this.#wrong('restore-tokens', answer.code);
  }

  async #save(token: TokenJson, effect: Effect): Promise<boolean> {
    const { seen, stop } = this.known.watch();
    const end = this.known.begin(effect);
    const answer = await this.#caller.stubbornly<SaveTokenResult>('save-token', { token }, 3);
    stop();
    end(answer.outcome);
    const isNothing = answer.code === 'NOTHING_TO_STORE' && seen.hasNone;
    if (answer.outcome === 'refused' && !isNothing) this.#wrong('save-token', answer.code);
    const { id } = answer.result ?? {};
    if (id !== undefined) this.known.id = id;
    else if (answer.outcome === 'unanswered' && seen.hasNone) this.known.id = undefined;
    if (id !== undefined && this.known.gone.has(id)) this.#wrong('save-token', 'a deleted id');
    return answer.outcome === 'acknowledged';
  }

  async #look(name: 'find-token' | 'find-token-by-id', event: unknown): Promise<boolean> {
    const { seen, stop } = this.known.watch();
    const answer: Answer<{ stored: StoredToken } | StoredToken | null> = await this.#caller.once(
      name,
      event,
    );
    stop();
    if (answer.outcome === 'refused') this.#wrong(name, answer.code);
    if (answer.result === undefined) return false;
    const found = answer.result && revealed(answer.result);
    const unlike = this.known.unlikeAll(found, seen);
    if (unlike !== undefined) this.#wrong(name, unlike);
    return found !== null;
  }

  #newUrl(): string {
    this.#saves += 1;
    return `https://app.example/${this.#saves}`;
  }

  #wrong(name: string, what = 'it failed'): void {
    const { userName, clientId } = this.who;
    this.#onViolation(`${userName} of ${clientId}: ${name}: ${what}`);
  }
}

function revealed(found: { stored: StoredToken } | StoredToken): TokenJson {
  const { row, token } = 'stored' in found ? found.stored : found;
  return { id: row.id, ...revealToken(token) };
}
