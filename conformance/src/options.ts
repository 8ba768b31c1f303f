/** The command line of `latchkey-conformance`. */
import { parseArgs } from 'node:util';

export const HELP = `Usage: latchkey-conformance [options] <subject>

Tries an implementation of the Zoho CRM SDK's TokenStore (TypeScript, @zohocrm/typescript-sdk-8.0)
for what its users would suffer: tokens lost, mixed up or leaked. <subject> is a module that exports
\`subject\`: how to make the store, and how to open it again. The README shows one.

  --only <name>     run this check or group only; may be given again
  --except <name>   leave this check or group out; may be given again
  --time-limit <s>  seconds after which a check counts as hanging (60)
  --json            print the results as JSON
  --list            print the checks, and run none
  --help            print this text

Exits with 0 where no check fails, with 1 where one does, with 2 where the subject cannot be tried.
Colour only on a terminal, and not where NO_COLOR is set.
`;

export interface Options {
  readonly subject: string | undefined;
  readonly only: readonly string[] | undefined;
  readonly except: readonly string[];
  readonly timeLimitSeconds: number;
  readonly json: boolean;
  readonly list: boolean;
  readonly help: boolean;
}

/** @throws TypeError for what is no option, or no value of one */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true },
      except: { type: 'string', multiple: true, default: [] },
      'time-limit': { type: 'string', default: '60' },
      json: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { only, except, json, list, help } = values;
  const timeLimitSeconds = Number(values['time-limit']);
  if (!(timeLimitSeconds > 0 && timeLimitSeconds <= 86_400)) {
    throw new TypeError('--time-limit takes a number of seconds.');
  }
  const [subject, ...more] = positionals;
  if (more.length > 0) throw new TypeError('One subject at a time.');
  if (subject === undefined && !list && !help) throw new TypeError('Which subject?');
  return { subject, only, except, timeLimitSeconds, json, list, help };
}
