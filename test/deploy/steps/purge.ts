/** `npm run operator -- purge`: what no stack owned, and so no `cdk destroy` took along, goes too. */
import assert from 'node:assert/strict';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { tableName } from '../../../infra/resource-names.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import type { CommandLine } from '../command-line.ts';
import { secretsOf } from '../secrets-of.ts';
import type { Step } from '../step.ts';

export interface DestroyedStores {
  /** Whose table stayed. */
  readonly production: DeployedStore;
  readonly development: DeployedStore;
}

export function purge({ production, development }: DestroyedStores, commands: CommandLine): Step {
  const purging = ({ settings }: DeployedStore, ...more: readonly string[]) =>
    commands.attempt('operator-purge', 'npm', [
      ...['run', 'operator', '--', 'purge', '--store', settings.store],
      ...more,
    ]);
  const checkAllInDeletion = async (store: DeployedStore, secrets: number) => {
    const { code, output } = await purging(store, '--yes');
    assert.equal(code, 0, output);
    assert.deepEqual(await secretsOf(store), { present: 0, inDeletion: secrets });
  };
  return {
    title: 'npm run operator -- purge',
    run: async (tell) => {
      const ofDevelopment = await secretsOf(development);
      const ofProduction = await secretsOf(production);
      const all = ({ present, inDeletion }: typeof ofProduction) => present + inDeletion;
      const { store } = development.settings;
      await tell.check(`--dry-run counts the ${all(ofDevelopment)} of ${store}`, async () => {
        const { code, output } = await purging(development, '--dry-run');
        assert.equal(code, 0, output);
        assert.match(
          output,
          new RegExp(`^${all(ofDevelopment)} secrets under latchkey/${store}/`, 'm'),
        );
        assert.deepEqual(await secretsOf(development), ofDevelopment);
      });
      await tell.check('they go into deletion, and none of the other store', async () => {
        await checkAllInDeletion(development, all(ofDevelopment));
        assert.deepEqual(await secretsOf(production), ofProduction);
      });
      await tell.check('where production kept the table it refuses', async () => {
        const { code, output } = await purging(production, '--yes');
        assert.equal(code, 1, output);
        assert.deepEqual(await secretsOf(production), ofProduction);
      });
      await tell.check(
        `with the table deleted, those ${all(ofProduction)} go as well`,
        async () => {
          const TableName = tableName(production.settings);
          await production.stored.dynamoDb.send(new DeleteTableCommand({ TableName }));
          await checkAllInDeletion(production, all(ofProduction));
        },
      );
    },
  };
}
