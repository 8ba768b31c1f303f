/** What is linted: the stacks that `cdk deploy` makes of the settings that change what they hold. */
import { join } from 'node:path';
import { App, Duration, type Environment, Stack, Validations } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { LatchkeyStack } from '../../infra/latchkey-stack.ts';
import { settingsOf } from '../../infra/store-settings.ts';
import { TokenStore } from '../../infra/token-store.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555';
const PLACE: Environment = { account: '111122223333', region: 'eu-west-1' };

export interface Variant {
  readonly name: string;
  /** Adds its stacks to the app. */
  readonly build: (app: App) => void;
}

const deployment = (settings: Parameters<typeof settingsOf>[0], env?: Environment) => (app: App) =>
  void new LatchkeyStack(app, 'Latchkey', { settings: settingsOf(settings), ...(env && { env }) });

export const VARIANTS: readonly Variant[] = [
  { name: 'production', build: deployment({}) },
  { name: 'development', build: deployment({ stage: 'development' }) },
  { name: 'own key', build: deployment({ kmsKeyArn: KEY }) },
  { name: 'alarms by mail', build: deployment({ alarmEmail: 'operator@example.com' }) },
  { name: 'known account and Region', build: deployment({ store: 'billing' }, PLACE) },
  { name: 'an application with every grant', build: application },
];

/** What somebody else's app holds: two stores, and a function that may do everything to one. */
function application(app: App): void {
  const stack = new Stack(app, 'Application');
  const tokens = new TokenStore(stack, 'Tokens', { store: 'a' });
  new TokenStore(stack, 'Others', { store: 'a-b' });
  const caller = new LambdaFunction(stack, 'Caller', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = async () => {};'),
    memorySize: 256,
    timeout: Duration.seconds(15),
    role: new Role(stack, 'CallerRole', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    }),
  });
  const reason = 'How the application sets up its function is not this project.';
  for (const id of ['Serverless-LambdaDLQ', 'Serverless-LambdaTracing']) {
    Validations.of(caller).acknowledge({ id, reason });
  }
  tokens.grantFind(caller);
  tokens.grantSave(caller);
  tokens.grantGetAccessToken(caller);
  tokens.grantDelete(caller);
  tokens.grantList(caller);
  tokens.grantDeleteAll(caller);
  tokens.grantRestore(caller);
}

/** An app as the CDK's command line would start it, with the flags of cdk.json. */
export function appOf(variant: Variant, folder: string): App {
  const app = new App({
    outdir: join(folder, variant.name.replaceAll(' ', '-')),
    context: cdkJson.context,
  });
  variant.build(app);
  return app;
}
