/** The command line of `npm run test:conformance`. */
import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run test:conformance [-- options]

Tries every check of latchkey-conformance on the Zoho SDK's FileStore and DBStore, on the stores of
Zoho's article on custom token persistence, and on Latchkey. Prints a table, and fails where a result
is not the one of docs/CONFORMANCE.md or where Latchkey fails a check. DBStore needs MariaDB's server
(Debian: apt-get install --no-install-recommends mariadb-server); one is started for the run, on the
loopback address, with data in a folder that is removed.

  --store NAME  this store only; may be given again
  --write       write what was found into docs/CONFORMANCE.md and what it is made of
  --help        this text

Exits with 0, with 1 where a result is not as it should be, with 2 where a store cannot be tried.
`;

export interface Options {
  readonly stores: readonly string[];
  readonly write: boolean;
}

/** @throws TypeError for what is no option, or no store */
export function readOptions(args: readonly string[], known: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      store: { type: 'string', multiple: true },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { store: stores = [...known], write } = values;
  const unknown = stores.filter((store) => !known.includes(store));
  if (unknown.length > 0) {
    throw new TypeError(`There is no store ${unknown.join(', ')}: ${known.join(', ')}.`);
  }
  return { stores, write };
}
