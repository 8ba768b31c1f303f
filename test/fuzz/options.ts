/** The command line of the bad inputs. */
import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/suite-program.ts';

const RUNS = 300;
const SEED = 1;

export const HELP = `npm run test:fuzz -- [options]

Bad input for everything that takes any: the event of every function, the answers of providers, the
parameters of the widget, the batches of the workers. Looks whether each is answered as the contract
says, in time, in JSON and by the right token, and whether memory is given back. Prints the smallest
input of each target that is not, and exits with 1.

  --runs <n>     inputs of a target; some take more, some less       (default ${RUNS})
  --seed <n>     other inputs                                        (default ${SEED})
  --only <text>  only targets whose name has this in it; may be given more than once
  --path <path>  with the seed and the target that were printed along: only that failure
  --list         the names of the targets
  --help         this text
`;

export interface Options {
  readonly runs: number;
  readonly seed: number;
  readonly only: readonly string[];
  readonly path: string | undefined;
  readonly list: boolean;
  readonly help: boolean;
}

/** @throws TypeError for an option that does not exist, or a value that it does not take */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string', default: String(RUNS) },
      seed: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      path: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { runs, seed, only, path, list, help } = values;
  if (path !== undefined && (seed === undefined || only.length !== 1)) {
    throw new TypeError('--path needs its --seed and its --only.');
  }
  return {
    runs: wholeNumber('runs', runs, 1, 10_000_000),
    seed: wholeNumber('seed', seed ?? String(SEED), 0, 2 ** 31 - 1),
    ...{ only, path, list, help },
  };
}
