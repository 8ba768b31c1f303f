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
import { type BackgroundFunction, bundleFile, FUNCTION_NAMES } from '../infra/bundling/bundles.ts';
import {
  HOUSEKEEPING_EVERY_MINUTES,
  MAX_RECEIVE_COUNT,
  SWEEP_EVERY_MINUTES,
  VISIBILITY_TIMEOUT_SECONDS,
  WORKER_BATCH_SIZE,
} from '../infra/delivery-settings.ts';
import { functionEnvironment } from '../infra/function-environment.ts';
import { timeoutSeconds } from '../infra/function-timeout.ts';
import {
  deadLetterQueueName,
  eventBusName,
  functionName,
  refreshQueueName,
  tableName,
} from '../infra/resource-names.ts';
import { DEFAULT_SETTINGS, type StoreSettings, validSettings } from '../infra/store-settings.ts';
import { FUNCTION_VARIABLE_OF_OPERATION } from '../lib/client/function-variables.ts';
import { LatchkeyClient } from '../lib/client/latchkey-client.ts';
import { FUNCTION_OF_OPERATION, type OperationName } from '../lib/contract.ts';
import {
  type EmbeddedAws,
  type EmbeddedAwsOptions,
  type FunctionDefinition,
  startEmbeddedAws,
} from './aws/embedded-aws.ts';
import { indexTable } from './index-table.ts';
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
  const functionNames = namesOf(settings);
  const aws = await startEmbeddedAws({ ...delivery(settings), ...options });
  try {
    await createTable(aws, tableName(settings));
    aws.addFunctions(functionsOf(settings, aws));
  } catch (error) {
    await aws.close();
    throw error;
  }
  const lambda = new LambdaClient(clientSettings(aws));
  return {
    aws,
    settings,
    tableName: tableName(settings),
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
export function clientSettings(aws: Pick<EmbeddedAws, 'url'>, accessKeyId = 'local') {
  return {
    endpoint: aws.url,
    region: 'us-east-1',
    credentials: { accessKeyId, secretAccessKey: 'local' },
  };
}

/** What `infra/refresh-delivery.ts` provisions. */
function delivery(settings: StoreSettings): EmbeddedAwsOptions {
  const queue = refreshQueueName(settings);
  const deadLetterQueue = deadLetterQueueName(settings);
  const schedule = (name: BackgroundFunction, everyMinutes: number) => ({
    name,
    functionName: functionName(settings, name),
    everyMinutes,
    input: {},
  });
  return {
    queues: [
      { name: deadLetterQueue, visibilityTimeoutSeconds: 30 },
      {
        name: queue,
        visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
        redrive: { deadLetterQueue, maxReceiveCount: MAX_RECEIVE_COUNT },
      },
    ],
    eventSources: [
      {
        queue,
        functionName: functionName(settings, 'refresh-worker'),
        batchSize: WORKER_BATCH_SIZE,
        maximumConcurrency: settings.refreshWorkers,
      },
    ],
    schedules: [
      schedule('refresh-dispatcher', SWEEP_EVERY_MINUTES),
      schedule('housekeeper', HOUSEKEEPING_EVERY_MINUTES),
    ],
    eventBuses: [eventBusName(settings)],
  };
}

/** Every function of the store, as it is deployed. */
export function functionsOf(settings: StoreSettings, aws: EmbeddedAws): FunctionDefinition[] {
  const deployed = {
    tableName: tableName(settings),
    refreshQueueUrl: aws.queueUrl(refreshQueueName(settings)),
    eventBusName: eventBusName(settings),
    kmsKeyArn: settings.kmsKeyArn,
  };
  const environment = { ...functionEnvironment(settings, deployed), ...QUIET_SDK };
  return FUNCTION_NAMES.map((name) => ({
    name: functionName(settings, name),
    bundle: bundleFile(name),
    environment,
    timeoutSeconds: timeoutSeconds(name),
  }));
}

function namesOf(settings: StoreSettings): Record<OperationName, string> {
  const names = Object.entries(FUNCTION_OF_OPERATION).map(([operation, name]) => [
    operation,
    functionName(settings, name),
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
    await client.send(new CreateTableCommand(indexTable(tableName)));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}
