/** What `npm run local` can be told. Pure. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { DEFAULT_SETTINGS } from '../../infra/store-settings.ts';

export const HELP = `Usage: npm run local [-- options]

Keeps a Latchkey store running on an embedded AWS (DynamoDB, Secrets Manager, Lambda, SQS,
EventBridge), on this machine only: its functions, schedules and refresh workers. Prints the
environment that points an application at it.

Options:
  --port N          port of the embedded AWS; 0 takes a free one (default 4599)
  --data DIR        where tokens are kept over a restart (default .latchkey)
  --memory          keep tokens in memory only
  --store NAME      the store's name (default ${DEFAULT_SETTINGS.store})
  --with-zoho       run a stand-in for Zoho's accounts server too, on the next port
  --write-env PATH  write the environment to a file as well, for node --env-file
  --help            this text

POST {"minutes": 60} to /_embedded/advance-minutes lets the store's time jump, until it stops. Data
that are kept bear the times of the jump, and are ahead of the clock after a restart: jump with
--memory, or delete DIR afterwards.

While it runs: r rebuilds the functions and starts them anew, q or Ctrl-C stops. Without a terminal
a SIGHUP rebuilds.
`;

export interface LocalServerOptions {
  readonly port: number;
  /** Absent: in memory. */
  readonly dataDirectory?: string;
  readonly store: string;
  readonly withZoho: boolean;
  readonly envFile?: string;
}

/**
 * The options, or 'help'.
 * @throws Error that says which option is wrong
 */
export function readOptions(args: readonly string[]): LocalServerOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    // Not --env-file: Node 20 takes that for itself, wherever it stands.
    options: {
      port: { type: 'string', default: '4599' },
      data: { type: 'string' },
      memory: { type: 'boolean', default: false },
      store: { type: 'string', default: DEFAULT_SETTINGS.store },
      'with-zoho': { type: 'boolean', default: false },
      'write-env': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return 'help';
  const { data, memory, store, 'with-zoho': withZoho, 'write-env': envFile } = values;
  if (memory && data !== undefined) throw new Error('--memory and --data exclude each other.');
  return {
    port: portOf(values.port),
    ...(!memory && { dataDirectory: resolve(data ?? '.latchkey') }),
    store,
    withZoho,
    ...(envFile !== undefined && { envFile: resolve(envFile) }),
  };
}

function portOf(text: string): number {
  // The stand-in for Zoho takes the port after it.
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_535) return Number(text);
  throw new Error(`--port takes a number from 0 to 65534, not ${text}.`);
}
