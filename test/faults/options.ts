/** The command line of the storms of faults. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/suite-program.ts';

export const HELP = `npm run test:faults -- [options]

Storms: users, applications and what runs by itself for hours on the embedded AWS, while 30 % of the
calls are throttled, 10 % fail, 5 % lose their answer, 5 % are slow, Secrets Manager shows old
states, clocks are two minutes apart, containers die or freeze past their lease, and messages come
twice and in another order. Then the weather is calm, and everything must hold, without a hand.
Conflicts: each scenario of the crash matrix, with each of its writes of the table struck in turn by
a conflict, a throttle or a lost answer: it must come to the same.
Exits with 1 if anything did not hold.

  --storms <n>        how many storms                       (default 16)
  --seed <n>          of the first; each has the next one   (default 1)
  --hours <n>         how long a storm lasts                (default 3)
  --no-conflicts      storms alone
  --scenario <text>   of the conflicts only those whose scenario has this in its name
  --workers <n>       processes at once                     (default: as many as there are cores)
  --help              this text
`;

export interface Options {
  readonly storms: number;
  readonly seed: number;
  readonly hours: number;
  readonly conflicts: boolean;
  readonly scenario: string;
  readonly workers: number;
  readonly help: boolean;
}

/** @throws TypeError for an option that does not exist, or a value that it does not take */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      storms: { type: 'string', default: '16' },
      seed: { type: 'string', default: '1' },
      hours: { type: 'string', default: '3' },
      conflicts: { type: 'boolean', default: true },
      scenario: { type: 'string', default: '' },
      workers: { type: 'string', default: String(availableParallelism()) },
      help: { type: 'boolean', default: false },
    },
  });
  const { conflicts, scenario, help } = values;
  return {
    storms: wholeNumber('storms', values.storms, 0, 1_000_000),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 31 - 1),
    hours: wholeNumber('hours', values.hours, 1, 48),
    workers: wholeNumber('workers', values.workers, 1, 64),
    ...{ conflicts, scenario, help },
  };
}
