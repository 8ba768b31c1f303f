/**
 * The TokenStore construct: the table, a function per operation, what refreshes and tidies in the
 * background, and grants to other functions.
 */
import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FUNCTION_VARIABLE_OF_OPERATION } from '../lib/client/function-variables.ts';
import { FUNCTION_OF_OPERATION, type OperationName } from '../lib/contract.ts';
import { type BackgroundFunction, FUNCTION_NAMES, type FunctionName } from './bundling/bundles.ts';
import { HOUSEKEEPING_EVERY_MINUTES, SWEEP_EVERY_MINUTES } from './delivery-settings.ts';
import { functionEnvironment } from './function-environment.ts';
import type { StoreResources } from './permissions.ts';
import { RefreshDelivery } from './refresh-delivery.ts';
import { eventBusName, secretPrefix } from './resource-names.ts';
import { StoreFunction } from './store-function.ts';
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
  /** What runs by itself. Nobody needs to invoke it, but for an operator the housekeeper. */
  readonly background: Readonly<Record<BackgroundFunction, LambdaFunction>>;
  /** The operator's token list, for a dashboard: `infra/console/token-widget.ts`. */
  readonly tokenWidget: LambdaFunction;
  /** Where applications hear what became of their tokens. */
  readonly eventBus: EventBus;
  /** Messages and ticks that could not be delivered. */
  readonly deadLetters: Queue;

  /** @param settings - what differs from `DEFAULT_SETTINGS` */
  constructor(scope: Construct, id: string, settings: Partial<StoreSettings> = {}) {
    super(scope, id);
    this.settings = validSettings({ ...DEFAULT_SETTINGS, ...settings });
    this.table = tokenTable(this, this.settings);
    this.eventBus = new EventBus(this, 'Events', { eventBusName: eventBusName(this.settings) });
    const delivery = new RefreshDelivery(this, 'Refresh', this.settings);
    const { queue } = delivery;
    this.deadLetters = delivery.deadLetters;
    const environment = functionEnvironment(this.settings, {
      tableName: this.table.tableName,
      refreshQueueUrl: queue.queueUrl,
      eventBusName: this.eventBus.eventBusName,
    });
    const resources: StoreResources = {
      table: this.table,
      secretPrefix: secretPrefix(this.settings),
      refreshQueue: queue,
      eventBus: this.eventBus,
    };
    const made = FUNCTION_NAMES.map((name) => {
      const props = { name, settings: this.settings, resources, environment };
      return [name, new StoreFunction(this, pascalCase(name), props).lambda];
    });
    const byName = Object.fromEntries(made) as Record<FunctionName, LambdaFunction>;
    this.functions = Object.fromEntries(
      Object.entries(FUNCTION_OF_OPERATION).map(([operation, name]) => [operation, byName[name]]),
    ) as Record<OperationName, LambdaFunction>;
    this.background = byName;
    this.tokenWidget = byName['token-widget'];
    this.#startBackground(delivery);
  }

  #startBackground(delivery: RefreshDelivery): void {
    const {
      'refresh-dispatcher': dispatcher,
      'refresh-worker': worker,
      housekeeper,
    } = this.background;
    delivery.deliverTo(worker);
    const sweepEvery = Duration.minutes(SWEEP_EVERY_MINUTES);
    delivery.schedule(dispatcher, 'Sweep', sweepEvery, 'Latchkey: finds tokens that are due');
    const tidyEvery = Duration.minutes(HOUSEKEEPING_EVERY_MINUTES);
    delivery.schedule(housekeeper, 'Housekeeping', tidyEvery, 'Latchkey: tidies up the store');
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
