/**
 * The process of a container, which may die at any of its outgoing calls. What a dead process still
 * does reaches nobody: its calls are not sent, its sleep does not end well, its answer is not heard.
 *
 *   before   † ─ (not sent)
 *   after    sent ─ effect ─ †
 *   late     sent ─ † ─────────── effect
 */
import type { Clock } from '../../../lib/clock.ts';
import type { Fate, OutgoingCall } from './outgoing-call.ts';

export type Ended =
  | { readonly outcome: 'answered'; readonly result: unknown }
  | { readonly outcome: 'failed'; readonly error: unknown }
  | { readonly outcome: 'died' };

export interface Outside {
  readonly clock: Clock;
  /** Told of each call before it takes effect. */
  readonly onCall: (call: OutgoingCall) => Promise<void>;
}

export interface Invocation {
  readonly ended: Ended;
  readonly calls: readonly OutgoingCall[];
  /** What was on its way when the process died, to be let arrive. */
  readonly onItsWay?: () => Promise<unknown>;
}

/** Ends what a dead process still runs: nobody may take it for an answer. */
class ProcessEnded extends Error {}

export class ContainerProcess {
  readonly #outside: Outside;
  #calls: OutgoingCall[] = [];
  #fate: Fate | undefined;
  #dead = false;
  #die: () => void = () => {};
  #onItsWay: (() => Promise<unknown>) | undefined;
  readonly #sent = new Set<Promise<unknown>>();

  constructor(outside: Outside) {
    this.#outside = outside;
  }

  /** The time as code in this process lives through it. */
  readonly clock: Clock = {
    nowMs: () => this.#outside.clock.nowMs(),
    sleep: async (ms, signal) => {
      this.#mustLive();
      // A clock shows whole milliseconds.
      await this.#outside.clock.sleep(Math.ceil(ms), signal);
      this.#mustLive();
    },
  };

  /** Runs one invocation; what was sent has arrived by its end, but for what is late. */
  async invoke(work: () => Promise<unknown>, fate?: Fate): Promise<Invocation> {
    this.#mustLive();
    this.#calls = [];
    this.#fate = fate;
    const died = new Promise<Ended>((resolve) => {
      this.#die = () => {
        this.#dead = true;
        resolve({ outcome: 'died' });
      };
    });
    const worked = work().then(
      (result): Ended => ({ outcome: 'answered', result }),
      (error: unknown): Ended => ({ outcome: 'failed', error }),
    );
    const ended = await Promise.race([worked, died]);
    await Promise.allSettled(this.#sent);
    return {
      ended,
      calls: this.#calls,
      ...(this.#onItsWay && { onItsWay: this.#onItsWay }),
    };
  }

  /** Sends something; `effect` is what it does where it arrives. */
  async send<Answer>(
    { label, changes }: Pick<OutgoingCall, 'label' | 'changes'>,
    effect: () => Promise<Answer>,
  ): Promise<Answer> {
    this.#mustLive();
    const alone = this.#sent.size === 0;
    const call = { label, changes, atMs: this.#outside.clock.nowMs(), alone };
    this.#calls.push(call);
    const isIt = this.#fate?.at === label || this.#fate?.at === this.#calls.length;
    const fate = isIt ? this.#fate : undefined;
    if (fate?.when === 'before' || fate?.when === 'late') {
      if (fate.when === 'late') this.#onItsWay = effect;
      this.#die();
      this.#mustLive();
    }
    const arriving = this.#outside.onCall(call).then(effect);
    this.#sent.add(arriving);
    try {
      const answer = await arriving;
      if (fate !== undefined) this.#die();
      this.#mustLive();
      return answer;
    } finally {
      this.#sent.delete(arriving);
    }
  }

  #mustLive(): void {
    if (this.#dead) throw new ProcessEnded('This process is dead.');
  }
}
