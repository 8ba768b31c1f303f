/** The containers of one function: a warm one that is idle, or else a new one, as Lambda does. */
import { Container, type ContainerOptions, type Outcome } from './container.ts';

export class ContainerPool {
  readonly #options: ContainerOptions;
  #idle: Container[] = [];
  readonly #busy = new Set<Container>();
  /** Busy containers that are not to be used again. */
  readonly #retired = new WeakSet<Container>();

  constructor(options: ContainerOptions) {
    this.#options = options;
  }

  async invoke(payload: string): Promise<Outcome> {
    const container = this.#take();
    this.#busy.add(container);
    try {
      return await container.invoke(payload);
    } finally {
      this.#busy.delete(container);
      if (this.#retired.has(container)) await container.end();
      else if (container.alive) this.#idle.push(container);
    }
  }

  /** Containers that are busy finish what they do and are not used again. */
  async coldStart(): Promise<void> {
    for (const container of this.#busy) this.#retired.add(container);
    const idle = this.#idle;
    this.#idle = [];
    await Promise.all(idle.map((container) => container.end()));
  }

  /** Ends every container at once; an invocation under way fails. */
  async crash(): Promise<void> {
    const containers = [...this.#idle, ...this.#busy];
    this.#idle = [];
    await Promise.all(containers.map((container) => container.end()));
  }

  async close(): Promise<void> {
    await this.crash();
  }

  #take(): Container {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.alive) return idle;
    }
    return new Container(this.#options);
  }
}
