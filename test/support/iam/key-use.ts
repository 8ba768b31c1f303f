/**
 * What a permission on something encrypted asks of the KMS key besides: the services ask KMS in the
 * caller's name, with what they encrypt in the encryption context.
 */
import type { NeededPermission } from './policy.ts';

const READ = ['kms:Decrypt'];
const WRITE = ['kms:Decrypt', 'kms:GenerateDataKey'];

const SECRET_ACTIONS: Readonly<Record<string, readonly string[]>> = {
  'secretsmanager:GetSecretValue': READ,
  'secretsmanager:CreateSecret': WRITE,
  'secretsmanager:PutSecretValue': WRITE,
};

export function keyUse(keyArn: string, needed: NeededPermission): NeededPermission[] {
  const { action, resource } = needed;
  const [service = ''] = action.split(':');
  const use = (actions: readonly string[], encrypted: Readonly<Record<string, string>>) =>
    actions.map((one) => ({
      action: one,
      resource: keyArn,
      context: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com`, ...encrypted },
    }));
  switch (service) {
    case 'secretsmanager':
      return use(SECRET_ACTIONS[action] ?? [], { 'kms:EncryptionContext:SecretARN': resource });
    case 'dynamodb': {
      const tableName = resource.replace(/^.*:table\//, '').replace(/\/.*$/, '');
      return use(READ, { 'kms:EncryptionContext:aws:dynamodb:tableName': tableName });
    }
    case 'sqs':
      return use(action === 'sqs:SendMessage' ? WRITE : [], {
        'kms:EncryptionContext:aws:sqs:arn': resource,
      });
    default:
      return [];
  }
}
