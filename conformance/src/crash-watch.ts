/**
 * What would end a process: rejections that nobody handles and exceptions out of callbacks. Stores
 * have them (the SDK's DBStore among others), and one check must not end the run. While somebody
 * waits for a crash it is told; else the check that runs fails.
 */

type Listener = (error: unknown) => void;

export class CrashWatch {
  readonly #listeners: Listener[] = [];
  readonly #onCrash = (error: unknown) => this.#listeners.at(-1)?.(error);

  start(): void {
    process.on('unhandledRejection', this.#onCrash);
    process.on('uncaughtException', this.#onCrash);
  }

  stop(): void {
    process.off('unhandledRejection', this.#onCrash);
    process.off('uncaughtException', this.#onCrash);
  }

  /** Tells `listener` of crashes, and nobody else, until the returned function is called. */
  listen(listener: Listener): () => void {
    this.#listeners.push(listener);
    return () => void this.#listeners.splice(this.#listeners.indexOf(listener), 1);
  }
}

/** Turns of the event loop after which a rejection without a handler has been reported. */
const TURNS = 3;

/** Lets what is under way in this process come to light. */
export async function nextTurns(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}
