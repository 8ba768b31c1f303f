/**
 * `rotate-client-secret`: gives every token of an OAuth client its new secret, through the deployed
 * save-token function, as an application would save it. A token that has it already is not written.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { InvocationError } from '../../lib/client/invocation-error.ts';
import type { LatchkeyClient } from '../../lib/client/latchkey-client.ts';
import { LatchkeyError } from '../../lib/errors.ts';
import { dynamoDb } from '../aws-clients.ts';
import { type OperatorCommand, wholeNumber } from '../operator-command.ts';
import { inPacedLanes } from '../paced-lanes.ts';
import { reportLanes } from '../report-lanes.ts';
import { readSecret } from '../secret-input.ts';
import { storeClient } from '../store-client.ts';
import { withStoreOption } from '../store-names.ts';
import { noSuchStore } from '../store-presence.ts';
import { countedOf, type Terminal } from '../terminal.ts';

interface RotateOptions {
  readonly store: string;
  readonly client: string;
  readonly perSecond: number;
  readonly dryRun?: true;
  readonly yes?: true;
}

const HELP = `
The secret is asked for without showing it, or read from standard input; never an option.

Without downtime: regenerate the secret at the provider, then run this at once. Access tokens live
on, and each token still has ten minutes when its refresh is first refused; that marks no token, and
after this command they are refreshed at once. Deploy your applications with the new secret; one
that still has the old one saves it back, so run this again when the last of them is out.

  npm run operator -- rotate-client-secret --store billing --client 1000.ABC
  get-it-from-somewhere | npm run operator -- rotate-client-secret --store billing --client 1000.ABC --yes

IAM: lambda:InvokeFunction on latchkey-<store>-get-tokens and latchkey-<store>-save-token.`;

export const rotateClientSecret: OperatorCommand<RotateOptions> = {
  define: (program: Command) =>
    withStoreOption(program.command('rotate-client-secret'))
      .description("give every token of an OAuth client the client's new secret")
      .requiredOption('--client <id>', 'the OAuth client, by its id', oauthClientId)
      .option(
        '--per-second <tokens>',
        'pace; the account has 50 secret writes a second, for refreshes too',
        wholeNumber(1, 45),
        20,
      )
      .option('--dry-run', 'say how many tokens the client has')
      .option('--yes', 'do not ask for the name of the store')
      .addHelpText('after', HELP),
  run: async (options, terminal) => {
    const { store, client: clientId, perSecond, dryRun } = options;
    const client = await storeClient(store);
    const ids = await tokensOf(clientId, client, terminal).catch(notThere);
    if (ids instanceof InvocationError) {
      terminal.complain(await noSuchStore(await dynamoDb(), `no function ${ids.functionName}`));
      return 1;
    }
    terminal.say(`${countedOf(ids.length, 'token')} of client ${clientId} in the store ${store}.`);
    if (dryRun) return 0;
    if (ids.length === 0) {
      terminal.complain('Nothing was done. Is the client id right?');
      return 1;
    }
    const clientSecret = await readSecret('client secret');
    if (!(await terminal.confirm(options))) return 1;
    let gone = 0;
    const report = await inPacedLanes(
      ids,
      {
        perSecond,
        nameOf: (id) => id,
        onProgress: (handled) => terminal.progress('Saved', handled, ids.length),
      },
      async (id) => {
        try {
          await client.saveToken({ token: { id, clientSecret: clientSecret.reveal() } });
        } catch (error) {
          if (!(error instanceof LatchkeyError) || error.code !== 'TOKEN_NOT_FOUND') throw error;
          gone += 1;
        }
      },
    );
    const code = reportLanes(report, ids.length, terminal);
    const goneText = gone === 0 ? '' : `, ${countedOf(gone, 'was', 'were')} deleted meanwhile`;
    terminal.say(`${countedOf(report.done - gone, 'token')} with the new secret${goneText}.`);
    if (code === 0) terminal.say('Run it again when every application has the new secret too.');
    return code;
  },
};

/** Spaces come with a slip of the hand; an empty one, with a variable that is not set. */
function oauthClientId(text: string): string {
  if (/^\S{1,2048}$/.test(text)) return text;
  throw new InvalidArgumentError('It takes a client id, without spaces.');
}

/** The failure where it says that there is no such function; any other is thrown on. */
function notThere(error: unknown): InvocationError {
  const missing =
    error instanceof InvocationError && error.awsError === 'ResourceNotFoundException';
  if (!missing) throw error;
  return error;
}

async function tokensOf(
  clientId: string,
  client: LatchkeyClient,
  terminal: Terminal,
): Promise<string[]> {
  const ids: string[] = [];
  let seen = 0;
  for await (const token of client.allTokens({ includeSecrets: false })) {
    seen += 1;
    terminal.progress('Looked at', seen);
    if (token.clientId === clientId && token.id !== undefined) ids.push(token.id);
  }
  return ids;
}
