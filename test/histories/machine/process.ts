/**
 * The process of one container: each of its outgoing calls waits to be chosen, may be struck by a
 * fault, and is the last thing that a process does that dies at it. What was sent lands all the
 * same; nobody hears of it.
 */
import type { Clock } from '../../../lib/clock.ts';
import { type Deadline, outOfTime } from '../../../lib/deadline.ts';
import { VirtualDeadline } from '../../simulation/engine/virtual-deadline.ts';
import { answerInstead, type FaultKind, failureOf, unavailable } from './call-faults.ts';
import type { Interleaving } from './interleaving.ts';

/** What is the same for every process. */
export interface World {
  readonly interleaving: Interleaving;
  nowMs(): number;
  /** Time goes on to that moment, if it is not past it. */
  passTo(ms: number): void;
  /** Counts a call, and says what becomes of it. */
  strike(what: string): FaultKind | undefined;
}

/** What a function has, less what it keeps back: see lambdas/runtime. */
const BUDGET_MS = 25_000;

type Member = (...args: unknown[]) => Promise<unknown>;

export class Process {
  readonly #world: World;
  readonly #by: number;
  readonly #skewMs: number;
  #isDead = false;
  #die = () => {};
  /** Settles when the process has died. */
  readonly died = new Promise<void>((resolve) => {
    this.#die = resolve;
  });

  /** @param skewMs - how far its clock is ahead of the others' */
  constructor(world: World, by: number, skewMs: number) {
    this.#world = world;
    this.#by = by;
    this.#skewMs = skewMs;
  }

  readonly clock: Clock = {
    nowMs: () => this.#world.nowMs() + this.#skewMs,
    sleep: (ms) => {
      const wakesAtMs = Math.ceil(this.#world.nowMs() + ms);
      const call = { by: this.#by, what: 'sleep', wakesAtMs };
      return this.#alive(this.#world.interleaving.call(call, () => this.#world.passTo(wakesAtMs)));
    },
  };

  deadline(): Deadline {
    return new VirtualDeadline(BUDGET_MS, this.clock);
  }

  /** A port over the network: whoever has no time left does not call. */
  remote<Port extends object>(name: string, port: Port): Port {
    const remote: Record<string, Member> = {};
    for (const [method, member] of Object.entries(port) as [string, Member][]) {
      remote[method] = (...args) => {
        const deadline = args.at(-1) as Deadline;
        if (deadline.remainingMs() <= 0) return Promise.reject(outOfTime());
        return this.send(`${name}.${method}`, () => member(...args));
      };
    }
    return remote as Port;
  }

  /** @param onFailure - what the caller hears where the call fails; default: it is unavailable */
  send<Answer>(
    what: string,
    run: () => Promise<Answer>,
    onFailure: () => Answer | Promise<Answer> = () => Promise.reject(unavailable()),
  ): Promise<Answer> {
    const fault = this.#world.strike(what);
    const carriedOut = () => this.#world.interleaving.call({ by: this.#by, what }, run);
    if (fault === undefined) return this.#alive(carriedOut());
    if (fault === 'dies-before') return this.#end();
    if (fault === 'dies-after') return carriedOut().then(() => this.#end());
    const instead = answerInstead(fault, what);
    const failure = failureOf(fault);
    if (instead === undefined && failure === undefined) return this.#alive(carriedOut());
    if (failure?.late) carriedOut().catch(() => undefined);
    const last = failure?.isDone && !failure.late ? run : async () => undefined;
    const heard = this.#world.interleaving
      .call({ by: this.#by, what: `${what} (${fault})` }, last)
      .then(() => (instead === undefined ? onFailure() : (instead.answer as Answer)));
    return this.#alive(heard);
  }

  #end(): Promise<never> {
    this.#isDead = true;
    this.#die();
    return never();
  }

  /** Who has died hears nothing. */
  async #alive<Answer>(answer: Promise<Answer>): Promise<Answer> {
    try {
      const given = await answer;
      return this.#isDead ? await never() : given;
    } catch (error) {
      return this.#isDead ? never() : Promise.reject(error);
    }
  }
}

function never(): Promise<never> {
  return new Promise(() => {});
}
