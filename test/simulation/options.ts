/** The command line of the simulation. */
import { parseArgs } from 'node:util';
import { wholeNumber } from '../support/suite-program.ts';

export const HELP = `npm run simulate -- [options]

Days of scheduled refreshes in minutes: the real core over a clock that jumps, with workers that die
and freeze, messages that come twice, late and in no order, and a provider with two outages.
Says what became of every token, and exits with 1 if anything happened that must not.

  --tokens <n>   how many tokens the store holds     (default 10000)
  --hours <n>    how long the run is, 6 at least     (default 48)
  --seed <n>     another seed is another run         (default 1)
  --hard         a tenth of the grants get a new refresh token with every refresh, and one answer
                 in a thousand is an error without a cause
  --quick        300 tokens for 12 hours, unless said otherwise
  --help         this text
`;

export interface Options {
  readonly tokens: number;
  readonly hours: number;
  readonly seed: number;
  readonly hard: boolean;
  readonly help: boolean;
}

/** @throws TypeError for an option that does not exist, or a value that it does not take */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      tokens: { type: 'string' },
      hours: { type: 'string' },
      seed: { type: 'string', default: '1' },
      hard: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { quick, hard, help } = values;
  return {
    tokens: wholeNumber('tokens', values.tokens ?? (quick ? '300' : '10000'), 1, 1_000_000),
    hours: wholeNumber('hours', values.hours ?? (quick ? '12' : '48'), 6, 1_000),
    seed: wholeNumber('seed', values.seed, 0, 2 ** 31 - 1),
    hard,
    help,
  };
}
