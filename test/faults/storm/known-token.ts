/**
 * What one user's token of one client may be by now, from what was asked for and what was
 * acknowledged: one state where everything was answered, several where something was not.
 *
 *   save A    begun ────────── no answer            {none, A}
 *   save B                              begun ── ok {B}        A can no more come after it
 *   delete    begun ── ok                           {none}, and A where it may still arrive
 */
import type { TokenJson } from '../../../lib/contract.ts';
import { unlike } from '../../support/invariants/promises.ts';

export type State = TokenJson | 'none';
/** What an operation can make of a state; nothing where it is refused. */
export type Effect = (state: State) => readonly State[];
export type Outcome = 'acknowledged' | 'unanswered' | 'refused';
type IsMinted = (field: 'accessToken' | 'refreshToken', value: string) => boolean;

/** By then what was sent by somebody who heard no answer has arrived. */
const LANDED_MS = 10_000;

export class States {
  readonly #states = new Map<string, State>();

  constructor(states: Iterable<State>) {
    for (const state of states) this.add(state);
  }

  add(state: State): void {
    this.#states.set(JSON.stringify(state), state);
  }

  get all(): readonly State[] {
    return [...this.#states.values()];
  }

  get tokens(): readonly TokenJson[] {
    return this.all.filter((state) => state !== 'none');
  }

  get hasNone(): boolean {
    return this.#states.has('"none"');
  }
}

interface Late {
  readonly effect: Effect;
  readonly untilMs: number;
}

export class KnownToken {
  readonly isMinted: IsMinted;
  /** Its id, where it is known: it keeps it as long as it lives. */
  id: string | undefined;
  /** Ids of this user's that must lead nowhere. */
  readonly gone = new Set<string>();
  /** Of everybody, so far. */
  logouts = 0;
  readonly #nowMs: () => number;
  #possible = new States(['none']);
  readonly #watching = new Set<States>();
  #late: Late[] = [];
  /** Operations begun and not ended. */
  #open = 0;
  /** Whether any was under way beside the logout of everybody. */
  #besideLogout = false;
  #loggingOutUntilMs = Number.NEGATIVE_INFINITY;

  constructor(nowMs: () => number, isMinted: IsMinted) {
    this.#nowMs = nowMs;
    this.isMinted = isMinted;
  }

  get possible(): States {
    return this.#possible;
  }

  /** Sees every state that is possible from now on, until it is told to stop. */
  watch(): { readonly seen: States; readonly stop: () => void } {
    const seen = new States(this.#possible.all);
    this.#watching.add(seen);
    return { seen, stop: () => this.#watching.delete(seen) };
  }

  /** @param isEnd - a deletion, which what is still under way may come after */
  begin(effect: Effect, isEnd = false): (outcome: Outcome) => void {
    const { seen, stop } = this.watch();
    const begunMs = this.#nowMs();
    const { logouts } = this;
    const isBeside = this.#isLoggingOut;
    this.#open += 1;
    this.#besideLogout = true;
    this.#allow(effect, this.#possible.all);
    return (outcome) => {
      stop();
      this.#open -= 1;
      if (outcome === 'unanswered') {
        this.#late.push({ effect, untilMs: this.#nowMs() + LANDED_MS });
      }
      if (outcome !== 'acknowledged') return;
      this.#become(seen.all.flatMap((state) => effect(state)));
      this.#late = this.#late.filter(({ untilMs }) => untilMs > begunMs);
      for (const late of isEnd ? this.#late : []) this.#allow(late.effect, this.#possible.all);
      // What met a logout may have come before it, and be gone with the rest.
      if (isBeside || this.#isLoggingOut || logouts !== this.logouts) this.#allowState('none');
    };
  }

  /** Everybody is logged out; the answer says whether nothing of this user's was beside it. */
  beginLogout(): (isAcknowledged: boolean) => void {
    const nowMs = this.#nowMs();
    this.logouts += 1;
    this.#loggingOutUntilMs = Number.POSITIVE_INFINITY;
    this.#besideLogout = this.#open > 0 || this.#late.some(({ untilMs }) => untilMs > nowMs);
    const { id } = this;
    this.id = undefined;
    this.#allowState('none');
    return (isAcknowledged) => {
      this.#loggingOutUntilMs = this.#nowMs() + (isAcknowledged ? 0 : LANDED_MS);
      if (!isAcknowledged || this.#besideLogout) return;
      this.#become(['none']);
      if (id !== undefined) this.gone.add(id);
    };
  }

  /** Why what was found is none of these, if it is not. */
  unlikeAll(found: TokenJson | null, { tokens, hasNone }: States): string | undefined {
    if (found === null) return hasNone ? undefined : 'nothing was found';
    const broken = tokens.map((token) =>
      unlike(found, token, { anyOf: [], isMinted: this.isMinted }),
    );
    if (broken.includes(undefined)) return undefined;
    return tokens.length === 0 ? 'it was deleted' : `not as it was saved: ${[...new Set(broken)]}`;
  }

  get #isLoggingOut(): boolean {
    return this.#nowMs() <= this.#loggingOutUntilMs;
  }

  #become(states: readonly State[]): void {
    this.#possible = new States(states);
    for (const seen of this.#watching) for (const state of states) seen.add(state);
  }

  #allow(effect: Effect, states: readonly State[]): void {
    for (const after of states.flatMap(effect)) this.#allowState(after);
  }

  #allowState(state: State): void {
    this.#possible.add(state);
    for (const seen of this.#watching) seen.add(state);
  }
}
