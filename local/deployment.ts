/**
 * The store as it is deployed, on the embedded AWS: the same bundles, settings and names as the
 * CDK app gives them. What is CloudFormation's part on AWS, making the table, is done here.
 */

import {
  CreateTableCommand,
  DynamoDBClient,
  ResourceInUseException,
} from '@aws-sdk/client-dynamodb';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { bundleFile } from '../infra/bundling/bundles.ts';
import { functionEnvironment } from '../infra/function-environment.ts';
import { timeoutSeconds } from '../infra/function-timeout.ts';
import { DEFAULT_SETTINGS, type StoreSettings, validSettings } from '../infra/store-settings.ts';
import { FUNCTION_VARIABLE_OF_OPERATION } from '../lib/client/function-variables.ts';
import { LatchkeyClient } from '../lib/client/latchkey-client.ts';
import { FUNCTION_OF_OPERATION, type OperationName } from '../lib/contract.ts';
import { PARTITION_KEY } from '../lib/token-index/dynamodb-items.ts';
import { type EmbeddedAws, type EmbeddedAwsOptions, startEmbeddedAws } from './aws/embedded-aws.ts';
import { QUIET_SDK } from './quiet-sdk.ts';

export interface LocalDeployment {
  readonly aws: EmbeddedAws;
  readonly settings: StoreSettings;
  readonly tableName: string;
  readonly functionNames: Readonly<Record<OperationName, string>>;
  /** A client as another Lambda function would have it. */
  readonly client: LatchkeyClient;
  /** What another process needs in its environment to use the store. */
  environment(): Record<string, string>;
  close(): Promise<void>;
}

export async function deployLocally(
  given: Partial<StoreSettings> = {},
  options: EmbeddedAwsOptions = {},
): Promise<LocalDeployment> {
  const settings = validSettings({ ...DEFAULT_SETTINGS, stage: 'development', ...given });
  const tableName = `latchkey-${settings.store}`;
  const environment = { ...functionEnvironment(settings, tableName), ...QUIET_SDK };
  const functionNames = namesOf(settings);
  const functions = Object.values(FUNCTION_OF_OPERATION).map((name) => ({
    name: `latchkey-${settings.store}-${name}`,
    bundle: bundleFile(name),
    environment,
    timeoutSeconds: timeoutSeconds(name),
  }));
  const aws = await startEmbeddedAws({ ...options, functions });
  try {
    await createTable(aws, tableName);
  } catch (error) {
    await aws.close();
    throw error;
  }
  const lambda = new LambdaClient(clientSettings(aws));
  return {
    aws,
    settings,
    tableName,
    functionNames,
    client: new LatchkeyClient({ functionNames, lambda }),
    environment: () => ({ ...aws.environment(), ...functionVariables(functionNames) }),
    close: async () => {
      lambda.destroy();
      await aws.close();
    },
  };
}

/** What points an SDK client at the embedded AWS without touching this process's environment. */
export function clientSettings(aws: EmbeddedAws, accessKeyId = 'local') {
  return {
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
  };
}

function namesOf({ store }: StoreSettings): Record<OperationName, string> {
  const names = Object.entries(FUNCTION_OF_OPERATION).map(([operation, name]) => [
    operation,
    `latchkey-${store}-${name}`,
  ]);
  return Object.fromEntries(names) as Record<OperationName, string>;
}

function functionVariables(names: Record<OperationName, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(FUNCTION_VARIABLE_OF_OPERATION).map(([operation, variable]) => [
      variable,
      names[operation as OperationName],
    ]),
  );
}

async function createTable(aws: EmbeddedAws, tableName: string): Promise<void> {
  const client = new DynamoDBClient(clientSettings(aws));
  try {
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        AttributeDefinitions: [{ AttributeName: PARTITION_KEY, AttributeType: 'S' }],
        KeySchema: [{ AttributeName: PARTITION_KEY, KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}
