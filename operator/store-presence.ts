/** Whether the store that was named is there; for who misspelt it, which stores there are. */
import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { tableName } from '../infra/resource-names.ts';
import { callAws } from '../lib/aws-failure.ts';
import { systemClock } from '../lib/clock.ts';
import { deadlineIn } from '../lib/deadline.ts';
import { isTableThere } from './index-table.ts';
import type { Terminal } from './terminal.ts';

const CALL_MS = 30_000;
const TABLE_PREFIX = tableName({ store: '' });
/** Of a hundred tables each: an account with more is not searched to the end for a hint. */
const MAX_PAGES = 10;
const SHOWN = 20;

/** Complains where there is no table of that name. */
export async function hasTable(
  client: DynamoDBClient,
  table: string,
  terminal: Terminal,
): Promise<boolean> {
  if (await isTableThere(client, table)) return true;
  terminal.complain(await noSuchStore(client, `no table ${table}`));
  return false;
}

/** @param missing - what a store of that name would have: `no table latchkey-a` */
export async function noSuchStore(client: DynamoDBClient, missing: string): Promise<string> {
  return `There is ${missing} in this account and Region. ${await presentStores(client)}`;
}

async function presentStores(client: DynamoDBClient): Promise<string> {
  const stores = await storesWithTables(client).catch(() => undefined);
  if (stores === undefined) return 'Are the name, AWS_PROFILE and AWS_REGION right?';
  if (stores.length === 0) return 'Nor is any other store: are AWS_PROFILE and AWS_REGION right?';
  const more = stores.length > SHOWN ? ', …' : '';
  return `There are tables of: ${stores.slice(0, SHOWN).join(', ')}${more}.`;
}

/** Rejects also where the operator may not list tables: no command needs to. */
async function storesWithTables(client: DynamoDBClient): Promise<string[]> {
  const names: string[] = [];
  let start: string | undefined = TABLE_PREFIX;
  for (let page = 0; page < MAX_PAGES && start !== undefined; page += 1) {
    const command: ListTablesCommand = new ListTablesCommand({ ExclusiveStartTableName: start });
    const { TableNames = [], LastEvaluatedTableName } = await callAws(
      (options) => client.send(command, options),
      deadlineIn(CALL_MS, systemClock),
    );
    names.push(...TableNames);
    start = LastEvaluatedTableName;
  }
  return names
    .filter((name) => name.startsWith(TABLE_PREFIX))
    .map((name) => name.slice(TABLE_PREFIX.length));
}
