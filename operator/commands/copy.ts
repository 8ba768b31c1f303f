/**
 * `copy`: the tokens of a store as secrets of another one, in this account or elsewhere, under the
 * same ids. The target's index is made of them by `recover` there.
 */
import type { Command } from 'commander';
import { RELOCATION_OUTCOMES, TokenRelocation } from '../../lib/relocation/token-relocation.ts';
import { DynamoDbTokenIndex } from '../../lib/token-index/dynamodb-token-index.ts';
import type { TokenRow } from '../../lib/token-index/token-index.ts';
import { SecretsManagerVault } from '../../lib/vault/secrets-manager-vault.ts';
import { dynamoDb, secretsManager } from '../aws-clients.ts';
import { tokenRows } from '../index-table.ts';
import { type OperatorCommand, wholeNumber } from '../operator-command.ts';
import { inPacedLanes } from '../paced-lanes.ts';
import { reportLanes } from '../report-lanes.ts';
import { namesOf, storeName, withStoreOption } from '../store-names.ts';
import { hasTable } from '../store-presence.ts';
import { counted, type Terminal } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface CopyOptions {
  readonly store: string;
  readonly toStore: string;
  readonly toProfile?: string;
  readonly toRegion?: string;
  readonly toKmsKey?: string;
  readonly recoveryDays: number;
  readonly perSecond: number;
  readonly dryRun?: true;
  readonly yes?: true;
}

const HELP = `
Reads the living tokens of --store, with the environment's profile, and writes them as secrets of
--to-store. Run again, it carries what has changed since, and nothing else; what is in use at the
target is left. Two stores must not both refresh a token whose provider rotates refresh tokens: keep
the target paused until the source is. docs/RECOVERY.md has the order of steps.

  npm run operator -- copy --store billing --to-store billing --to-profile new-account
  npm run operator -- copy --store billing --to-store billing --to-region eu-west-1

IAM at the source: dynamodb:DescribeTable, Scan, BatchGetItem on the table;
secretsmanager:GetSecretValue on latchkey/<store>/*. At the target: dynamodb:DescribeTable on the
table; secretsmanager:DescribeSecret, GetSecretValue, CreateSecret, TagResource, PutSecretValue,
DeleteSecret on latchkey/<to-store>/*. Stores with a KMS key of their own take the use of it besides.
Whoever runs it can read every token of both.`;

const MEANING = {
  created: 'made at the target',
  updated: 'brought up to date at the target',
  same: 'the same at the target',
  ahead: 'in use at the target: left',
  deleted: 'deleted at the source since they were copied: put into deletion at the target',
  absent: 'not alive at the source',
  'in-deletion': 'in deletion at the target: left',
} as const satisfies Record<(typeof RELOCATION_OUTCOMES)[number], string>;

export const copy: OperatorCommand<CopyOptions> = {
  define: (program: Command) =>
    withStoreOption(program.command('copy'))
      .description('copy the tokens of a store to another store, account or Region')
      .requiredOption('--to-store <name>', 'the store that is to have them', storeName)
      .option('--to-profile <name>', "the target's AWS profile, if it is another")
      .option('--to-region <region>', "the target's Region, if it is another")
      .option('--to-kms-key <arn>', "the target's own KMS key, if it was deployed with one")
      .option('--recovery-days <days>', 'of what is put into deletion there', wholeNumber(7, 30), 7)
      .option('--per-second <tokens>', 'pace; an account makes 50 a second', wholeNumber(1, 45), 20)
      .option('--dry-run', 'say what would be done')
      .option('--yes', 'do not ask for the name of the store')
      .addHelpText('after', HELP),
  run: async (options, terminal) => {
    const { store, toStore, toProfile, toRegion, dryRun, perSecond } = options;
    if (store === toStore && toProfile === undefined && toRegion === undefined) {
      throw new UsageError('Source and target are the same store: say another, or where it is.');
    }
    const elsewhere = { profile: toProfile, region: toRegion };
    const client = await dynamoDb();
    if (!(await hasTable(client, namesOf(store).table, terminal))) return 1;
    if (!(await hasTable(await dynamoDb(elsewhere), namesOf(toStore).table, terminal))) {
      terminal.complain('Deploy the store that is to have the tokens first.');
      return 1;
    }
    const targetSecrets = await secretsManager(elsewhere);
    const index = new DynamoDbTokenIndex({ client, tableName: namesOf(store).table });
    const relocation = new TokenRelocation({
      source: new SecretsManagerVault({
        client: await secretsManager(),
        namePrefix: namesOf(store).secretPrefix,
        recoveryWindowDays: options.recoveryDays,
      }),
      target: new SecretsManagerVault({
        client: targetSecrets,
        namePrefix: namesOf(toStore).secretPrefix,
        recoveryWindowDays: options.recoveryDays,
        kmsKeyId: options.toKmsKey,
      }),
      write: !dryRun,
    });
    if (!dryRun && !(await terminal.confirm(options))) return 1;
    const rows: { readonly row: TokenRow; readonly generation: number }[] = [];
    for await (const row of tokenRows(index)) {
      rows.push(row);
      terminal.progress('Listed', rows.length);
    }
    const counts = new Map<string, number>();
    const report = await inPacedLanes(
      rows,
      {
        perSecond,
        nameOf: ({ row }) => row.id,
        onProgress: (handled) => terminal.progress('Copied', handled, rows.length),
      },
      async ({ row, generation }, deadline) => {
        const outcome = await relocation.relocate(row, generation, deadline);
        counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
      },
    );
    tell(counts, terminal);
    return reportLanes(report, rows.length, terminal);
  },
};

function tell(counts: ReadonlyMap<string, number>, terminal: Terminal): void {
  if (counts.size === 0) terminal.say('The source has no tokens.');
  for (const outcome of RELOCATION_OUTCOMES) {
    const count = counts.get(outcome);
    if (count === undefined) continue;
    terminal.say(`${counted(count).padStart(9)}  ${outcome.padEnd(12)} ${MEANING[outcome]}`);
  }
}
