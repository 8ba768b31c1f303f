/** The statements of each function's role, from the synthesized template, with references resolved. */
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LatchkeyStack } from '../../infra/latchkey-stack.ts';
import type { StoreSettings } from '../../infra/store-settings.ts';
import type { Statement } from './iam-policy.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
interface PolicyDocument {
  readonly Statement: readonly Statement[];
}

/**
 * By function name; without what is attached for Lambda's own calls: to write its log group, and to
 * poll and fill queues.
 */
export function roleStatements(settings: StoreSettings): ReadonlyMap<string, readonly Statement[]> {
  const stack = new LatchkeyStack(new App(), 'Stack', { settings });
  const { Resources } = Template.fromStack(stack).toJSON() as {
    Resources: Record<string, Resource>;
  };
  const resolved = resolve(Resources, Resources) as Record<string, Resource>;
  const functions = Object.values(resolved).filter(({ Type }) => Type === 'AWS::Lambda::Function');
  return new Map(
    functions.map(({ Properties }) => {
      const role = resolved[String(Properties['Role'])];
      const policies = role?.Properties['Policies'] as { PolicyDocument: PolicyDocument }[];
      const statements = policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
      return [String(Properties['FunctionName']), statements];
    }),
  );
}

/** Replaces CloudFormation's functions by what they come to in the embedded AWS. */
function resolve(value: unknown, resources: Record<string, Resource>): unknown {
  if (Array.isArray(value)) return value.map((element) => resolve(element, resources));
  if (typeof value !== 'object' || value === null) return value;
  const [entry] = Object.entries(value);
  if (entry !== undefined && Object.keys(value).length === 1) {
    const [name, argument] = entry;
    if (name === 'Ref') return PSEUDO[String(argument)] ?? String(argument);
    if (name === 'Fn::GetAtt') return attribute(argument as [string, string], resources);
    if (name === 'Fn::Join') {
      const [separator, parts] = argument as [string, unknown[]];
      return parts.map((part) => String(resolve(part, resources))).join(separator);
    }
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [name, resolve(member, resources)]),
  );
}

const PLACE = 'us-east-1:000000000000';

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::Region': 'us-east-1',
  'AWS::AccountId': '000000000000',
};

/** The ARN of what has a name in the store; anything else stays an id that nothing matches. */
function attribute([id]: [string, string], resources: Record<string, Resource>): string {
  const { Type = '', Properties = {} } = resources[id] ?? {};
  switch (Type) {
    case 'AWS::DynamoDB::GlobalTable':
      return `arn:aws:dynamodb:${PLACE}:table/${String(Properties['TableName'])}`;
    case 'AWS::SQS::Queue':
      return `arn:aws:sqs:${PLACE}:${String(Properties['QueueName'])}`;
    case 'AWS::Events::EventBus':
      return `arn:aws:events:${PLACE}:event-bus/${String(Properties['Name'])}`;
    default:
      return id;
  }
}
