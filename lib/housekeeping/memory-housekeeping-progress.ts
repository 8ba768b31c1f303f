/** The progress in memory, for tests and simulations; as JSON, like the stored one. */
import type { HousekeepingProgress } from './housekeeping-progress.ts';

export class MemoryHousekeepingProgress implements HousekeepingProgress {
  #json: string | undefined;
  #revision = 0;

  load: HousekeepingProgress['load'] = async () => ({
    progress: this.#json === undefined ? undefined : JSON.parse(this.#json),
    revision: this.#revision,
  });

  save: HousekeepingProgress['save'] = async (progress, expected) => {
    if (expected !== this.#revision) return 'conflict';
    this.#json = JSON.stringify(progress);
    this.#revision += 1;
    return 'saved';
  };
}
