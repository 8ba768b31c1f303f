/**
 * Looks for an order that explains a history: Wing and Gong's search with Lowe's memory of what has
 * been tried. A call is not one instant only: it has steps, which change the state, in their order,
 * and sights, each of which must hold at some instant of the call. Steps are taken as late as can
 * be, when a call could not have ended without one: whatever an earlier instant would explain, a
 * later one does too, because everybody who was to see the state before has seen it by then.
 *
 * Gavin Lowe, Testing for linearizability (2017); Jeannette Wing and Chun Gong (1993).
 */

/** The states that may follow; none: it cannot happen now. */
export type Step<State> = (state: State) => readonly State[];
export type Sight<State> = (state: State) => boolean;

export interface CheckedCall<State> {
  readonly beganAt: number;
  readonly endedAt: number;
  readonly steps: readonly Step<State>[];
  /**
   * False for what need not happen, and may happen later: a call without an answer, something in
   * the background.
   */
  readonly mustHappen: boolean;
  readonly sights: readonly Sight<State>[];
}

export type Verdict<State> =
  | { readonly explained: true; readonly tried: number }
  | {
      readonly explained: false;
      /** The call that could not end, in the order that came furthest. */
      readonly call: number;
      /** The states that it may have met, whatever the order, at the end. */
      readonly states: readonly State[];
      readonly tried: number;
    }
  | { readonly explained: 'unknown'; readonly tried: number };

interface Event {
  readonly at: number;
  readonly call: number;
  readonly what: 'began' | 'ended';
}

/** Far more than any history of the sizes here needs. */
const MOST_TRIED = 200_000;

/** How far an order has come. */
interface Place<State> {
  /** Events that are behind it. */
  readonly passed: number;
  readonly state: State;
  /** By call: how many of its steps were taken; and which sights it had, as bits. */
  readonly taken: readonly number[];
  readonly seen: readonly number[];
}

export function linearize<State>(
  calls: readonly CheckedCall<State>[],
  initial: State,
): Verdict<State> {
  return new Search(calls).from(initial);
}

class Search<State> {
  readonly #calls: readonly CheckedCall<State>[];
  readonly #events: readonly Event[];
  readonly #tried = new Set<string>();
  readonly #furthest = { passed: -1, states: new Map<string, State>() };

  constructor(calls: readonly CheckedCall<State>[]) {
    this.#calls = calls;
    this.#events = calls
      .flatMap(({ beganAt, endedAt }, call): Event[] => [
        { at: beganAt, call, what: 'began' },
        { at: endedAt, call, what: 'ended' },
      ])
      .sort((a, b) => a.at - b.at || (a.what === b.what ? 0 : a.what === 'began' ? -1 : 1));
  }

  from(initial: State): Verdict<State> {
    const none = this.#calls.map(() => 0);
    const open: Place<State>[] = [{ passed: 0, state: initial, taken: none, seen: none }];
    for (let place = open.pop(); place !== undefined; place = open.pop()) {
      const blocked = this.#pass(place);
      if (blocked === undefined) return { explained: true, tried: this.#tried.size };
      const name = JSON.stringify(blocked);
      if (this.#tried.has(name)) continue;
      this.#tried.add(name);
      this.#note(blocked);
      if (this.#tried.size > MOST_TRIED) return { explained: 'unknown', tried: this.#tried.size };
      open.push(...this.#after(blocked));
    }
    const { passed, states } = this.#furthest;
    const call = this.#events[passed]?.call ?? 0;
    return { explained: false, call, states: [...states.values()], tried: this.#tried.size };
  }

  /** Goes on to the first call that cannot end yet; undefined where all have. */
  #pass({ passed: from, state, taken, seen: before }: Place<State>): Place<State> | undefined {
    const seen = [...before];
    let passed = from;
    for (let event = this.#events[passed]; event !== undefined; event = this.#events[passed]) {
      if (event.what === 'began') seen[event.call] = this.#sightsOf(event.call, state, 0);
      else if (!this.#hasHappened(event.call, taken, seen)) return { passed, state, taken, seen };
      passed += 1;
    }
    return undefined;
  }

  #hasHappened(call: number, taken: readonly number[], seen: readonly number[]): boolean {
    const { steps, sights, mustHappen } = this.#call(call);
    if (!mustHappen) return true;
    return taken[call] === steps.length && seen[call] === 2 ** sights.length - 1;
  }

  /** Every step that may be taken now; those of the call that waits for it are tried first. */
  #after({ passed, state, taken, seen }: Place<State>): Place<State>[] {
    const blocked = this.#events[passed]?.call ?? 0;
    const underWay = this.#underWay(passed, taken).sort(
      (a, b) => Number(a === blocked) - Number(b === blocked),
    );
    return underWay.flatMap((call) => {
      const step = this.#call(call).steps[taken[call] ?? 0];
      return (step?.(state) ?? []).map((next): Place<State> => {
        const sees = seen.map((bits, each) =>
          this.#isUnderWay(each, passed) ? this.#sightsOf(each, next, bits) : bits,
        );
        const steps = taken.map((count, each) => (each === call ? count + 1 : count));
        return { passed, state: next, taken: steps, seen: sees };
      });
    });
  }

  #underWay(passed: number, taken: readonly number[]): number[] {
    return this.#calls.flatMap(({ steps, mustHappen }, call) => {
      const hasMore = (taken[call] ?? 0) < steps.length;
      const mayHappen = mustHappen ? this.#isUnderWay(call, passed) : this.#hasBegun(call, passed);
      return hasMore && mayHappen ? [call] : [];
    });
  }

  #hasBegun(call: number, passed: number): boolean {
    return this.#call(call).beganAt <= (this.#events[passed]?.at ?? Number.POSITIVE_INFINITY);
  }

  #isUnderWay(call: number, passed: number): boolean {
    const at = this.#events[passed]?.at ?? Number.POSITIVE_INFINITY;
    return this.#hasBegun(call, passed) && this.#call(call).endedAt >= at;
  }

  #sightsOf(call: number, state: State, before: number): number {
    const { sights } = this.#call(call);
    return sights.reduce((bits, sight, place) => {
      const bit = 2 ** place;
      return (bits & bit) === 0 && sight(state) ? bits | bit : bits;
    }, before);
  }

  #note({ passed, state }: Place<State>): void {
    const furthest = this.#furthest;
    if (passed < furthest.passed) return;
    if (passed > furthest.passed) furthest.states.clear();
    furthest.passed = passed;
    furthest.states.set(JSON.stringify(state), state);
  }

  #call(call: number): CheckedCall<State> {
    const found = this.#calls[call];
    if (found === undefined) throw new Error(`There is no call ${call}.`);
    return found;
  }
}
