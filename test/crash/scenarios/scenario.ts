/** One thing that a store does, to be done once whole and then with a death at each of its calls. */

import { VISIBILITY_TIMEOUT_SECONDS } from '../../../infra/delivery-settings.ts';
import type { TokenJson } from '../../../lib/contract.ts';
import type { Invocation } from '../engine/container-process.ts';
import type { Fate } from '../engine/outgoing-call.ts';
import type { Container } from '../world/crash-world.ts';
import { MINUTE_MS } from '../world/durations.ts';
import type { FunctionName } from '../world/functions.ts';
import type { Stage } from '../world/stage.ts';

/** What is done, and how it is done again once the container is gone. */
export interface Act {
  once(fate?: Fate): Promise<Invocation>;
  /** By a fresh container; undefined where there is nothing left to do. */
  again(): Promise<Invocation | undefined>;
  /** Somebody waits for the answer; of what runs by itself only its end counts. */
  readonly isAsked?: true;
  /** What tokens may hold on the way, beside what they held before and hold in the end. */
  readonly between?: readonly TokenJson[];
  /** What must be found whole in the end, by id. */
  readonly acknowledged?: ReadonlyMap<string, TokenJson>;
}

export interface Scenario {
  readonly name: string;
  /** Everything that comes before. */
  readonly prepare: (stage: Stage) => Promise<Act>;
  /** By `user of client`: the state of each living token, where nothing dies. */
  readonly ends?: Readonly<Record<string, 'active' | 'idle' | 'needs-reauthorization'>>;
  /** What applications are told by then, besides refreshes. Default: nothing. */
  readonly told?: readonly string[];
  /** Something is broken in the end too: a person must decide. */
  readonly leftAlone?: true;
}

/** So long a caller waits: not until a lease of the dead container has run out, which is 9 s. */
const REPEATED_AFTER_MS = 6_000;

/** A caller repeats the call. */
export function operation(
  { world }: Stage,
  name: FunctionName,
  event: unknown,
  container: Container = world.container(name),
): Act {
  return {
    isAsked: true,
    once: (fate) => container.invoke(event, fate),
    again: () => {
      world.clock.advance(REPEATED_AFTER_MS);
      return world.invoke(name, event);
    },
  };
}

/** SQS hands the messages over again once it has waited long enough. */
export function worker({ world }: Stage): Act {
  return {
    once: async (fate) => {
      const delivered = await world.deliver(fate);
      if (delivered === undefined) throw new Error('There is nothing to deliver.');
      return delivered;
    },
    again: () => {
      world.clock.advance(VISIBILITY_TIMEOUT_SECONDS * 1000);
      return world.deliver();
    },
  };
}

/** The next minute's sweep. */
export function sweep(stage: Stage): Act {
  return scheduled(stage, 'refresh-dispatcher', MINUTE_MS);
}

/** The next hour's housekeeper. */
export function housekeeping(stage: Stage): Act {
  return scheduled(stage, 'housekeeper', 60 * MINUTE_MS);
}

function scheduled({ world }: Stage, name: FunctionName, everyMs: number): Act {
  return {
    once: (fate) => world.invoke(name, {}, fate),
    again: () => {
      world.clock.advance(everyMs);
      return world.invoke(name, {});
    },
  };
}
