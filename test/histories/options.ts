/** The command line of the histories. */
import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/suite-program.ts';

const RUNS = { histories: 2_000, soak: 100_000 };
/** Always the same, so that a run in CI is the same run everywhere. */
const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

export const HELP = `npm run test:histories -- [options]
npm run test:soak -- [options]

Makes histories of all operations by several containers at once, with refreshes, the housekeeper and
time itself in between, interleaved at every outgoing call, and looks for an order of each that
explains every answer, by a small model of what is promised. Prints the first that has none, made as
small as can be, and exits with 1.

  --runs <n>     how many histories      (default ${RUNS.histories}; test:soak: ${RUNS.soak})
  --seed <n>     other histories: this seed's alone
                                         (default ${SEEDS.join(', ')}, the same share of each)
  --path <path>  with the seed that was printed along: only that failure
  --faults       calls fail, get lost and land late, processes die, and clocks are two minutes apart
  --help         this text
`;

export interface Options {
  readonly runs: number;
  readonly seeds: readonly number[];
  readonly path: string | undefined;
  readonly faults: boolean;
  readonly help: boolean;
}

/** @throws TypeError for an option that does not exist, or a value that it does not take */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      runs: { type: 'string' },
      seed: { type: 'string' },
      path: { type: 'string' },
      soak: { type: 'boolean', default: false },
      faults: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { soak, seed, path, faults, help } = values;
  if (path !== undefined && seed === undefined) throw new TypeError('--path needs its --seed.');
  const runs = values.runs ?? String(soak ? RUNS.soak : RUNS.histories);
  return {
    runs: wholeNumber('runs', runs, 1, 100_000_000),
    seeds: seed === undefined ? SEEDS : [wholeNumber('seed', seed, 0, 2 ** 31 - 1)],
    ...{ path, faults, help },
  };
}
