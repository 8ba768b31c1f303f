/**
 * `cdk destroy`: a development store goes, a production store refuses, and where somebody insists
 * its table and logs stay. Secrets belong to no stack: all of them stay.
 */
import assert from 'node:assert/strict';
import { DescribeTableCommand, ResourceNotFoundException } from '@aws-sdk/client-dynamodb';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListQueuesCommand } from '@aws-sdk/client-sqs';
import { eventBusName, functionName, tableName } from '../../../infra/resource-names.ts';
import type { BusListener } from '../application.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import { type SecretCount, secretsOf } from '../secrets-of.ts';
import type { Step, Teller } from '../step.ts';

export function destroyDevelopment(store: DeployedStore): Step {
  return {
    title: `cdk destroy: ${store.settings.store}, stage development`,
    run: async (tell) => {
      const secrets = await secretsOf(store);
      await tell.check('the stack goes, with functions, queues and table', async () => {
        await destroyed(store, { keeps: [] });
        assert.deepEqual(await remains(store), { functions: 0, queues: 0, table: false });
      });
      await checkSecretsStay(store, secrets, tell);
    },
  };
}

export function destroyProduction(store: DeployedStore, bus: BusListener): Step {
  return {
    title: `cdk destroy: ${store.settings.store}, stage production`,
    run: async (tell) => {
      const before = await remains(store);
      const secrets = await secretsOf(store);
      const items = (await store.stored.items()).length;
      await tell.check('it refuses: the stack is protected, and nothing is touched', async () => {
        const { code, output } = await store.destroy();
        assert.notEqual(code, 0);
        assert.match(output, /TerminationProtection/i);
        assert.deepEqual(await remains(store), before);
      });
      // AWS deletes no bus that has rules; MiniStack would.
      await bus.stopListeningTo(eventBusName(store.settings));
      await tell.check(
        'with the protection lifted the stack goes, but for table and logs',
        async () => {
          await store.liftTerminationProtection();
          await destroyed(store, { keeps: ['AWS::DynamoDB::GlobalTable', 'AWS::Logs::LogGroup'] });
        },
      );
      await tell.check(
        `the table has its ${items} items; functions and queues are gone`,
        async () => {
          assert.deepEqual(await remains(store), { functions: 0, queues: 0, table: true });
          assert.equal((await store.stored.items()).length, items);
        },
      );
      await checkSecretsStay(store, secrets, tell);
    },
  };
}

async function checkSecretsStay(store: DeployedStore, before: SecretCount, tell: Teller) {
  const count = before.present + before.inDeletion;
  await tell.check(`its ${count} secrets stay: no stack owns them`, async () => {
    assert.notEqual(count, 0);
    assert.deepEqual(await secretsOf(store), before);
  });
}

/** @param keeps - the types of resources that stay */
async function destroyed(store: DeployedStore, { keeps }: { keeps: string[] }): Promise<void> {
  const stack = await store.stack();
  const { code, output } = await store.destroy();
  assert.equal(code, 0, output);
  assert.equal(await store.stack(), undefined);
  assert.deepEqual(await store.typesKeptBy(stack?.StackId), keeps);
}

/** What there still is under the store's names. */
async function remains({ stored, lambda, settings }: DeployedStore) {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const prefix = functionName(settings, 'find-token').replace('find-token', '');
  const queues = await stored.sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
  const table = await stored.dynamoDb
    .send(new DescribeTableCommand({ TableName: tableName(settings) }))
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof ResourceNotFoundException) return false;
        throw error;
      },
    );
  const functions = Functions.filter(({ FunctionName }) => FunctionName?.startsWith(prefix)).length;
  return { functions, queues: queues.QueueUrls?.length ?? 0, table };
}
