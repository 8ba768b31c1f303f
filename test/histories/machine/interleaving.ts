/**
 * Decides who goes on, one outgoing call at a time. Everybody's next calls wait; one of them is
 * chosen and carried out, and whatever follows from it without another call has followed before the
 * next choice. The choices are numbers from outside: the same numbers are the same run, and 0 means
 * "go on with whom you were at", so that fewer and smaller numbers are a simpler run.
 */

export interface Call {
  /** Who makes it: the place in the list of actors. */
  readonly by: number;
  readonly what: string;
  /** For one who sleeps: until when. Whoever sleeps is chosen last, and late is allowed. */
  readonly wakesAtMs?: number;
}

interface Waiting extends Call {
  readonly carryOut: () => void;
}

/** More calls than any history makes: somebody repeats one for ever. */
const MOST_CALLS = 20_000;
const MOST_ACTORS = 100;

export class Interleaving {
  readonly #choices: readonly number[];
  readonly #waiting: Waiting[] = [];
  #step = 0;
  #chosen = 0;
  #current = 0;
  #changes = 0;
  #failed: { readonly error: unknown } | undefined;

  constructor(choices: readonly number[]) {
    this.#choices = choices;
  }

  /** How many calls were carried out: the time of a history. */
  get step(): number {
    return this.#step;
  }

  /** How often another was chosen than who was at it. */
  get changes(): number {
    return this.#changes;
  }

  /** Waits to be chosen, then runs. What it throws is the caller's. */
  call<Answer>(call: Call, run: () => Answer | Promise<Answer>): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const carryOut = () => {
        try {
          Promise.resolve(run()).then(resolve, reject);
        } catch (error) {
          reject(error);
        }
      };
      this.#waiting.push({ ...call, carryOut });
    });
  }

  /** Carries out calls until nobody waits. */
  async runToRest(tasks: readonly Promise<unknown>[]): Promise<void> {
    for (const task of tasks) {
      task.catch((error: unknown) => {
        this.#failed ??= { error };
      });
    }
    await settled();
    for (let call = this.#next(); call !== undefined; call = this.#next()) {
      if (this.#step > MOST_CALLS) throw new Error(`More than ${MOST_CALLS} calls.`);
      if (call.by !== this.#current) this.#changes += 1;
      this.#current = call.by;
      call.carryOut();
      await settled();
      if (this.#failed !== undefined) throw this.#failed.error;
    }
  }

  #next(): Waiting | undefined {
    const inTurn = this.#inTurn();
    const chosen = inTurn[this.#choice(inTurn)];
    if (chosen === undefined) return undefined;
    this.#step += 1;
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1);
    return chosen;
  }

  /**
   * Who was at it, then each of the others with the first of their calls, then what else they have
   * begun side by side; then who sleeps, by when they wake.
   */
  #inTurn(): Waiting[] {
    const met = new Map<number, number>();
    const turns = this.#waiting.map((waiting) => {
      const { by, wakesAtMs } = waiting;
      if (wakesAtMs !== undefined) return { waiting, turn: wakesAtMs };
      const before = met.get(by) ?? 0;
      met.set(by, before + 1);
      return { waiting, turn: before * MOST_ACTORS + (by === this.#current ? -1 : by) };
    });
    return turns.sort((a, b) => a.turn - b.turn).map(({ waiting }) => waiting);
  }

  /** A choice is used up where there is one: between actors. */
  #choice([first, ...others]: readonly Waiting[]): number {
    if (others.every(({ by }) => by === first?.by)) return 0;
    const choice = this.#choices[this.#chosen] ?? 0;
    this.#chosen += 1;
    return choice % (others.length + 1);
  }
}

/** When every promise that can go on without another call has done so. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
