/** `pause` and `resume`: nobody reads or writes the store while its table is put right. */
import type { Command } from 'commander';
import { dynamoDb, lambda } from '../aws-clients.ts';
import { type FunctionState, FunctionStop } from '../function-stop.ts';
import type { ExitCode, OperatorCommand } from '../operator-command.ts';
import { RecoveryMark } from '../recovery-mark.ts';
import { namesOf, withStoreOption } from '../store-names.ts';
import { hasTable, noSuchStore } from '../store-presence.ts';
import type { Terminal } from '../terminal.ts';

interface PauseOptions {
  readonly store: string;
  readonly background?: true;
  readonly yes?: true;
}

interface ResumeOptions {
  readonly store: string;
  readonly withoutRecovery?: true;
}

const PAUSE_HELP = `
Sets the reserved concurrency of the store's functions to zero. Callers are throttled
(TooManyRequestsException), the schedules' ticks end among the dead letters. Calls under way go on:
wait a minute before you touch the table.

  npm run operator -- pause --store billing                 everything
  npm run operator -- pause --store billing --background    refreshes and housekeeping only

IAM: lambda:GetFunctionConcurrency, PutFunctionConcurrency on latchkey-<store>-*.`;

const RESUME_HELP = `
IAM: lambda:DeleteFunctionConcurrency on latchkey-<store>-*; dynamodb:DescribeTable, GetItem on the
table.`;

export const pause: OperatorCommand<PauseOptions> = {
  define: (program: Command) =>
    withStoreOption(program.command('pause'))
      .description('stop the functions of a store')
      .option('--background', 'only those that run by themselves')
      .option('--yes', 'do not ask for the name of the store')
      .addHelpText('after', PAUSE_HELP),
  run: async (options, terminal) => {
    const functions = new FunctionStop(await lambda(), options.store);
    if (!isAnyThere(await functions.states())) return complainOfNone(options.store, terminal);
    if (!(await terminal.confirm(options))) return 1;
    const states = await functions.stop(options.background ? 'background' : 'all');
    return told(states, options.store, terminal);
  },
};

export const resume: OperatorCommand<ResumeOptions> = {
  define: (program: Command) =>
    withStoreOption(program.command('resume'))
      .description('let the functions of a store go again')
      .option('--without-recovery', 'also where the table was put back and not recovered')
      .addHelpText('after', RESUME_HELP),
  run: async ({ store, withoutRecovery }, terminal) => {
    const { table } = namesOf(store);
    const client = await dynamoDb();
    if (!(withoutRecovery || (await hasTable(client, table, terminal)))) return 1;
    if (!withoutRecovery && (await new RecoveryMark(client, table).isSet())) {
      terminal.complain(
        `The table ${table} was put back to an earlier time and is behind its secrets. Run first: ` +
          `npm run operator -- recover --store ${store}`,
      );
      return 1;
    }
    const states = await new FunctionStop(await lambda(), store).letGo();
    return told(states, store, terminal);
  },
};

async function told(
  states: ReadonlyMap<string, FunctionState>,
  store: string,
  terminal: Terminal,
): Promise<ExitCode> {
  for (const [name, state] of states) terminal.say(`${name}: ${state}`);
  return isAnyThere(states) ? 0 : complainOfNone(store, terminal);
}

function isAnyThere(states: ReadonlyMap<string, FunctionState>): boolean {
  return [...states.values()].some((state) => state !== 'missing');
}

async function complainOfNone(store: string, terminal: Terminal): Promise<ExitCode> {
  terminal.complain(await noSuchStore(await dynamoDb(), `no function of a store ${store}`));
  return 1;
}
