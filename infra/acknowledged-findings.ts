/**
 * The findings of cdk-nag (packs AwsSolutions and Serverless) that stand, each at the construct it
 * is about and with the reason. `npm run lint:infra` fails for a finding that is not here, and for
 * one here that nothing finds. They travel with the construct, so an app that runs cdk-nag has to
 * judge only what is its own.
 */
import { Stack, Token, Validations } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { Subscription } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { IConstruct } from 'constructs';
import type { FunctionName } from './bundling/bundles.ts';
import { secretPrefix } from './resource-names.ts';
import type { StoreSettings } from './store-settings.ts';

interface Findings {
  readonly settings: StoreSettings;
  readonly byName: Readonly<Record<FunctionName, LambdaFunction>>;
  readonly deadLetters: Queue;
}

const NO_DEAD_LETTERS =
  'It is invoked synchronously: the caller gets the failure. Nobody is granted more, and a queue of ' +
  'failed events would keep the tokens that are in them.';
const NO_DEAD_LETTERS_OF: Partial<Record<FunctionName, string>> = {
  'refresh-dispatcher': 'Its failed invocations go to the dead letters by a failure destination.',
  housekeeper: 'Its failed invocations go to the dead letters by a failure destination.',
  'refresh-worker': 'It is invoked with messages of a queue, which has its own dead letters.',
};

const NO_TRACING =
  'What a function does is in its log lines and metrics. Tracing would give every role two more ' +
  'actions on all resources and show nothing that these do not.';

/** Whose roles name the store's secrets, and what for. */
const SECRETS_OF: Partial<Record<FunctionName, string>> = {
  'find-token': 'reads and refreshes',
  'find-token-by-id': 'reads and refreshes',
  'get-access-token': 'reads and refreshes',
  'save-token': 'creates, reads and writes',
  'delete-token': 'reads, to revoke, and schedules for deletion',
  'get-tokens': 'reads',
  'restore-tokens': 'takes out of deletion',
  'refresh-worker': 'reads and refreshes',
  housekeeper: 'inspects, schedules for deletion and takes out of it',
};

/** Whose roles name all resources, and why. */
const EVERYTHING_OF: Partial<Record<FunctionName, string>> = {
  'get-tokens':
    'BatchGetSecretValue knows no resource. Each secret in it takes GetSecretValue besides, which ' +
    "the role has for the store's own secrets only.",
  housekeeper:
    'ListSecrets knows no resource. It shows names, tags and dates, never a value; what is not ' +
    "named like the store's own is passed over.",
};

export function acknowledgeFindings(
  store: IConstruct,
  { settings, byName, deadLetters }: Findings,
): void {
  for (const [key, lambda] of Object.entries(byName)) {
    const name = key as FunctionName;
    acknowledge(lambda, 'Serverless-LambdaDLQ', NO_DEAD_LETTERS_OF[name] ?? NO_DEAD_LETTERS);
    acknowledge(lambda, 'Serverless-LambdaTracing', NO_TRACING);
    const role = lambda.role as IConstruct;
    const use = SECRETS_OF[name];
    if (use !== undefined) {
      const reason = `It ${use} secrets of its store, which are made while it runs: one for a token.`;
      acknowledge(role, `AwsSolutions-IAM5[Resource::${secretsOf(store, settings)}]`, reason);
    }
    const everything = EVERYTHING_OF[name];
    if (everything !== undefined) {
      acknowledge(role, 'AwsSolutions-IAM5[Resource::*]', everything);
      acknowledge(role, 'Serverless-LambdaStarPermissions', everything);
    }
  }
  acknowledge(
    byName['refresh-worker'],
    'Serverless-LambdaEventSourceMappingDestination',
    'Failed messages stay in the queue, whose redrive policy moves them to the dead letters. An ' +
      'event source of a queue takes no failure destination.',
  );
  acknowledge(
    deadLetters,
    'Serverless-SQSRedrivePolicy',
    'It is where others redrive to. Its messages wait there for a person.',
  );
  for (const mail of store.node.findAll().filter((one) => one instanceof Subscription)) {
    acknowledge(
      mail,
      'Serverless-SNSRedrivePolicy',
      'A mail that does not arrive is worth nothing later: SNS tries for hours, and the alarm itself ' +
        'stays in CloudWatch for as long as it goes on.',
    );
  }
}

function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/** The ARN as cdk-nag writes it: what only CloudFormation knows, in angle brackets. */
function secretsOf(store: IConstruct, settings: StoreSettings): string {
  const { partition, region, account } = Stack.of(store);
  const written = (value: string, name: string) =>
    Token.isUnresolved(value) ? `<${name}>` : value;
  return [
    'arn',
    written(partition, 'AWS::Partition'),
    'secretsmanager',
    written(region, 'AWS::Region'),
    written(account, 'AWS::AccountId'),
    'secret',
    `${secretPrefix(settings)}*`,
  ].join(':');
}
