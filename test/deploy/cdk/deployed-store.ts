/**
 * A store's stack: how it is deployed and destroyed, and the way in that its outputs give, the same
 * for a test as for any other Lambda function.
 */
import {
  CloudFormationClient,
  CloudFormationServiceException,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateTerminationProtectionCommand,
} from '@aws-sdk/client-cloudformation';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { pascalCase, tableName } from '../../../infra/resource-names.ts';
import { DEFAULT_SETTINGS, type StoreSettings } from '../../../infra/store-settings.ts';
import { LatchkeyClient } from '../../../lib/client/latchkey-client.ts';
import { FUNCTION_OF_OPERATION, type OperationName } from '../../../lib/contract.ts';
import { clientSettings } from '../../../local/deployment.ts';
import type { Outcome } from '../../emulators/processes.ts';
import { StoredState } from '../../support/stored-state.ts';
import type { MiniStack } from '../ministack/server.ts';
import type { CdkCli } from './cdk-cli.ts';

export class DeployedStore {
  /** As it was last deployed. */
  settings: StoreSettings;
  readonly lambda: LambdaClient;
  /** What it keeps behind its front door. */
  readonly stored: StoredState;
  readonly #cdk: CdkCli;
  readonly #cloudFormation: CloudFormationClient;
  #client: LatchkeyClient | undefined;

  constructor(cdk: CdkCli, aws: MiniStack, settings: Partial<StoreSettings>) {
    this.#cdk = cdk;
    this.settings = { ...DEFAULT_SETTINGS, ...settings };
    this.lambda = new LambdaClient(clientSettings(aws));
    this.#cloudFormation = new CloudFormationClient(clientSettings(aws));
    this.stored = new StoredState({
      aws,
      settings: this.settings,
      tableName: tableName(this.settings),
    });
  }

  get stackName(): string {
    return `Latchkey-${this.settings.store}`;
  }

  /** As another Lambda function has it. */
  get client(): LatchkeyClient {
    if (this.#client === undefined) throw new Error(`${this.stackName} is not deployed`);
    return this.#client;
  }

  /** Deploys it, or what has changed of it. */
  async deploy(changes: Partial<StoreSettings> = {}): Promise<void> {
    const settings = { ...this.settings, ...changes };
    await this.#cdk.deploy(...contextOf(settings));
    this.settings = settings;
    const outputs = await this.outputs();
    const names = Object.entries(FUNCTION_OF_OPERATION).map(([operation, name]) => [
      operation,
      outputs[`${pascalCase(name)}FunctionName`],
    ]);
    this.#client = new LatchkeyClient({
      lambda: this.lambda,
      functionNames: Object.fromEntries(names) as Record<OperationName, string>,
    });
  }

  destroy(): Promise<Outcome> {
    return this.#cdk.attempt('destroy', '--force', ...contextOf(this.settings));
  }

  /** The types of what a stack left behind when it was deleted. */
  async typesKeptBy(stackId: string | undefined): Promise<string[]> {
    const { StackEvents = [] } = await this.#cloudFormation.send(
      new DescribeStackEventsCommand({ StackName: stackId }),
    );
    const kept = StackEvents.filter(({ ResourceStatus }) => ResourceStatus === 'DELETE_SKIPPED');
    return [...new Set(kept.map(({ ResourceType = '' }) => ResourceType))].sort();
  }

  async outputs(): Promise<Readonly<Record<string, string>>> {
    const outputs = (await this.stack())?.Outputs ?? [];
    return Object.fromEntries(outputs.map((one) => [one.OutputKey ?? '', one.OutputValue ?? '']));
  }

  /** Undefined where it was never deployed or is destroyed. */
  async stack(): Promise<Stack | undefined> {
    try {
      const found = await this.#cloudFormation.send(
        new DescribeStacksCommand({ StackName: this.stackName }),
      );
      return found.Stacks?.find(({ StackStatus }) => StackStatus !== 'DELETE_COMPLETE');
    } catch (error) {
      // "Stack with id … does not exist": CloudFormation has no error class for it.
      const isAbsent = error instanceof CloudFormationServiceException;
      if (isAbsent && error.name === 'ValidationError') return undefined;
      throw error;
    }
  }

  /** What `aws cloudformation update-termination-protection` does. */
  async liftTerminationProtection(): Promise<void> {
    await this.#cloudFormation.send(
      new UpdateTerminationProtectionCommand({
        StackName: this.stackName,
        EnableTerminationProtection: false,
      }),
    );
  }

  close(): void {
    this.lambda.destroy();
    this.#cloudFormation.destroy();
    this.stored.close();
  }
}

/** `-c name=value` for what differs from the defaults. */
function contextOf(settings: StoreSettings): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    const standard = DEFAULT_SETTINGS[name as keyof StoreSettings];
    const isStandard = JSON.stringify(value) === JSON.stringify(standard);
    return isStandard ? [] : ['-c', `${name}=${text}`];
  });
}
