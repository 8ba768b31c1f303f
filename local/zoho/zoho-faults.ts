/**
 * The failures that a test has ordered for coming requests: how the fake is made to misbehave at
 * the n-th call. Each fault is used up by the requests it meets, oldest fault first.
 */

/** Which requests a fault meets. */
export type FaultTarget = 'token' | 'revoke' | 'crm';

export type FaultKind =
  /** Answers this and does nothing else. */
  | { readonly kind: 'reply'; readonly status: number; readonly body: unknown }
  /** Answers a page that is not JSON. Default status 502. */
  | { readonly kind: 'garbage'; readonly status?: number }
  /** Answers nothing until `release()`, then acts as usual. */
  | { readonly kind: 'timeout' }
  /** Acts as usual, that much later. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** Does the work, then drops the connection: the caller never learns the outcome. */
  | { readonly kind: 'lost-answer' };

export type Fault = FaultKind & {
  /** Default 1. */
  readonly times?: number;
  /** Default `token`. */
  readonly on?: FaultTarget;
};

export class ZohoFaults {
  #planned: { readonly fault: Fault; left: number }[] = [];
  #held: (() => void)[] = [];
  #waiting: { readonly count: number; readonly resolve: () => void }[] = [];

  plan(fault: Fault): void {
    this.#planned.push({ fault, left: fault.times ?? 1 });
  }

  take(target: FaultTarget): Fault | undefined {
    const next = this.#planned.find(({ fault }) => (fault.on ?? 'token') === target);
    if (next === undefined) return undefined;
    next.left -= 1;
    if (next.left <= 0) this.#planned = this.#planned.filter((planned) => planned !== next);
    return next.fault;
  }

  /** Settles when `release` is called. */
  hold(): Promise<void> {
    return new Promise((resolve) => {
      this.#held.push(resolve);
      const reached = this.#waiting.filter(({ count }) => count <= this.#held.length);
      this.#waiting = this.#waiting.filter((waiting) => !reached.includes(waiting));
      for (const waiting of reached) waiting.resolve();
    });
  }

  release(): void {
    const held = this.#held;
    this.#held = [];
    for (const letGo of held) letGo();
  }

  /** Settles when that many requests are held at once, which needs no sleep to find out. */
  whenHeld(count: number): Promise<void> {
    if (this.#held.length >= count) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ count, resolve }));
  }

  /** Requests that are held stay held. */
  forget(): void {
    this.#planned = [];
  }

  clear(): void {
    this.forget();
    this.release();
  }
}
