/** The first `npm run deploy`, and whether what it made is as the template has it. */
import assert from 'node:assert/strict';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { FUNCTION_NAMES } from '../../../infra/bundling/bundles.ts';
import { timeoutSeconds } from '../../../infra/function-timeout.ts';
import { functionName, pascalCase, tableName } from '../../../infra/resource-names.ts';
import { FUNCTION_OF_OPERATION } from '../../../lib/contract.ts';
import { indexTable } from '../../../local/index-table.ts';
import type { DeployedStore } from '../cdk/deployed-store.ts';
import type { Step } from '../step.ts';

export function firstDeployment(store: DeployedStore): Step {
  return {
    title: `npm run deploy: the store ${store.settings.store}`,
    bearsTheRest: true,
    run: async (tell) => {
      await tell.check('the stack is deployed', () => store.deploy());
    },
  };
}

export function provisioned(store: DeployedStore): Step {
  return {
    title: 'what that made',
    run: async (tell) => {
      await tell.check('outputs that name the function of every operation, and the rest', () =>
        checkOutputs(store),
      );
      await tell.check('functions, each with its own role, its time-out and JSON logs', () =>
        checkFunctions(store),
      );
      await tell.check('a table with its key and the due index', () => checkTable(store));
      await tell.check('a stack that is protected from termination', async () => {
        assert.equal((await store.stack())?.EnableTerminationProtection, true);
      });
    },
  };
}

async function checkOutputs(store: DeployedStore): Promise<void> {
  const functions = [...Object.values(FUNCTION_OF_OPERATION), 'housekeeper'] as const;
  const rest = ['EventBusName', 'DeadLetterQueueUrl', 'TableName', 'SecretPrefix'];
  const expected = functions.map((name) => `${pascalCase(name)}FunctionName`).concat(rest);
  const outputs = await store.outputs();
  assert.deepEqual(
    expected.filter((name) => !outputs[name]),
    [],
  );
}

async function checkFunctions({ lambda, settings }: DeployedStore): Promise<void> {
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const found = Functions.map((one) => ({
    name: one.FunctionName,
    runtime: one.Runtime,
    architectures: one.Architectures,
    timeout: one.Timeout,
    logs: one.LoggingConfig?.LogFormat,
  }));
  const expected = FUNCTION_NAMES.map((name) => ({
    name: functionName(settings, name),
    runtime: 'nodejs24.x',
    architectures: ['arm64'],
    timeout: timeoutSeconds(name),
    logs: 'JSON',
  }));
  const byName = (a: { name: string | undefined }, b: { name: string | undefined }) =>
    String(a.name).localeCompare(String(b.name));
  assert.deepEqual(found.sort(byName), expected.sort(byName));
  assert.equal(new Set(Functions.map(({ Role }) => Role)).size, FUNCTION_NAMES.length);
}

async function checkTable({ stored, settings }: DeployedStore): Promise<void> {
  const TableName = tableName(settings);
  const { Table } = await stored.dynamoDb.send(new DescribeTableCommand({ TableName }));
  const expected = indexTable(TableName);
  assert.deepEqual(Table?.KeySchema, expected.KeySchema);
  const [index] = Table?.GlobalSecondaryIndexes ?? [];
  const { IndexName, KeySchema, Projection } = index ?? {};
  assert.deepEqual([{ IndexName, KeySchema, Projection }], expected.GlobalSecondaryIndexes);
}
