/** The TokenStore construct: the table, a function per operation, and grants to other functions. */
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FUNCTION_VARIABLE_OF_OPERATION } from '../lib/client/function-variables.ts';
import { FUNCTION_OF_OPERATION, type OperationName } from '../lib/contract.ts';
import { functionEnvironment, secretPrefix } from './function-environment.ts';
import { OperationFunction } from './operation-function.ts';
import { DEFAULT_SETTINGS, type StoreSettings, validSettings } from './store-settings.ts';
import { tokenTable } from './token-table.ts';

/**
 * A store of OAuth tokens: its own table, its own secrets, its own functions. What may call it is
 * granted operation by operation.
 *
 * @example
 * const tokens = new TokenStore(this, 'Tokens', { store: 'billing', dataCentre: 'eu' });
 * tokens.grantGetAccessToken(syncFunction);
 * tokens.grantFind(loginFunction);
 * tokens.grantSave(loginFunction);
 */
export class TokenStore extends Construct {
  readonly settings: StoreSettings;
  readonly table: TableV2;
  readonly functions: Readonly<Record<OperationName, LambdaFunction>>;

  /** @param settings - what differs from `DEFAULT_SETTINGS` */
  constructor(scope: Construct, id: string, settings: Partial<StoreSettings> = {}) {
    super(scope, id);
    this.settings = validSettings({ ...DEFAULT_SETTINGS, ...settings });
    this.table = tokenTable(this, this.settings);
    const environment = functionEnvironment(this.settings, this.table.tableName);
    const resources = { table: this.table, secretPrefix: secretPrefix(this.settings) };
    const made = Object.entries(FUNCTION_OF_OPERATION).map(([operation, name]) => {
      const props = { name, settings: this.settings, resources, environment };
      return [operation, new OperationFunction(this, pascalCase(name), props).lambda];
    });
    this.functions = Object.fromEntries(made) as Record<OperationName, LambdaFunction>;
  }

  /** findToken and findTokenById: what the Zoho SDK reads with. The caller sees whole tokens. */
  grantFind(caller: LambdaFunction): void {
    this.grant(caller, 'findToken', 'findTokenById');
  }

  /** saveToken: what the Zoho SDK writes with. */
  grantSave(caller: LambdaFunction): void {
    this.grant(caller, 'saveToken');
  }

  /** getAccessToken: access tokens only, and no way to anything else of a token. */
  grantGetAccessToken(caller: LambdaFunction): void {
    this.grant(caller, 'getAccessToken');
  }

  /**
   * Lets `caller` invoke these operations, and gives it the environment in which
   * `LatchkeyClient.fromEnvironment()` finds them.
   */
  grant(caller: LambdaFunction, ...operations: readonly OperationName[]): void {
    for (const operation of operations) {
      const callee = this.functions[operation];
      callee.grantInvoke(caller);
      caller.addEnvironment(FUNCTION_VARIABLE_OF_OPERATION[operation], callee.functionName);
    }
  }
}

/** `find-token` becomes `FindToken`. */
export function pascalCase(name: string): string {
  return name.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
