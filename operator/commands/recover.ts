/**
 * `recover`: makes the index agree with the secrets again, after the table was restored to an
 * earlier time or lost. What it does to each token is lib/recovery's; this asks, and says.
 */
import { type Command, InvalidArgumentError } from 'commander';
import { Recovery } from '../../lib/recovery/recovery.ts';
import { DynamoDbTokenIndex } from '../../lib/token-index/dynamodb-token-index.ts';
import { SecretsManagerVault } from '../../lib/vault/secrets-manager-vault.ts';
import { dynamoDb, secretsManager } from '../aws-clients.ts';
import { awsClock } from '../aws-clock.ts';
import { type OperatorCommand, wholeNumber } from '../operator-command.ts';
import { RecoveryMark } from '../recovery-mark.ts';
import { isWhole, recoveryText } from '../recovery-texts.ts';
import { namesOf, withStoreOption } from '../store-names.ts';
import { hasTable } from '../store-presence.ts';
import { UsageError } from '../usage-error.ts';

interface RecoverOptions {
  readonly store: string;
  readonly logoutAt?: number;
  readonly perSecond: number;
  readonly dryRun?: true;
  readonly yes?: true;
}

/** Recovery lets no secret go: the number is never used. */
const RECOVERY_WINDOW_DAYS = 30;

const HELP = `
Reads every secret of the store and writes the index alone: rows that are lost come back under
their id, rows behind their secret are brought forward, living rows whose secret was deleted since
become tombstones (also where somebody deleted the secret by hand: restore-tokens brings it back).
Saves and refreshes may go on, but pause the store first where its table is behind: a refresh on an
old row may use up an old refresh token. Run again, it finds level what it did before. A dry run
looks at each token by itself: of two tokens of one user it does not see that one gives way.

A logout of everybody since then is lost with the table. Look for it in the log of delete-tokens,
and say when it was:

  npm run operator -- recover --store billing --dry-run
  npm run operator -- recover --store billing --logout-at 2026-11-22T09:30:00Z

IAM: secretsmanager:ListSecrets; GetSecretValue, DescribeSecret on latchkey/<store>/*;
dynamodb:BatchGetItem, Scan, PutItem, UpdateItem, DeleteItem, DescribeTable on the table.
With a KMS key of your own the use of it besides. Whoever runs it can read every token of the store.`;

export const recover: OperatorCommand<RecoverOptions> = {
  define: (program: Command) =>
    withStoreOption(program.command('recover'))
      .description('make the index agree with the secrets, after a restore or a loss of the table')
      .option(
        '--logout-at <time>',
        'end all tokens made by then (ISO 8601, with time zone)',
        moment,
      )
      .option('--per-second <tokens>', 'pace; two secret reads each', wholeNumber(1, 1_000), 100)
      .option('--dry-run', 'say what would be done')
      .option('--yes', 'do not ask for the name of the store')
      .addHelpText('after', HELP),
  run: async (options, terminal) => {
    const { store, dryRun, logoutAt, perSecond } = options;
    const { table, secretPrefix } = namesOf(store);
    const client = await dynamoDb();
    const clock = awsClock(client);
    if (!(await hasTable(client, table, terminal))) {
      terminal.complain('Where it is lost, deploy the store, or restore its table, first.');
      return 1;
    }
    if (logoutAt !== undefined && logoutAt > clock.nowMs()) {
      throw new UsageError('--logout-at names a time that has not come.');
    }
    if (!dryRun && !(await terminal.confirm(options))) return 1;
    const recovery = new Recovery({
      index: new DynamoDbTokenIndex({ client, tableName: table }),
      vault: new SecretsManagerVault({
        client: await secretsManager(),
        namePrefix: secretPrefix,
        recoveryWindowDays: RECOVERY_WINDOW_DAYS,
      }),
      clock,
      random: Math.random,
      tokensPerSecond: perSecond,
      logoutAtMs: logoutAt,
    });
    const report = await recovery.run({
      mode: dryRun ? 'report' : 'repair',
      onProgress: (handled) => terminal.progress(dryRun ? 'Looked at' : 'Recovered', handled),
    });
    terminal.say(recoveryText(report, store));
    for (const { id, error } of report.failures) terminal.complain(`${id}: ${error}`);
    if (dryRun) return report.failed === 0 ? 0 : 1;
    if (!isWhole(report)) return 1;
    await new RecoveryMark(client, table).clear();
    return 0;
  },
};

/** A time without a zone would be this machine's. */
function moment(text: string): number {
  const atMs = /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(atMs)) return atMs;
  throw new InvalidArgumentError('It takes a time with its zone, such as 2026-11-22T09:30:00Z.');
}
