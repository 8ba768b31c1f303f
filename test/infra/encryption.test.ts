/** A customer-managed key: what it encrypts, who may use it for what, and that it stays the customer's. */
import { App, Stack } from 'aws-cdk-lib';
import { Key } from 'aws-cdk-lib/aws-kms';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/bundling/bundles.ts';
import { pascalCase } from '../../infra/resource-names.ts';
import { TokenStore } from '../../infra/token-store.ts';
import { ofType, statementsOf, storeTemplate, templateOf } from './template.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555';
const plain = storeTemplate({ store: 'billing' });
const encrypted = storeTemplate({ store: 'billing', kmsKeyArn: KEY });

const VIA = '.{AWS::Region}.{AWS::URLSuffix}';
const SECRETS =
  'arn:{AWS::Partition}:secretsmanager:{AWS::Region}:{AWS::AccountId}:secret:latchkey/billing/*';
const [table] = ofType(encrypted, 'AWS::DynamoDB::GlobalTable');
const queueId = (name: string) =>
  ofType(encrypted, 'AWS::SQS::Queue').find(
    ({ Properties }) => Properties['QueueName'] === `latchkey-billing-${name}`,
  )?.id;

const DECRYPT = 'kms:Decrypt';
const BOTH = ['kms:Decrypt', 'kms:GenerateDataKey'];
const queueKey = (queue: string, actions: string | readonly string[]) => ({
  Action: actions,
  Effect: 'Allow',
  Resource: KEY,
  Condition: {
    StringEquals: {
      'kms:ViaService': `sqs${VIA}`,
      'kms:EncryptionContext:aws:sqs:arn': `{${queueId(queue)}.Arn}`,
    },
  },
});
const secretsKey = (actions: string | readonly string[]) => ({
  Sid: 'UseKeyForSecrets',
  Action: actions,
  Effect: 'Allow',
  Resource: KEY,
  Condition: {
    StringEquals: { 'kms:ViaService': `secretsmanager${VIA}` },
    StringLike: { 'kms:EncryptionContext:SecretARN': SECRETS },
  },
});
const TABLE = {
  Sid: 'UseKeyForTable',
  Action: DECRYPT,
  Effect: 'Allow',
  Resource: KEY,
  Condition: {
    StringEquals: {
      'kms:ViaService': `dynamodb${VIA}`,
      'kms:EncryptionContext:aws:dynamodb:tableName': `{${table?.id}}`,
    },
  },
};
const KEPT_FAILURES = queueKey('dead-letters', BOTH);

const USES: Readonly<Record<FunctionName, readonly object[]>> = {
  'find-token': [secretsKey(BOTH), TABLE],
  'find-token-by-id': [secretsKey(BOTH), TABLE],
  'get-access-token': [secretsKey(BOTH), TABLE],
  'save-token': [secretsKey(BOTH), TABLE],
  'delete-token': [secretsKey(DECRYPT), TABLE],
  'get-tokens': [secretsKey(DECRYPT), TABLE],
  'delete-tokens': [TABLE],
  'restore-tokens': [TABLE],
  'refresh-dispatcher': [
    TABLE,
    { Sid: 'UseKeyForQueue', ...queueKey('refresh', BOTH) },
    KEPT_FAILURES,
  ],
  'refresh-worker': [secretsKey(BOTH), TABLE, queueKey('refresh', DECRYPT)],
  housekeeper: [TABLE, KEPT_FAILURES],
  'token-widget': [TABLE],
};

function usesOfKey(template: typeof encrypted, roleId: string) {
  return statementsOf(template, roleId).filter(({ Action }) =>
    [Action].flat().some((action) => String(action).startsWith('kms:')),
  );
}
const rolesStarting = (template: typeof encrypted, start: string) =>
  ofType(template, 'AWS::IAM::Role').filter(({ id }) =>
    new RegExp(`^Tokens${start}Role[0-9A-F]{8}$`).test(id),
  );

test.each(FUNCTION_NAMES)('%s may use it exactly for what it does', (name) => {
  const [role] = rolesStarting(encrypted, pascalCase(name));
  expect(usesOfKey(encrypted, role?.id ?? '')).toEqual(USES[name]);
});

test.each(['RefreshSweep', 'RefreshHousekeeping'])(
  'the schedule of %s may use it to keep what it could not deliver',
  (schedule) => {
    const [role] = rolesStarting(encrypted, schedule);
    expect(usesOfKey(encrypted, role?.id ?? '')).toEqual([KEPT_FAILURES]);
  },
);

test('table and queues are encrypted with it', () => {
  expect(table?.Properties).toMatchObject({
    SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
    Replicas: [{ SSESpecification: { KMSMasterKeyId: KEY } }],
  });
  const queues = ofType(encrypted, 'AWS::SQS::Queue').map(({ Properties }) => Properties);
  expect(queues).toHaveLength(2);
  for (const queue of queues) {
    expect(queue['KmsMasterKeyId']).toBe(KEY);
    expect(queue['SqsManagedSseEnabled']).toBeUndefined();
  }
});

test('the functions are told, so that they make secrets with it', () => {
  for (const { Properties } of ofType(encrypted, 'AWS::Lambda::Function')) {
    const { Variables } = Properties['Environment'] as { Variables: object };
    expect(Variables).toMatchObject({ LATCHKEY_KMS_KEY_ARN: KEY });
  }
});

test('without one no role names a key, and no function hears of one', () => {
  expect(plain.text).not.toMatch(/kms/i);
});

test('a key of the app does the same, and is neither changed nor given away', () => {
  const build = (encryptedWith: (stack: Stack) => Key | undefined) => {
    const stack = new Stack(new App(), 'Application');
    const encryptionKey = encryptedWith(stack);
    new TokenStore(stack, 'Tokens', {
      store: 'billing',
      ...(encryptionKey ? { encryptionKey } : { kmsKeyArn: KEY }),
    });
    return templateOf(stack);
  };
  const byArn = build(() => undefined);
  const byKey = build((stack) => new Key(stack, 'Key'));
  const [key, ...more] = ofType(byKey, 'AWS::KMS::Key');
  expect(more).toEqual([]);
  const others = byKey.resources.filter(({ Type }) => Type !== 'AWS::KMS::Key');
  expect(JSON.stringify(others).replaceAll(`{${key?.id}.Arn}`, KEY)).toBe(
    JSON.stringify(byArn.resources),
  );
  const alone = new Stack(new App(), 'Application');
  new Key(alone, 'Key');
  const [untouched] = ofType(templateOf(alone), 'AWS::KMS::Key');
  expect(key?.Properties).toEqual(untouched?.Properties);
});

test('two keys are one too many', () => {
  const stack = new Stack(new App(), 'Application');
  const encryptionKey = new Key(stack, 'Key');
  expect(() => new TokenStore(stack, 'Tokens', { encryptionKey, kmsKeyArn: KEY })).toThrow(
    'Give kmsKeyArn or encryptionKey, not both.',
  );
});
