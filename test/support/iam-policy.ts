/**
 * Whether a role's statements allow an AWS call: enough of IAM's evaluation for the policies of
 * this project (allow statements; action and resource wildcards; the conditions they use). An
 * operator or a key it does not know fails the test rather than pass for granted.
 */
import type { AwsCall } from '../../local/aws/embedded-aws.ts';

export interface Statement {
  readonly Sid?: string;
  readonly Effect: 'Allow';
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: Readonly<
    Record<string, Readonly<Record<string, string | readonly string[]>>>
  >;
}

/** One action on one resource that IAM would decide on, with the condition keys it would see. */
export interface NeededPermission {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string | readonly string[]>>;
}

const ACCOUNT = 'us-east-1:000000000000';
const list = (value: string | readonly string[]) => (typeof value === 'string' ? [value] : value);

function like(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(value);
}

export function allows(statement: Statement, needed: NeededPermission): boolean {
  return (
    list(statement.Action).some((action) => like(action, needed.action)) &&
    list(statement.Resource).some((resource) => like(resource, needed.resource)) &&
    conditionsHold(statement, needed.context)
  );
}

function conditionsHold({ Condition = {} }: Statement, context: NeededPermission['context']) {
  return Object.entries(Condition).every(([operator, tests]) =>
    Object.entries(tests).every(([key, expected]) => {
      const actual = context[key];
      switch (operator) {
        case 'ForAllValues:StringLike':
          return list(actual ?? []).every((value) =>
            list(expected).some((pattern) => like(pattern, value)),
          );
        case 'ForAllValues:StringEquals':
          return list(actual ?? []).every((value) => list(expected).includes(value));
        case 'Null':
          return (actual === undefined) === (list(expected)[0] === 'true');
        case 'BoolIfExists':
          return (
            actual === undefined || list(actual).every((value) => list(expected).includes(value))
          );
        default:
          throw new Error(`This test does not know the condition operator ${operator}.`);
      }
    }),
  );
}

type Request = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, { readonly S?: string }>>;

/** Every permission that a call needs; TransactWriteItems needs those of its actions. */
export function neededFor({ service, action, request }: AwsCall): NeededPermission[] {
  switch (service) {
    case 'dynamodb':
      return dynamoDb(action, request);
    case 'secretsmanager':
      return secretsManager(action, request);
    case 'sqs':
      return [sqs(action, request)];
    case 'events':
      return events(action, request);
    case 'lambda':
      throw new Error('No function of the store invokes another.');
  }
}

function dynamoDb(action: string, request: Request): NeededPermission[] {
  const on = (name: string, table: unknown, key?: Item): NeededPermission => ({
    action: `dynamodb:${name}`,
    resource: `arn:aws:dynamodb:${ACCOUNT}:table/${String(table)}`,
    context: {
      ...(key?.['pk']?.S !== undefined && { 'dynamodb:LeadingKeys': key['pk'].S }),
      ...(name === 'UpdateItem' && { 'dynamodb:Attributes': attributesOf(request) }),
    },
  });
  if (action === 'BatchGetItem') {
    return Object.keys(request['RequestItems'] as object).map((table) => on(action, table));
  }
  if (action !== 'TransactWriteItems') {
    const { TableName, IndexName } = request;
    const resource = IndexName === undefined ? TableName : `${TableName}/index/${IndexName}`;
    return [on(action, resource, (request['Key'] ?? request['Item']) as Item | undefined)];
  }
  type Write = { readonly TableName: string; readonly Key?: Item; readonly Item?: Item };
  return (request['TransactItems'] as Record<string, Write>[]).flatMap((write) =>
    Object.entries(write).map(([kind, { TableName, Key, Item }]) =>
      on(`${kind}Item`, TableName, Key ?? Item),
    ),
  );
}

/** Those of the key, of what is updated, and of the condition. */
function attributesOf({ ExpressionAttributeNames = {} }: Request): readonly string[] {
  return ['pk', ...Object.values(ExpressionAttributeNames as Record<string, string>)];
}

function secretsManager(action: string, request: Request): NeededPermission[] {
  const on = (name: string, secret: unknown): NeededPermission => ({
    action: `secretsmanager:${name}`,
    resource: arnOf(String(secret)),
    context:
      request['ForceDeleteWithoutRecovery'] === undefined
        ? {}
        : {
            'secretsmanager:ForceDeleteWithoutRecovery': String(
              request['ForceDeleteWithoutRecovery'],
            ),
          },
  });
  if (action === 'ListSecrets') {
    return [{ action: `secretsmanager:${action}`, resource: '*', context: {} }];
  }
  if (action === 'BatchGetSecretValue') {
    const ids = request['SecretIdList'] as string[];
    return [
      { action: `secretsmanager:${action}`, resource: '*', context: {} },
      ...ids.map((id) => on('GetSecretValue', id)),
    ];
  }
  if (action === 'CreateSecret') {
    return [on(action, request['Name']), on('TagResource', request['Name'])];
  }
  return [on(action, request['SecretId'])];
}

/** There is no permission for a batch of its own. */
function sqs(action: string, request: Request): NeededPermission {
  const queue = String(request['QueueUrl']).split('/').at(-1);
  return {
    action: `sqs:${action.replace(/Batch$/, '')}`,
    resource: `arn:aws:sqs:${ACCOUNT}:${queue}`,
    context: {},
  };
}

function events(action: string, request: Request): NeededPermission[] {
  const entries = request['Entries'] as { readonly EventBusName?: string }[];
  return entries.map(({ EventBusName = 'default' }) => ({
    action: `events:${action}`,
    resource: `arn:aws:events:${ACCOUNT}:event-bus/${EventBusName}`,
    context: {},
  }));
}

/** Accounts and suffixes differ between emulators; policies are written for one account. */
function arnOf(secret: string): string {
  const name = secret.startsWith('arn:')
    ? secret.split(':').slice(6).join(':')
    : `${secret}-AbCdEf`;
  return `arn:aws:secretsmanager:${ACCOUNT}:secret:${name}`;
}
