/**
 * A function of the store: its bundle, a role of its own with exactly its permissions,
 * a log group of its own.
 */
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyDocument, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundleFolder, type FunctionName } from './bundling/bundles.ts';
import { timeoutSeconds } from './function-timeout.ts';
import { permissionsOf, type StoreResources } from './permissions.ts';
import { functionName, logGroupName } from './resource-names.ts';
import type { StoreSettings } from './store-settings.ts';

export interface StoreFunctionProps {
  readonly name: FunctionName;
  readonly settings: StoreSettings;
  readonly resources: StoreResources;
  readonly environment: Readonly<Record<string, string>>;
}

const MEMORY_MEGABYTES = 512;

export class StoreFunction extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, id: string, props: StoreFunctionProps) {
    super(scope, id);
    const { name, settings, resources, environment } = props;
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: logGroupName(settings, name),
      retention: settings.logRetentionDays as RetentionDays,
      // What happened stays readable when the stack is gone, until its retention is over.
      removalPolicy: settings.stage === 'production' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `What ${name} of the Latchkey store ${settings.store} may do`,
      inlinePolicies: {
        operation: new PolicyDocument({ statements: permissionsOf(name, resources) }),
      },
    });
    logGroup.grantWrite(role);
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName: functionName(settings, name),
      description: `Latchkey store ${settings.store}: ${name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(bundleFolder(name)),
      handler: 'index.handler',
      timeout: Duration.seconds(timeoutSeconds(name)),
      memorySize: MEMORY_MEGABYTES,
      environment: { ...environment },
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      role,
    });
  }
}
