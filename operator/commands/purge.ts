/**
 * `purge`: after `cdk destroy`, the secrets, which no stack owns. Puts them into deletion with a
 * recovery window, and takes them out again with `--undo`. Run again, it goes on where it stopped:
 * what is in deletion is passed over.
 */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Command } from 'commander';
import type { Deadline } from '../../lib/deadline.ts';
import { SecretsManagerVault } from '../../lib/vault/secrets-manager-vault.ts';
import { dynamoDb, secretsManager } from '../aws-clients.ts';
import { isTableThere } from '../index-table.ts';
import { type ExitCode, type OperatorCommand, wholeNumber } from '../operator-command.ts';
import { inPacedLanes } from '../paced-lanes.ts';
import {
  markPurged,
  type PrefixedSecret,
  secretsUnder,
  unmarkPurged,
} from '../purge/listed-secrets.ts';
import { PURGE_NOTE, purgeBill, purgeSummary } from '../purge/purge-texts.ts';
import { reportLanes } from '../report-lanes.ts';
import { namesOf, type StoreNames, withStoreOption } from '../store-names.ts';
import { noSuchStore } from '../store-presence.ts';
import { countedOf, type Terminal } from '../terminal.ts';

export interface PurgeOptions {
  readonly store: string;
  readonly recoveryDays: number;
  readonly perSecond: number;
  readonly dryRun?: true;
  readonly yes?: true;
  readonly undo?: true;
  readonly evenThoughDeployed?: true;
}

const HELP = `
Schedules the deletion of every secret of the store, and of no other: names are compared whole, up
to and with the slash behind the store's name. It refuses while the store's table is there. Where
the stack is gone and the table was kept, as production keeps it, delete the table first.

  npm run operator -- purge --store billing --dry-run
  npm run operator -- purge --store billing --recovery-days 30
  npm run operator -- purge --store billing --undo      within the recovery window

IAM: secretsmanager:ListSecrets; TagResource, UntagResource, DeleteSecret and, for --undo,
RestoreSecret on latchkey/<store>/*; dynamodb:DescribeTable on the table.`;

export const purge: OperatorCommand<PurgeOptions> = {
  define: (program: Command) =>
    withStoreOption(program.command('purge'))
      .description('put the secrets of a store that was destroyed into deletion')
      .option('--recovery-days <days>', 'days in which it can be undone', wholeNumber(7, 30), 7)
      .option(
        '--per-second <secrets>',
        'pace; the account has 50 deletions a second',
        wholeNumber(1, 45),
        20,
      )
      .option('--undo', 'take the secrets that were purged out of deletion again')
      .option('--dry-run', 'say what would be done')
      .option('--yes', 'do not ask for the name of the store')
      .option('--even-though-deployed', 'also while the table of the store is there')
      .addHelpText('after', HELP),
  run: async (options, terminal) => {
    const names = namesOf(options.store);
    const client = await secretsManager();
    if (options.undo) return undo(client, names, options, terminal);
    if (!options.evenThoughDeployed && (await isTableThere(await dynamoDb(), names.table))) {
      terminal.complain(
        `The table ${names.table} is there: the store is deployed, and without its secrets it has ` +
          'no token. Destroy the stack first, and delete the table if it was kept; or say ' +
          '--even-though-deployed.',
      );
      return 1;
    }
    return putIntoDeletion(client, names, options, terminal);
  },
};

async function putIntoDeletion(
  client: SecretsManagerClient,
  names: StoreNames,
  options: PurgeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { recoveryDays, perSecond } = options;
  const all = await listed(client, names, terminal);
  if (all.length === 0) return nothingListed(names, terminal);
  const secrets = all.filter(({ isToken, inDeletion }) => isToken && !inDeletion);
  terminal.say(purgeBill(names.secretPrefix, all, { perSecond }));
  if (options.dryRun) return 0;
  if (secrets.length > 0 && !(await terminal.confirm(options))) return 1;
  const at = new Date().toISOString();
  const vault = vaultOf(client, names, recoveryDays);
  const code = await each(secrets, 'Purged', options, terminal, async (secret, deadline) => {
    await markPurged(client, secret, at, deadline);
    await vault.scheduleDeletion(secret.secretArn, deadline);
  });
  if (code === 0) terminal.say(purgeSummary(secrets.length, { ...names, recoveryDays }));
  terminal.say(PURGE_NOTE);
  return code;
}

/** What the store itself had deleted before the purge bears no mark, and stays deleted. */
async function undo(
  client: SecretsManagerClient,
  names: StoreNames,
  options: PurgeOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const all = await listed(client, names, terminal);
  if (all.length === 0) return nothingListed(names, terminal);
  const secrets = all.filter(({ isToken, purgedAt }) => isToken && purgedAt !== undefined);
  terminal.say(
    `${countedOf(secrets.length, 'secret')} under ${names.secretPrefix} that a purge put into deletion.`,
  );
  if (options.dryRun) return 0;
  if (secrets.length > 0 && !(await terminal.confirm(options))) return 1;
  const vault = vaultOf(client, names, options.recoveryDays);
  const code = await each(secrets, 'Restored', options, terminal, async (secret, deadline) => {
    await vault.cancelDeletion(secret.secretArn, deadline);
    await unmarkPurged(client, secret, deadline);
  });
  if (code === 0) {
    terminal.say(
      `${countedOf(secrets.length, 'secret')} restored. Deploy the store again, then run: ` +
        `npm run operator -- recover --store ${names.store}`,
    );
  }
  return code;
}

async function each(
  secrets: readonly PrefixedSecret[],
  what: string,
  { perSecond }: PurgeOptions,
  terminal: Terminal,
  work: (secret: PrefixedSecret, deadline: Deadline) => Promise<void>,
): Promise<ExitCode> {
  const report = await inPacedLanes(
    secrets,
    {
      perSecond,
      nameOf: ({ name }) => name,
      onProgress: (handled) => terminal.progress(what, handled, secrets.length),
    },
    work,
  );
  return reportLanes(report, secrets.length, terminal);
}

async function listed(
  client: SecretsManagerClient,
  { secretPrefix }: StoreNames,
  terminal: Terminal,
): Promise<PrefixedSecret[]> {
  const all: PrefixedSecret[] = [];
  for await (const secret of secretsUnder(client, secretPrefix)) {
    all.push(secret);
    terminal.progress('Listed', all.length);
  }
  return all;
}

/** A store that is gone leaves nothing but its secrets: without any, its name may be misspelt. */
async function nothingListed({ secretPrefix }: StoreNames, terminal: Terminal): Promise<ExitCode> {
  terminal.complain(await noSuchStore(await dynamoDb(), `no secret under ${secretPrefix}`));
  terminal.complain(PURGE_NOTE);
  return 1;
}

function vaultOf(
  client: SecretsManagerClient,
  { secretPrefix: namePrefix }: StoreNames,
  recoveryWindowDays: number,
): SecretsManagerVault {
  return new SecretsManagerVault({ client, namePrefix, recoveryWindowDays });
}
