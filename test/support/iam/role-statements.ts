/** What each role of a synthesized stack allows, with references resolved as in the embedded AWS. */
import { App, type Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { LatchkeyStack } from '../../../infra/latchkey-stack.ts';
import type { StoreSettings } from '../../../infra/store-settings.ts';
import type { Statement } from './policy.ts';

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}
type Resources = Readonly<Record<string, Resource>>;

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

export interface StackRole {
  readonly id: string;
  /** The function that runs in it; absent for the role of a schedule. */
  readonly functionName?: string;
  /** What the role says itself. */
  readonly inline: readonly Statement[];
  /**
   * What is attached to it besides: for Lambda's own calls, to write its log group, and to poll and
   * fill queues; for a caller, what it was granted.
   */
  readonly attached: readonly Statement[];
}

export function rolesOf(stack: Stack): StackRole[] {
  const { Resources } = Template.fromStack(stack).toJSON() as { Resources: Resources };
  const resolved = resolve(Resources, Resources) as Resources;
  const ofType = (type: string) => Object.entries(resolved).filter(([, { Type }]) => Type === type);
  const policies = ofType('AWS::IAM::Policy').map(
    ([, { Properties }]) => Properties as unknown as Policy & { readonly Roles: string[] },
  );
  return ofType('AWS::IAM::Role').map(([id, { Properties }]) => {
    const lambda = ofType('AWS::Lambda::Function').find(([, one]) => one.Properties['Role'] === id);
    const functionName = lambda?.[1].Properties['FunctionName'];
    return {
      id,
      ...(functionName !== undefined && { functionName: String(functionName) }),
      inline: statementsOf((Properties['Policies'] ?? []) as Policy[]),
      attached: statementsOf(policies.filter(({ Roles }) => Roles.includes(id))),
    };
  });
}

const statementsOf = (policies: readonly Policy[]) =>
  policies.flatMap(({ PolicyDocument }) => PolicyDocument.Statement);

/** By function name; without what is attached for Lambda's own calls. */
export function roleStatements(settings: StoreSettings): ReadonlyMap<string, readonly Statement[]> {
  const stack = new LatchkeyStack(new App(), 'Stack', { settings });
  return new Map(
    rolesOf(stack).flatMap(({ functionName, inline }) =>
      functionName === undefined ? [] : [[functionName, inline] as const],
    ),
  );
}

/** Replaces CloudFormation's functions by what they come to in the embedded AWS. */
function resolve(value: unknown, resources: Resources): unknown {
  if (Array.isArray(value)) return value.map((element) => resolve(element, resources));
  if (typeof value !== 'object' || value === null) return value;
  const [entry] = Object.entries(value);
  if (entry !== undefined && Object.keys(value).length === 1) {
    const [name, argument] = entry;
    if (name === 'Ref') return reference(String(argument), resources);
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
  'AWS::URLSuffix': 'amazonaws.com',
};

/** A table's name, which is an encryption context; anything else stays an id. */
function reference(id: string, resources: Resources): string {
  const { Type = '', Properties = {} } = resources[id] ?? {};
  if (Type === 'AWS::DynamoDB::GlobalTable') return String(Properties['TableName']);
  return PSEUDO[id] ?? id;
}

/** The ARN of what has a name in the store; anything else stays an id that nothing matches. */
function attribute([id]: [string, string], resources: Resources): string {
  const { Type = '', Properties = {} } = resources[id] ?? {};
  switch (Type) {
    case 'AWS::DynamoDB::GlobalTable':
      return `arn:aws:dynamodb:${PLACE}:table/${String(Properties['TableName'])}`;
    case 'AWS::SQS::Queue':
      return `arn:aws:sqs:${PLACE}:${String(Properties['QueueName'])}`;
    case 'AWS::Events::EventBus':
      return `arn:aws:events:${PLACE}:event-bus/${String(Properties['Name'])}`;
    case 'AWS::Lambda::Function':
      return `arn:aws:lambda:${PLACE}:function:${String(Properties['FunctionName'])}`;
    case 'AWS::Logs::LogGroup':
      return `arn:aws:logs:${PLACE}:log-group:${id}:*`;
    case 'AWS::KMS::Key':
      return keyArn(id);
    default:
      return id;
  }
}

/** The ARN of a key that the stack makes. */
export const keyArn = (id: string): string =>
  `arn:aws:kms:${PLACE}:key/${Buffer.from(id.padEnd(16)).subarray(0, 16).toString('hex')}`.replace(
    /([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/,
    '$1-$2-$3-$4-$5',
  );
