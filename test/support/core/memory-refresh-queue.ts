/** The refresh queue in memory: a test takes from it what workers would be given. */
import type { RefreshQueue } from '../../../lib/refresh-queue/refresh-queue.ts';

export class MemoryRefreshQueue implements RefreshQueue {
  #waiting: string[] = [];

  backlog: RefreshQueue['backlog'] = async () => this.#waiting.length;

  send: RefreshQueue['send'] = async (ids) => {
    this.#waiting.push(...ids);
    return { sent: ids.length };
  };

  /** The tokens that wait, oldest first; they wait no longer. */
  take(count = this.#waiting.length): string[] {
    return this.#waiting.splice(0, count);
  }
}
