/** What outlives its stack, by stage: everything that a store keeps is named here. */
import { type Resource, storeTemplate } from './template.ts';

/** Types that hold nothing: what is in them is in the template, or elsewhere. */
const HOLD_NOTHING = [
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::IAM::Policy',
  'AWS::IAM::Role',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Function',
  'AWS::SQS::QueuePolicy',
  'AWS::Scheduler::Schedule',
];

const GOES = 'goes with its stack';
const STAYS = 'stays';

function fates(resources: readonly Resource[]): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const { Type, DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' } of resources) {
    if (HOLD_NOTHING.includes(Type)) continue;
    const stays = [DeletionPolicy, UpdateReplacePolicy].map((policy) => policy === 'Retain');
    const fate = stays.every(Boolean) ? STAYS : stays.some(Boolean) ? 'half' : GOES;
    found[Type] = [...new Set([...(found[Type] ?? []), fate])];
  }
  return found;
}

test('in production table and logs stay, and the stack cannot be deleted by mistake', () => {
  const { resources, stack } = storeTemplate();
  expect(fates(resources)).toEqual({
    'AWS::DynamoDB::GlobalTable': [STAYS],
    'AWS::Logs::LogGroup': [STAYS],
    // Token ids, for an hour; dead letters for two weeks.
    'AWS::SQS::Queue': [GOES],
    // It keeps no event.
    'AWS::Events::EventBus': [GOES],
  });
  expect(stack.terminationProtection).toBe(true);
});

test('in development everything goes', () => {
  const { resources, stack } = storeTemplate({ stage: 'development' });
  expect([...new Set(Object.values(fates(resources)).flat())]).toEqual([GOES]);
  expect(stack.terminationProtection).toBe(false);
});

test('a key is not the store’s to keep or delete', () => {
  const { resources } = storeTemplate({
    kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555',
  });
  expect(resources.filter(({ Type }) => Type.startsWith('AWS::KMS::'))).toEqual([]);
});

test('logs are kept for a time, in both stages', () => {
  for (const stage of ['production', 'development'] as const) {
    const groups = storeTemplate({ stage }).resources.filter(
      ({ Type }) => Type === 'AWS::Logs::LogGroup',
    );
    expect(groups.map(({ Properties }) => Properties['RetentionInDays'])).toEqual(
      groups.map(() => 30),
    );
  }
});
