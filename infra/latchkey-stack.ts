/** One deployment of Latchkey: one store, and the names that callers and operators need. */
import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { FUNCTION_OF_OPERATION, type OperationName } from '../lib/contract.ts';
import { pascalCase, secretPrefix } from './resource-names.ts';
import type { StoreSettings } from './store-settings.ts';
import { TokenStore } from './token-store.ts';

export interface LatchkeyStackProps extends StackProps {
  readonly settings: StoreSettings;
}

export class LatchkeyStack extends Stack {
  constructor(scope: Construct, id: string, { settings, ...props }: LatchkeyStackProps) {
    super(scope, id, {
      description: `Latchkey: the OAuth token store "${settings.store}"`,
      terminationProtection: settings.stage === 'production',
      ...props,
    });
    const tokens = new TokenStore(this, 'Tokens', settings);
    for (const [operation, lambda] of Object.entries(tokens.functions)) {
      const name = pascalCase(FUNCTION_OF_OPERATION[operation as OperationName]);
      new CfnOutput(this, `${name}FunctionName`, { value: lambda.functionName });
    }
    const { housekeeper } = tokens.background;
    new CfnOutput(this, 'HousekeeperFunctionName', { value: housekeeper.functionName });
    new CfnOutput(this, 'TokenWidgetFunctionName', { value: tokens.tokenWidget.functionName });
    new CfnOutput(this, 'EventBusName', { value: tokens.eventBus.eventBusName });
    new CfnOutput(this, 'DeadLetterQueueUrl', { value: tokens.deadLetters.queueUrl });
    new CfnOutput(this, 'TableName', { value: tokens.table.tableName });
    new CfnOutput(this, 'SecretPrefix', { value: secretPrefix(settings) });
  }
}
