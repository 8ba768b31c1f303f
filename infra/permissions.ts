/**
 * What each function may do: exactly the actions it uses, on exactly the items and secrets of its
 * store. A test holds this table against what the functions really call, both ways.
 */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { DUE_INDEX, OPERATOR_NOTE_ATTRIBUTES } from '../lib/token-index/dynamodb-items.ts';
import type { FunctionName } from './bundling/bundles.ts';
import { keyPermissions } from './key-permissions.ts';

export interface StoreResources {
  readonly table: TableV2;
  /** Every secret's name starts with it. */
  readonly secretPrefix: string;
  readonly refreshQueue: Queue;
  readonly eventBus: EventBus;
  /** Of secrets, table and queues, where it is not AWS's own. */
  readonly encryptionKey?: IKey | undefined;
}

type Grant = (resources: StoreResources) => PolicyStatementProps;

const readIndex: Grant = ({ table }) => ({
  sid: 'ReadIndex',
  actions: ['dynamodb:BatchGetItem'],
  resources: [table.tableArn],
});

const scanIndex: Grant = ({ table }) => ({
  sid: 'ScanIndex',
  actions: ['dynamodb:Scan'],
  resources: [table.tableArn],
});

type Partition = 'token#*' | 'key#*' | 'generation#*' | 'client#*' | 'job#*';

/** Items are told apart by their partition key: a token's row, a key row, the generation. */
const items =
  (sid: string, partition: Partition, ...actions: string[]): Grant =>
  ({ table }) => ({
    sid,
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
    conditions: {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partition] },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    },
  });

const secrets =
  (sid: string, ...actions: string[]): Grant =>
  (resources) => ({
    sid,
    actions: actions.map((action) => `secretsmanager:${action}`),
    resources: [secretsArn(resources)],
  });

/** The slash at the end of the prefix keeps a store `a` from the secrets of a store `a-b`. */
function secretsArn({ table, secretPrefix }: StoreResources): string {
  return Stack.of(table).formatArn({
    service: 'secretsmanager',
    resource: 'secret',
    resourceName: `${secretPrefix}*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });
}

/** Never without a recovery window: what a function deletes, an operator can bring back. */
const scheduleSecretDeletion: Grant = (resources) => ({
  ...secrets('ScheduleSecretDeletion', 'DeleteSecret')(resources),
  conditions: { BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' } },
});

/** BatchGetSecretValue knows no resource; each secret needs GetSecretValue besides. */
const batchRead: Grant = () => ({
  sid: 'ReadSecretsInBatches',
  actions: ['secretsmanager:BatchGetSecretValue'],
  resources: ['*'],
});

const writeTokenRows = items('WriteTokenRows', 'token#*', 'UpdateItem');
const checkTokenRows = items('CheckTokenRows', 'token#*', 'ConditionCheckItem');
const writeKeyRows = items('WriteKeyRows', 'key#*', 'PutItem', 'DeleteItem');

/** How a client fares is counted where the provider refuses something. */
const countClientOutcomes = items(
  'CountClientOutcomes',
  'client#*',
  'UpdateItem',
  'GetItem',
  'DeleteItem',
);

const readDueIndex: Grant = ({ table }) => ({
  sid: 'ReadDueIndex',
  actions: ['dynamodb:Query'],
  resources: [`${table.tableArn}/index/${DUE_INDEX.name}`],
});

const fillQueue: Grant = ({ refreshQueue }) => ({
  sid: 'FillQueue',
  actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes'],
  resources: [refreshQueue.queueArn],
});

const publishEvents: Grant = ({ eventBus }) => ({
  sid: 'PublishEvents',
  actions: ['events:PutEvents'],
  resources: [eventBus.eventBusArn],
});

/** ListSecrets knows no resource; it shows names, tags and dates, never a value. */
const listSecrets: Grant = () => ({
  sid: 'ListSecrets',
  actions: ['secretsmanager:ListSecrets'],
  resources: ['*'],
});

const findAndRefresh: readonly Grant[] = [
  readIndex,
  writeTokenRows,
  writeKeyRows,
  secrets('ReadAndRefreshSecrets', 'GetSecretValue', 'PutSecretValue'),
  countClientOutcomes,
];

/**
 * Only the attributes that an operator's notes are made of, never which secret a row leads to:
 * dashboards are shown to many, and what they invoke must not be able to do more.
 */
const noteInTokenRows: Grant = (resources) => {
  const { conditions, ...update } = items('NoteInTokenRows', 'token#*', 'UpdateItem')(resources);
  return {
    ...update,
    conditions: {
      ...conditions,
      'ForAllValues:StringEquals': { 'dynamodb:Attributes': OPERATOR_NOTE_ATTRIBUTES },
      Null: { ...conditions?.['Null'], 'dynamodb:Attributes': 'false' },
    },
  };
};

const GRANTS: Readonly<Record<FunctionName, readonly Grant[]>> = {
  'find-token': findAndRefresh,
  'find-token-by-id': findAndRefresh,
  'get-access-token': findAndRefresh,
  'save-token': [
    readIndex,
    writeTokenRows,
    checkTokenRows,
    writeKeyRows,
    secrets(
      'SaveSecrets',
      'CreateSecret',
      'TagResource',
      'GetSecretValue',
      'PutSecretValue',
      'RestoreSecret',
    ),
    scheduleSecretDeletion,
  ],
  'delete-token': [
    readIndex,
    writeTokenRows,
    writeKeyRows,
    secrets('ReadSecretToRevoke', 'GetSecretValue'),
    secrets('RestoreSecret', 'RestoreSecret'),
    scheduleSecretDeletion,
  ],
  'get-tokens': [readIndex, scanIndex, batchRead, secrets('ReadSecrets', 'GetSecretValue')],
  'delete-tokens': [items('StartGeneration', 'generation#*', 'UpdateItem')],
  'restore-tokens': [
    readIndex,
    scanIndex,
    writeTokenRows,
    items('AddKeyRows', 'key#*', 'PutItem'),
    secrets('RestoreSecrets', 'RestoreSecret'),
  ],
  'refresh-dispatcher': [readDueIndex, writeTokenRows, fillQueue],
  'refresh-worker': [...findAndRefresh, publishEvents],
  housekeeper: [
    readIndex,
    scanIndex,
    writeTokenRows,
    checkTokenRows,
    writeKeyRows,
    items('KeepProgress', 'job#*', 'GetItem', 'PutItem'),
    listSecrets,
    secrets('InspectAndRestoreSecrets', 'DescribeSecret', 'RestoreSecret'),
    scheduleSecretDeletion,
  ],
  'token-widget': [readIndex, scanIndex, noteInTokenRows],
};

export function permissionsOf(name: FunctionName, resources: StoreResources): PolicyStatement[] {
  const statements = GRANTS[name].map((grant) => grant(resources));
  const { encryptionKey, table, refreshQueue } = resources;
  if (encryptionKey !== undefined) {
    const encrypted = {
      encryptionKey,
      tableName: table.tableName,
      secretsArn: secretsArn(resources),
      refreshQueueArn: refreshQueue.queueArn,
    };
    statements.push(...keyPermissions(statements, encrypted));
  }
  return statements.map((statement) => new PolicyStatement(statement));
}
