/**
 * The process of a Lambda container: what it sends takes time, and it may die or freeze at any
 * outgoing call, before or after its effect. What was sent lands all the same. A dead process goes
 * no further: its promises are never settled.
 *
 *   early   sent ─ effect ──────────────── answer
 *   late    sent ──────────────── effect ─ answer
 */
import type { Clock } from '../../../lib/clock.ts';
import { type Deadline, outOfTime } from '../../../lib/deadline.ts';
import type { Chance } from './chance.ts';
import type { EventClock } from './event-clock.ts';
import { VirtualDeadline } from './virtual-deadline.ts';

/**
 * What happens to an invocation, and at which of its outgoing calls: it dies, or it freezes once
 * it has the answer.
 */
export type Fate =
  | { readonly atCall: number; readonly when: 'before' | 'after'; readonly freezeMs?: undefined }
  | { readonly atCall: number; readonly when: 'after'; readonly freezeMs: number };

/** When something sent takes effect, when it is answered, and how long that is waited for. */
export interface Sending {
  readonly effectMs: number;
  readonly answerMs: number;
  readonly timeoutMs: number;
}

export interface Limits {
  /** When Lambda ends it. */
  readonly timeoutMs: number;
  /** Of these it keeps so much back for its answer. */
  readonly reserveMs: number;
}

/** One invocation of the process, as those that watch it see it. */
export interface Invocation {
  readonly startedMs: number;
  readonly dead: boolean;
  readonly froze: boolean;
}

export type Ended<Result> =
  | { readonly outcome: 'answered'; readonly result: Result }
  | { readonly outcome: 'failed'; readonly error: unknown }
  | { readonly outcome: 'died' };

/** The latencies of an AWS call. */
const AWS_MS = { least: 5, most: 50 };

type Member = (...args: unknown[]) => Promise<unknown>;

class Run implements Invocation {
  readonly startedMs: number;
  readonly fate: Fate | undefined;
  readonly die: () => void;
  calls = 0;
  dead = false;
  ended = false;
  frozenUntilMs = 0;

  constructor(startedMs: number, fate: Fate | undefined, die: () => void) {
    this.startedMs = startedMs;
    this.fate = fate;
    this.die = die;
  }

  get froze(): boolean {
    return this.frozenUntilMs > 0;
  }
}

export class LambdaProcess {
  readonly #clock: EventClock;
  readonly #chance: Chance;
  #run: Run | undefined;

  constructor(clock: EventClock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  /** The time as code in this process lives through it. */
  readonly clock: Clock = {
    nowMs: () => this.#clock.nowMs(),
    sleep: (ms) => {
      const run = this.#running();
      return new Promise((resolve) => {
        this.#clock.at(this.#clock.nowMs() + ms, () => this.#goOn(run, resolve));
      });
    },
  };

  get invocation(): Invocation {
    return this.#running();
  }

  /** Runs one invocation at a time, as Lambda does. */
  invoke<Result>(
    { timeoutMs, reserveMs }: Limits,
    fate: Fate | undefined,
    work: (deadline: Deadline) => Promise<Result>,
  ): Promise<Ended<Result>> {
    return new Promise((resolve) => {
      const run: Run = new Run(this.#clock.nowMs(), fate, () => {
        if (run.ended || run.dead) return;
        run.dead = true;
        resolve({ outcome: 'died' });
      });
      this.#run = run;
      const end = (ended: Ended<Result>) => {
        run.ended = true;
        if (!run.dead) resolve(ended);
      };
      work(new VirtualDeadline(timeoutMs - reserveMs, this.clock)).then(
        (result) => end({ outcome: 'answered', result }),
        (error: unknown) => end({ outcome: 'failed', error }),
      );
      if (fate?.freezeMs !== undefined) this.#clock.at(run.startedMs + timeoutMs, run.die);
    });
  }

  /** A port that is reached over the network. The deadline is the last argument of every call. */
  remote<Port extends object>(port: Port): Port {
    const remote: Record<string, Member> = {};
    for (const [name, member] of Object.entries(port) as [string, Member][]) {
      remote[name] = (a, b, c, d) => {
        const deadline = d ?? c ?? b ?? a;
        return this.#awsCall(() => member(a, b, c, d), deadline as Deadline);
      };
    }
    return remote as Port;
  }

  /** Sends something else than an AWS call; whoever waits for the answer gives up in time. */
  send<Answer>(
    effect: () => Answer,
    { effectMs, answerMs, timeoutMs }: Sending,
  ): Promise<Answer | 'no-answer'> {
    const run = this.#running();
    const fate = this.#fateOfCall(run);
    if (fate?.when === 'before') run.die();
    if (run.dead) return never();
    const nowMs = this.#clock.nowMs();
    let answer: Answer | 'no-answer' = 'no-answer';
    this.#clock.at(nowMs + effectMs, () => {
      answer = effect();
    });
    return new Promise((resolve) => {
      this.#clock.at(nowMs + Math.min(answerMs, timeoutMs), () => {
        this.#comeBack(run, fate, () => resolve(answerMs > timeoutMs ? 'no-answer' : answer));
      });
    });
  }

  #awsCall(effect: () => Promise<unknown>, deadline: Deadline): Promise<unknown> {
    const run = this.#running();
    const fate = this.#fateOfCall(run);
    if (fate?.when === 'before') run.die();
    if (run.dead) return never();
    const leftMs = deadline.remainingMs();
    if (leftMs <= 0) return Promise.reject(outOfTime());
    const sentAtMs = this.#clock.nowMs();
    const latencyMs = this.#chance.whole(AWS_MS.least, AWS_MS.most);
    const early = this.#chance.of(0.5);
    const answeredAtMs = sentAtMs + latencyMs;
    return new Promise((resolve, reject) => {
      if (latencyMs > leftMs) {
        this.#clock.at(answeredAtMs, () => this.#clock.spawn(effect()));
        this.#clock.at(sentAtMs + leftMs, () => {
          this.#comeBack(run, fate, () => reject(outOfTime()));
        });
      } else if (early) {
        effect().then((answer) => {
          this.#clock.at(answeredAtMs, () => this.#comeBack(run, fate, () => resolve(answer)));
        }, reject);
      } else {
        this.#clock.at(answeredAtMs, () => {
          effect().then((answer) => this.#comeBack(run, fate, () => resolve(answer)), reject);
        });
      }
    });
  }

  #fateOfCall(run: Run): Fate | undefined {
    run.calls += 1;
    return run.fate?.atCall === run.calls ? run.fate : undefined;
  }

  /** An answer arrives, at a process that dies or freezes now, or lives on. */
  #comeBack(run: Run, fate: Fate | undefined, then: () => void): void {
    if (fate?.freezeMs !== undefined) run.frozenUntilMs = this.#clock.nowMs() + fate.freezeMs;
    else if (fate !== undefined) run.die();
    this.#goOn(run, then);
  }

  #goOn(run: Run, then: () => void): void {
    if (run.dead) return;
    if (run.frozenUntilMs <= this.#clock.nowMs()) then();
    else this.#clock.at(run.frozenUntilMs, () => this.#goOn(run, then));
  }

  #running(): Run {
    if (this.#run === undefined) throw new Error('The process has not been invoked.');
    return this.#run;
  }
}

/** A promise of its own each time: one for all would keep everything that ever waited for it. */
function never(): Promise<never> {
  return new Promise(() => {});
}
