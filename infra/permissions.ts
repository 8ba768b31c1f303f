/**
 * What each function may do: exactly the actions it uses, on exactly the items and secrets of its
 * store. A test holds this table against what the functions really call, both ways.
 */
import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { FunctionName } from './bundling/bundles.ts';

export interface StoreResources {
  readonly table: TableV2;
  /** Every secret's name starts with it. */
  readonly secretPrefix: string;
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

/** Items are told apart by their partition key: a token's row, a key row, the generation. */
const items =
  (sid: string, partition: 'token#*' | 'key#*' | 'generation#*', ...actions: string[]): Grant =>
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
  ({ table, secretPrefix }) => ({
    sid,
    actions: actions.map((action) => `secretsmanager:${action}`),
    resources: [
      Stack.of(table).formatArn({
        service: 'secretsmanager',
        resource: 'secret',
        resourceName: `${secretPrefix}*`,
        arnFormat: ArnFormat.COLON_RESOURCE_NAME,
      }),
    ],
  });

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
const writeKeyRows = items('WriteKeyRows', 'key#*', 'PutItem', 'DeleteItem');

const findAndRefresh: readonly Grant[] = [
  readIndex,
  writeTokenRows,
  writeKeyRows,
  secrets('ReadAndRefreshSecrets', 'GetSecretValue', 'PutSecretValue'),
];

const GRANTS: Readonly<Record<FunctionName, readonly Grant[]>> = {
  'find-token': findAndRefresh,
  'find-token-by-id': findAndRefresh,
  'get-access-token': findAndRefresh,
  'save-token': [
    readIndex,
    writeTokenRows,
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
};

export function permissionsOf(name: FunctionName, resources: StoreResources): PolicyStatement[] {
  return GRANTS[name].map((grant) => new PolicyStatement(grant(resources)));
}
