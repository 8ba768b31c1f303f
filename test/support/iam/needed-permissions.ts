/** The permissions that IAM would ask for when a function makes an AWS call. */
import type { AwsCall } from '../../../local/aws/embedded-aws.ts';
import { keyUse } from './key-use.ts';
import type { NeededPermission } from './policy.ts';

const ACCOUNT = 'us-east-1:000000000000';

type Request = Readonly<Record<string, unknown>>;
type Item = Readonly<Record<string, { readonly S?: string }>>;

/**
 * Every permission that a call needs: TransactWriteItems needs those of its actions, and where
 * `keyArn` encrypts what it reads or writes, the use of that key besides.
 */
export function neededFor(call: AwsCall, keyArn?: string): NeededPermission[] {
  const needed = onServices(call);
  if (keyArn === undefined) return needed;
  return [...needed, ...needed.flatMap((one) => keyUse(keyArn, one))];
}

function onServices({ service, action, request }: AwsCall): NeededPermission[] {
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
