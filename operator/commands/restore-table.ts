/**
 * `restore-table`: brings the items of a table that AWS has restored, under a name of its own, back
 * into the store's own table, which keeps its name, its settings, its backups and its stack.
 */
import type { Command } from 'commander';
import { systemClock } from '../../lib/clock.ts';
import { dynamoDb, lambda } from '../aws-clients.ts';
import { FunctionStop } from '../function-stop.ts';
import type { OperatorCommand } from '../operator-command.ts';
import { RecoveryMark } from '../recovery-mark.ts';
import { namesOf, withStoreOption } from '../store-names.ts';
import { hasTable } from '../store-presence.ts';
import { TableCopy, type TableDifference } from '../table-copy.ts';
import { counted } from '../terminal.ts';
import { UsageError } from '../usage-error.ts';

interface RestoreTableOptions {
  readonly store: string;
  readonly from: string;
  readonly dryRun?: true;
  readonly yes?: true;
}

const HELP = `
The store must be paused. Tokens and their keys become what the other table holds; a logout of
everybody since then stays one. After it the index is behind its secrets until \`recover\` has been
run: \`resume\` refuses until then. Run again, it goes on where it stopped.

  aws dynamodb restore-table-to-point-in-time --source-table-name latchkey-billing \\
    --target-table-name latchkey-billing-restored --restore-date-time 2026-11-22T09:30:00Z
  npm run operator -- restore-table --store billing --from latchkey-billing-restored --dry-run

IAM: dynamodb:DescribeTable, Scan, BatchGetItem on both tables, BatchWriteItem and PutItem on the
store's; lambda:GetFunctionConcurrency on latchkey-<store>-*.`;

export const restoreTable: OperatorCommand<RestoreTableOptions> = {
  define: (program: Command) =>
    withStoreOption(program.command('restore-table'))
      .description("bring a restored table's items back into the store's own table")
      .requiredOption('--from <table>', 'the table that AWS has restored')
      .option('--dry-run', 'say what differs')
      .option('--yes', 'do not ask for the name of the store')
      .addHelpText('after', HELP),
  run: async (options, terminal) => {
    const { store, from, dryRun } = options;
    const { table } = namesOf(store);
    if (from === table) throw new UsageError('--from names the table of the store itself.');
    const client = await dynamoDb();
    for (const each of [table, from]) {
      if (!(await hasTable(client, each, terminal))) return 1;
    }
    const copy = new TableCopy({
      ...{ client, from, to: table },
      onProgress: (items) => terminal.progress(dryRun ? 'Compared' : 'Copied', items),
    });
    if (dryRun) {
      terminal.say(differenceText(await copy.run(false), 'would'));
      return 0;
    }
    const states = await new FunctionStop(await lambda(), store).states();
    if ([...states.values()].includes('running')) {
      terminal.complain(`The store runs. Run first: npm run operator -- pause --store ${store}`);
      return 1;
    }
    if (!(await terminal.confirm(options))) return 1;
    await new RecoveryMark(client, table).set(from, systemClock.nowMs());
    terminal.say(differenceText(await copy.run(true), 'was'));
    terminal.say(`Run next: npm run operator -- recover --store ${store}`);
    return 0;
  },
};

function differenceText(difference: TableDifference, tense: 'would' | 'was'): string {
  const { same, changed, missing, surplus } = difference;
  const be = tense === 'would' ? 'would be' : 'were';
  return [
    `${counted(same)} items are as they were then.`,
    `${counted(changed)} ${be} put back, ${counted(missing)} brought back, ${counted(surplus)} taken off.`,
  ].join('\n');
}
