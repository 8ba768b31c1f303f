/**
 * Stands in front of a port or a provider and lets a test count, hold and fail its calls: how a
 * race is built one step at a time. What it stands in front of does the work, unchanged.
 */

type MethodOf<Port> = keyof Port & string;

export interface HeldCall {
  /** Resolves when the call has come to where it is held. */
  readonly reached: Promise<void>;
  /** Lets it go on. */
  release(): void;
}

/** What happens in place of a call; `run` is the call itself. */
type Around = (run: () => Promise<unknown>) => Promise<unknown>;

interface Rule<Port> {
  readonly method: MethodOf<Port>;
  readonly around: Around;
  toSkip: number;
}

interface Where {
  /** Calls of that method to let pass first. Default 0. */
  readonly skip?: number;
  /** `after`: the call has taken effect, its answer is on the way. Default `before`. */
  readonly when?: 'before' | 'after';
}

export class Interception<Port extends object> {
  /** The port to hand to the code under test. */
  readonly port: Port;
  readonly #calls: MethodOf<Port>[] = [];
  #rules: Rule<Port>[] = [];

  constructor(inner: Port) {
    this.port = new Proxy(inner, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function' || typeof name !== 'string') return member;
        const run = (...args: unknown[]): unknown => Reflect.apply(member, target, args);
        return (...args: unknown[]) => this.#call(name as MethodOf<Port>, () => run(...args));
      },
    });
  }

  /** How often a method was called. */
  count(method: MethodOf<Port>): number {
    return this.#calls.filter((called) => called === method).length;
  }

  /** Holds the next call of a method. */
  hold(method: MethodOf<Port>, where: Where = {}): HeldCall {
    const reached = signal();
    const released = signal();
    this.#add(method, where, async () => {
      reached.give();
      await released.given;
    });
    return { reached: reached.given, release: released.give };
  }

  /** Lets the next call of a method fail; `after`: it took effect, and the answer was lost. */
  fail(method: MethodOf<Port>, error: Error, where: Where = {}): void {
    this.#add(method, where, async () => {
      throw error;
    });
  }

  /** Runs something at the next call of a method. */
  at(method: MethodOf<Port>, run: () => Promise<unknown>, where: Where = {}): void {
    this.#add(method, where, run);
  }

  /** Answers the next call of a method in another way; `run` makes the call itself. */
  around(method: MethodOf<Port>, around: Around, { skip = 0 }: Where = {}): void {
    this.#rules.push({ method, around, toSkip: skip });
  }

  #add(method: MethodOf<Port>, where: Where, run: () => Promise<unknown>): void {
    const before: Around = async (call) => {
      await run();
      return call();
    };
    const after: Around = async (call) => {
      const answer = await call();
      await run();
      return answer;
    };
    this.around(method, where.when === 'after' ? after : before, where);
  }

  #call(method: MethodOf<Port>, run: () => unknown): unknown {
    this.#calls.push(method);
    const rule = this.#next(method);
    return rule === undefined ? run() : rule.around(async () => run());
  }

  #next(method: MethodOf<Port>): Rule<Port> | undefined {
    for (const rule of this.#rules) {
      if (rule.method !== method) continue;
      if (rule.toSkip === 0) {
        this.#rules = this.#rules.filter((other) => other !== rule);
        return rule;
      }
      rule.toSkip -= 1;
    }
    return undefined;
  }
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
