/**
 * What a customer-managed key takes besides: whoever reads or writes what it encrypts must be
 * allowed to use it, through that service and for these secrets, this table or this queue only.
 * Two stores can share a key without reading each other. No grants of the CDK's own: they add
 * `kms:ReEncrypt*` and `kms:GenerateDataKey*`, on everything that the key encrypts.
 */
import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, type PolicyStatementProps } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';

/** What the key encrypts, by the names that go into its encryption context. */
export interface Encrypted {
  readonly encryptionKey: IKey;
  readonly tableName: string;
  /** The ARN of the store's secrets, with a wildcard at its end. */
  readonly secretsArn: string;
  readonly refreshQueueArn: string;
}

const READ = ['kms:Decrypt'];
/** Who writes must be able to decrypt as well: both services try that before they answer. */
const WRITE = ['kms:Decrypt', 'kms:GenerateDataKey'];
const SECRET_WRITES = ['secretsmanager:CreateSecret', 'secretsmanager:PutSecretValue'];

/** The permissions on the key that permissions on secrets, table and queue need to be of use. */
export function keyPermissions(
  statements: readonly PolicyStatementProps[],
  { encryptionKey, tableName, secretsArn, refreshQueueArn }: Encrypted,
): PolicyStatementProps[] {
  const actions = new Set(statements.flatMap((statement) => statement.actions ?? []));
  const isUsed = (...names: string[]) => names.some((name) => actions.has(name));
  const used: PolicyStatementProps[] = [];
  if (isUsed('secretsmanager:GetSecretValue', ...SECRET_WRITES)) {
    used.push({
      sid: 'UseKeyForSecrets',
      ...through(encryptionKey, 'secretsmanager', isUsed(...SECRET_WRITES) ? WRITE : READ, {
        StringLike: { 'kms:EncryptionContext:SecretARN': secretsArn },
      }),
    });
  }
  if ([...actions].some((action) => action.startsWith('dynamodb:'))) {
    // DynamoDB decrypts its table key on behalf of who reads or writes, and makes it by itself.
    used.push({
      sid: 'UseKeyForTable',
      ...through(encryptionKey, 'dynamodb', READ, {
        StringEquals: { 'kms:EncryptionContext:aws:dynamodb:tableName': tableName },
      }),
    });
  }
  if (isUsed('sqs:SendMessage')) {
    used.push({ sid: 'UseKeyForQueue', ...queueKey(encryptionKey, refreshQueueArn, WRITE) });
  }
  return used;
}

/** To send to a queue that is encrypted with the key. */
export function sendThroughKey(key: IKey, queue: IQueue): PolicyStatement {
  return new PolicyStatement(queueKey(key, queue.queueArn, WRITE));
}

/** To receive from a queue that is encrypted with the key. */
export function receiveThroughKey(key: IKey, queue: IQueue): PolicyStatement {
  return new PolicyStatement(queueKey(key, queue.queueArn, READ));
}

function queueKey(key: IKey, queueArn: string, actions: string[]): PolicyStatementProps {
  return through(key, 'sqs', actions, {
    StringEquals: { 'kms:EncryptionContext:aws:sqs:arn': queueArn },
  });
}

type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

function through(
  key: IKey,
  service: string,
  actions: string[],
  { StringEquals = {}, ...others }: Conditions,
): PolicyStatementProps {
  const { region, urlSuffix } = Stack.of(key);
  const viaService = { 'kms:ViaService': `${service}.${region}.${urlSuffix}` };
  return {
    actions,
    resources: [key.keyArn],
    conditions: { StringEquals: { ...viaService, ...StringEquals }, ...others },
  };
}
