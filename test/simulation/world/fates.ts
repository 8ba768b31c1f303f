/** Which invocations die or freeze, and where. */
import type { Chance } from '../engine/chance.ts';
import type { Fate } from '../engine/lambda-process.ts';
import type { Plant } from './plant.ts';
import { CONTAINERS, TICKS } from './world-settings.ts';

/** Calls that an invocation makes, about: somewhere among them it ends. */
const CALLS = { perMessage: 6, operation: 4, sweep: 120 };

export class Fates {
  readonly #chance: Chance;
  readonly #plant: Plant;
  /** From then on nothing dies. */
  #calm = false;

  constructor(chance: Chance, plant: Plant) {
    this.#chance = chance;
    this.#plant = plant;
  }

  beCalm(): void {
    this.#calm = true;
  }

  worker(messages: number): Fate | undefined {
    const dies = this.#plant.workerDies ?? CONTAINERS.workerDies;
    const freezes = this.#plant.workerFreezes ?? CONTAINERS.workerFreezes;
    return this.#draw(dies, freezes, CALLS.perMessage * messages);
  }

  operation(): Fate | undefined {
    const { operationDies, operationFreezes } = CONTAINERS;
    return this.#draw(operationDies, operationFreezes, CALLS.operation);
  }

  sweep(): Fate | undefined {
    return this.#draw(TICKS.dies, 0, CALLS.sweep);
  }

  #draw(dies: number, freezes: number, calls: number): Fate | undefined {
    const drawn = this.#chance.next();
    if (this.#calm || drawn >= dies + freezes) return undefined;
    const atCall = this.#chance.whole(1, calls);
    if (drawn < dies) return { atCall, when: this.#chance.of(0.5) ? 'before' : 'after' };
    const { least, most } = this.#chance.oneOf(CONTAINERS.freezeMs);
    return { atCall, when: 'after', freezeMs: this.#chance.whole(least, most) };
  }
}
