/** The command line of the crash matrix. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/suite-program.ts';

export const HELP = `npm run test:crash -- [options]

Everything that the store does, once whole and then with a death at each outgoing call: before it is
sent, after it took effect, and on its way, to arrive at each moment of what follows. A fresh
container does it again, the schedule runs on, and what must hold is looked at each time.
Exits with 1 if anything did not hold.

  --scenario <text>  only scenarios whose name has this in it; may be given more than once
  --list             the names of the scenarios
  --workers <n>      processes at once               (default: as many as there are cores)
  --no-window        does not measure how long the window of a provider that rotates is
  --help             this text
`;

export interface Options {
  readonly scenarios: readonly string[];
  readonly list: boolean;
  readonly workers: number;
  readonly window: boolean;
  readonly help: boolean;
}

/** @throws TypeError for an option that does not exist, or a value that it does not take */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      scenario: { type: 'string', multiple: true, default: [] },
      list: { type: 'boolean', default: false },
      workers: { type: 'string', default: String(availableParallelism()) },
      window: { type: 'boolean', default: true },
      help: { type: 'boolean', default: false },
    },
  });
  const workers = wholeNumber('workers', values.workers, 1, 64);
  const { scenario: scenarios, list, window, help } = values;
  return { scenarios, list, workers, window, help };
}
