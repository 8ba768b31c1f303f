/** The command line of `npm run bench`. */
import { parseArgs } from 'node:util';

export const HELP = `npm run bench -- [options]

What the store adds to the AWS calls it makes, what a sweep of due tokens takes, and what the
bundles cost at a cold start.

  --quick    fewer samples: a smoke test for CI, not a measurement
  --strict   exit with 1 when a target is missed
  --help     this text
`;

export interface Options {
  readonly quick: boolean;
  readonly strict: boolean;
  readonly help: boolean;
}

/** @throws TypeError for an option that does not exist */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  return values;
}
