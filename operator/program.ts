/** The operator's program: its commands, and how each of them ends. */
import { Command, CommanderError } from 'commander';
import { copy } from './commands/copy.ts';
import { pause, resume } from './commands/pause.ts';
import { purge } from './commands/purge.ts';
import { recover } from './commands/recover.ts';
import { restoreTable } from './commands/restore-table.ts';
import { rotateClientSecret } from './commands/rotate-client-secret.ts';
import { failureText } from './failure-text.ts';
import type { ExitCode, OperatorCommand } from './operator-command.ts';
import { Terminal } from './terminal.ts';
import { UsageError } from './usage-error.ts';
import { withoutGiven } from './usage-text.ts';

const HELP = `
Credentials, Region and profile are the AWS SDK's own: AWS_PROFILE, AWS_REGION, AWS_ENDPOINT_URL.
Exit code: 0 all done, 1 failed or partly done, 2 wrong usage. What was cut short goes on when the
same command is run again. docs/RECOVERY.md has the order of steps. Who may dynamodb:ListTables is
told, of a store that is not there, which are.`;

/**
 * @param onEnd - told how the command that ran has ended
 * @param args - the command line: what it gives is not repeated
 */
export function operatorProgram(
  terminal: Terminal,
  onEnd: (code: ExitCode) => void,
  args: readonly string[] = [],
): Command {
  const program = new Command('npm run operator --')
    .description('Operates a Latchkey store from outside, with your own AWS credentials.')
    .addHelpText('after', HELP)
    .showSuggestionAfterError(false)
    .exitOverride();
  const commands = () => `The commands are ${listed(program.commands.map((one) => one.name()))}.`;
  explainUsage(program, args, commands);
  const add = <Options extends object>({ define, run }: OperatorCommand<Options>): void => {
    const command = define(program);
    const options = () => `Its options are ${listed(command.options.map(({ long }) => long))}.`;
    explainUsage(command, args, options);
    command.action(async () => onEnd(await run(command.opts<Options>(), terminal)));
  };
  add(recover);
  add(restoreTable);
  add(pause);
  add(resume);
  add(rotateClientSecret);
  add(copy);
  add(purge);
  return program;
}

/**
 * What was given is not repeated, unless it is a command: it may be a secret. Nor is it guessed at:
 * what there is, is said whole.
 */
function explainUsage(command: Command, args: readonly string[], whatThereIs: () => string): void {
  const { commands } = command.parent ?? command;
  const isCommand = (word: string) => commands.some((one) => one.name() === word);
  command.configureOutput({
    outputError: (text, write) => {
      const given = args.filter((arg) => !isCommand(arg));
      const unknown = /^error: unknown (?:command|option) /.test(text);
      write(`${withoutGiven(text, given)}${unknown ? `${whatThereIs()}\n` : ''}`);
    },
  });
}

function listed(names: readonly (string | undefined)[]): string {
  return names.join(', ');
}

export async function runOperator(args: readonly string[]): Promise<ExitCode> {
  const terminal = new Terminal();
  let ended: ExitCode = 0;
  const onEnd = (code: ExitCode) => {
    ended = code;
  };
  const program = operatorProgram(terminal, onEnd, args);
  try {
    await program.parseAsync([...args], { from: 'user' });
    return ended;
  } catch (error) {
    // commander has printed its errors itself.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.complain(failureText(error));
    return error instanceof UsageError ? 2 : 1;
  } finally {
    terminal.clearProgress();
  }
}
