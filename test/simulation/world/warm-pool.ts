/** The containers of one function: warm ones first, now and then a new one instead. */
import type { Chance } from '../engine/chance.ts';
import { CONTAINERS } from './world-settings.ts';

export class WarmPool<Container> {
  readonly #start: () => Container;
  readonly #chance: Chance;
  readonly #warm: Container[] = [];

  constructor(start: () => Container, chance: Chance) {
    this.#start = start;
    this.#chance = chance;
  }

  take(): Container {
    const warm = this.#warm.pop();
    return warm === undefined || this.#chance.of(CONTAINERS.isReplaced) ? this.#start() : warm;
  }

  /** It has answered, and waits for its next invocation. */
  giveBack(container: Container): void {
    this.#warm.push(container);
  }
}
