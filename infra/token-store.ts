/**
 * The TokenStore construct: the table, a function per operation, what refreshes and tidies in the
 * background, and grants to other functions. `latchkey/cdk` of the package.
 */
import { Duration } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { type IKey, Key } from 'aws-cdk-lib/aws-kms';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { FUNCTION_VARIABLE_OF_OPERATION } from '../lib/client/function-variables.ts';
import { FUNCTION_OF_OPERATION, type OperationName } from '../lib/contract.ts';
import { acknowledgeFindings } from './acknowledged-findings.ts';
import { type BackgroundFunction, FUNCTION_NAMES, type FunctionName } from './bundling/bundles.ts';
import { StoreConsole } from './console/store-console.ts';
import { tokenWidget } from './console/token-widget.ts';
import { HOUSEKEEPING_EVERY_MINUTES, SWEEP_EVERY_MINUTES } from './delivery-settings.ts';
import { functionEnvironment } from './function-environment.ts';
import type { StoreResources } from './permissions.ts';
import { RefreshDelivery } from './refresh-delivery.ts';
import { eventBusName, pascalCase, secretPrefix } from './resource-names.ts';
import { StoreFunction } from './store-function.ts';
import { claimStoreName } from './store-namesakes.ts';
import { type StoreSettings, settingsOf } from './store-settings.ts';
import { tokenTable } from './token-table.ts';

/** What a store can be told: any of the settings. What it is not told, the defaults say. */
export interface TokenStoreProps extends Partial<StoreSettings> {
  /**
   * The customer-managed key of secrets, table and queues, in place of `kmsKeyArn`. It stays the
   * app's: the store neither makes nor deletes it. Default: AWS's own keys.
   */
  readonly encryptionKey?: IKey;
}

/**
 * A store of OAuth tokens: its own table, its own secrets, its own functions, named after it, so
 * that any number of stores live in one account. What may call it is granted operation by
 * operation: a grant gives permission for exactly those functions, and the environment in which
 * `LatchkeyClient.fromEnvironment()` finds them.
 *
 * @example
 * import { App, Stack } from 'aws-cdk-lib';
 * import { Key } from 'aws-cdk-lib/aws-kms';
 * import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
 * import { TokenStore } from 'latchkey/cdk';
 *
 * const stack = new Stack(new App(), 'Billing');
 * const tokens = new TokenStore(stack, 'Tokens', {
 *   store: 'billing',
 *   dataCentre: 'eu',
 *   encryptionKey: new Key(stack, 'Key', { enableKeyRotation: true }),
 * });
 * const runtime = Runtime.NODEJS_24_X;
 * const handler = 'index.handler';
 *
 * // With the Zoho SDK, which finds and saves whole tokens:
 * const code = Code.fromInline('exports.handler = async () => {};');
 * const login = new Function(stack, 'Login', { runtime, handler, code });
 * tokens.grantFind(login);
 * tokens.grantSave(login);
 *
 * // What only calls an API needs access tokens, and sees nothing else:
 * const sync = new Function(stack, 'Sync', { runtime, handler, code });
 * tokens.grantGetAccessToken(sync);
 */
export class TokenStore extends Construct {
  /** What holds for this store, defaults included. */
  readonly settings: StoreSettings;
  /** The index: which tokens there are, and hashes of what they are found by. No token value. */
  readonly table: TableV2;
  /** The function of each operation. To let something call it, use a grant. */
  readonly functions: Readonly<Record<OperationName, LambdaFunction>>;
  /** What runs by itself. Nobody needs to invoke it, but for an operator the housekeeper. */
  readonly background: Readonly<Record<BackgroundFunction, LambdaFunction>>;
  /** The operator's token list, for a dashboard: `infra/console/token-widget.ts`. */
  readonly tokenWidget: LambdaFunction;
  /** Where applications hear what became of their tokens. */
  readonly eventBus: EventBus;
  /** Messages and ticks that could not be delivered. */
  readonly deadLetters: Queue;
  /** What operators see in CloudWatch: the dashboard and the alarms. */
  readonly console: StoreConsole;

  /**
   * @param props - what differs from the defaults
   * @throws Error naming the setting that is wrong and what it allows; or the store of the same
   * name that the app has already
   */
  constructor(scope: Construct, id: string, props: TokenStoreProps = {}) {
    super(scope, id);
    const { encryptionKey: givenKey, ...settings } = props;
    this.settings = settingsOf(settings);
    claimStoreName(this, this.settings.store);
    const encryptionKey = this.#encryptionKey(givenKey);
    this.table = tokenTable(this, this.settings, encryptionKey);
    this.eventBus = new EventBus(this, 'Events', { eventBusName: eventBusName(this.settings) });
    const delivery = new RefreshDelivery(this, 'Refresh', this.settings, encryptionKey);
    const { queue } = delivery;
    this.deadLetters = delivery.deadLetters;
    const environment = functionEnvironment(this.settings, {
      tableName: this.table.tableName,
      refreshQueueUrl: queue.queueUrl,
      eventBusName: this.eventBus.eventBusName,
      kmsKeyArn: encryptionKey?.keyArn,
    });
    const resources: StoreResources = {
      table: this.table,
      secretPrefix: secretPrefix(this.settings),
      refreshQueue: queue,
      eventBus: this.eventBus,
      encryptionKey,
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
    const { settings: told, table, deadLetters } = this;
    const parts = { functions: byName, table, refreshQueue: queue, deadLetters };
    this.console = new StoreConsole(this, 'Console', {
      ...{ settings: told, parts },
      tokenWidget: tokenWidget({ lambda: this.tokenWidget }),
    });
    acknowledgeFindings(this, { settings: this.settings, byName, deadLetters });
  }

  #encryptionKey(given: IKey | undefined): IKey | undefined {
    const { kmsKeyArn } = this.settings;
    if (kmsKeyArn === '') return given;
    if (given !== undefined) throw new Error('Give kmsKeyArn or encryptionKey, not both.');
    return Key.fromKeyArn(this, 'EncryptionKey', kmsKeyArn);
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
  grantFind(caller: LambdaFunction): Grant {
    return this.grant(caller, 'findToken', 'findTokenById');
  }

  /** saveToken: what the Zoho SDK writes with. The caller sees no token. */
  grantSave(caller: LambdaFunction): Grant {
    return this.grant(caller, 'saveToken');
  }

  /** getAccessToken: access tokens only, and no way to anything else of a token. */
  grantGetAccessToken(caller: LambdaFunction): Grant {
    return this.grant(caller, 'getAccessToken');
  }

  /** deleteToken: ends one token, also at its provider. The caller sees no token. */
  grantDelete(caller: LambdaFunction): Grant {
    return this.grant(caller, 'deleteToken');
  }

  /** getTokens: every token of the store. The caller sees them whole. */
  grantList(caller: LambdaFunction): Grant {
    return this.grant(caller, 'getTokens');
  }

  /** deleteTokens: logs out every user of the store. */
  grantDeleteAll(caller: LambdaFunction): Grant {
    return this.grant(caller, 'deleteTokens');
  }

  /** restoreTokens: takes back deletions, one or all of the last logout. The caller sees no token. */
  grantRestore(caller: LambdaFunction): Grant {
    return this.grant(caller, 'restoreTokens');
  }

  /**
   * Lets `caller` invoke these operations, and gives it the environment in which
   * `LatchkeyClient.fromEnvironment()` finds them. Exactly these functions, unqualified: whoever
   * deploys versions or aliases of them grants those besides.
   */
  grant(
    caller: LambdaFunction,
    ...operations: readonly [OperationName, ...OperationName[]]
  ): Grant {
    for (const operation of operations) {
      const { functionName } = this.functions[operation];
      caller.addEnvironment(FUNCTION_VARIABLE_OF_OPERATION[operation], functionName);
    }
    return Grant.addToPrincipal({
      grantee: caller,
      actions: ['lambda:InvokeFunction'],
      resourceArns: operations.map((operation) => this.functions[operation].functionArn),
    });
  }
}
