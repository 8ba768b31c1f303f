/** A call by an application: repeated where nobody answered, as applications do. */
import { LatchkeyError } from '../../../lib/errors.ts';
import type { FunctionName } from '../../crash/world/functions.ts';
import type { Chance } from '../../simulation/engine/chance.ts';
import type { Ended } from '../../simulation/engine/lambda-process.ts';
import type { Outcome } from './known-token.ts';
import { LIVES } from './storm-settings.ts';
import type { StormWorld } from './storm-world.ts';

export interface Answer<Result> {
  readonly outcome: Outcome;
  readonly result?: Result;
  readonly code?: string;
  /** How often it was asked for. */
  readonly calls: number;
}

export interface CallCounts {
  calls: number;
  acknowledged: number;
  unanswered: number;
}

export class Caller {
  readonly #world: StormWorld;
  readonly #chance: Chance;
  readonly #counts: CallCounts;

  constructor(world: StormWorld, chance: Chance, counts: CallCounts) {
    this.#world = world;
    this.#chance = chance;
    this.#counts = counts;
  }

  async once<Result>(name: FunctionName, event: unknown): Promise<Answer<Result>> {
    this.#counts.calls += 1;
    const answer = { calls: 1, ...answerOf<Result>(await this.#world.invoke(name, event)) };
    if (answer.outcome === 'acknowledged') this.#counts.acknowledged += 1;
    if (answer.outcome === 'unanswered') this.#counts.unanswered += 1;
    return answer;
  }

  /** The same again until it is answered, so many times at most. */
  async stubbornly<Result>(
    name: FunctionName,
    event: unknown,
    times: number,
  ): Promise<Answer<Result>> {
    for (let call = 1; ; call += 1) {
      const answer = await this.once<Result>(name, event);
      if (answer.outcome !== 'unanswered' || call === times) return { ...answer, calls: call };
      const { least, most } = LIVES.repeatMs;
      await this.#world.clock.sleep(this.#chance.whole(least, most));
    }
  }
}

function answerOf<Result>(ended: Ended<unknown>): Omit<Answer<Result>, 'calls'> {
  if (ended.outcome === 'answered') {
    return { outcome: 'acknowledged', result: ended.result as Result };
  }
  if (ended.outcome === 'died' || !(ended.error instanceof LatchkeyError)) {
    return { outcome: 'unanswered' };
  }
  // Whoever is to repeat it does not know what became of it.
  const { code, retryable } = ended.error;
  return { outcome: retryable ? 'unanswered' : 'refused', code };
}
