/**
 * What each function may do: every action, on what, under which condition. No more and no less:
 * the table of permission-table.ts is compared with the whole of each role.
 */
import {
  CLIENTS,
  GENERATION,
  JOBS,
  KEY_ROWS,
  NOTES,
  PERMISSIONS,
  RECOVERABLE,
  TOKEN_ROWS,
} from './permission-table.ts';
import { ofType, type Statement, statementsOf, storeTemplate } from './template.ts';

const template = storeTemplate({ store: 'billing' });
const [table] = ofType(template, 'AWS::DynamoDB::GlobalTable');
const [eventBus] = ofType(template, 'AWS::Events::EventBus');
const queue = (name: string) =>
  ofType(template, 'AWS::SQS::Queue').find(({ Properties }) => Properties['QueueName'] === name);
const refreshQueue = queue('latchkey-billing-refresh');
const deadLetters = queue('latchkey-billing-dead-letters');
const functions = ofType(template, 'AWS::Lambda::Function');

/** The functions that EventBridge Scheduler invokes: each schedule with a role of its own. */
const SCHEDULED = ['refresh-dispatcher', 'housekeeper'] as const;

const leading = (partition: string) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partition] },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});
const CONDITIONS: readonly (readonly [string, object])[] = [
  [TOKEN_ROWS, leading('token#*')],
  [KEY_ROWS, leading('key#*')],
  [GENERATION, leading('generation#*')],
  [CLIENTS, leading('client#*')],
  [JOBS, leading('job#*')],
  [
    NOTES,
    {
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['token#*'] },
      Null: { 'dynamodb:LeadingKeys': 'false', 'dynamodb:Attributes': 'false' },
      'ForAllValues:StringEquals': {
        'dynamodb:Attributes': [
          ...['pk', 'revision', 'state', 'failure', 'refreshRequestedAtMs', 'checkedAtMs'],
          ...['dueShard', 'dueAtMs'],
        ],
      },
    },
  ],
  [RECOVERABLE, { BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' } }],
];

const HERE = 'arn:{AWS::Partition}:scheduler:{AWS::Region}:{AWS::AccountId}';
const SECRETS =
  'arn:{AWS::Partition}:secretsmanager:{AWS::Region}:{AWS::AccountId}:secret:latchkey/billing/*';

function idIn(reference: unknown): string {
  return String(reference).replace(/^\{([^.}]*)(?:\.Arn)?\}$/, '$1');
}

function propertiesOf(name: string): Readonly<Record<string, unknown>> {
  const functionName = `latchkey-billing-${name}`;
  const found = functions.find(({ Properties }) => Properties['FunctionName'] === functionName);
  if (found === undefined) throw new Error(`There is no function ${functionName}.`);
  return found.Properties;
}

const roleIdOf = (name: string) => idIn(propertiesOf(name)['Role']);
const logIdOf = (name: string) =>
  idIn((propertiesOf(name)['LoggingConfig'] as { LogGroup: string }).LogGroup);

/** One line per action and resource; what this test has no word for stays as it is. */
function lines(name: string, statements: readonly Statement[]): string[] {
  const words = new Map([
    [`{${table?.id}.Arn}`, 'the table'],
    [`{${table?.id}.Arn}/index/due`, 'the due index'],
    [`{${refreshQueue?.id}.Arn}`, 'the refresh queue'],
    [`{${deadLetters?.id}.Arn}`, 'the dead letters'],
    [`{${eventBus?.id}.Arn}`, 'the event bus'],
    [`{${logIdOf(name)}.Arn}`, 'its log'],
    [SECRETS, 'the secrets'],
  ]);
  return statements.flatMap(({ Effect, Action, Resource, Condition }) =>
    [Action].flat().flatMap((action) =>
      [Resource].flat().map((resource) => {
        const effect = Effect === 'Allow' ? '' : `${Effect} `;
        const condition = Condition === undefined ? '' : `, ${wordFor(Condition)}`;
        return `${effect}${String(action)}: ${words.get(String(resource)) ?? resource}${condition}`;
      }),
    ),
  );
}

function wordFor(condition: object): string {
  const json = JSON.stringify(condition);
  return CONDITIONS.find(([, known]) => JSON.stringify(known) === json)?.[0] ?? json;
}

test('every function has a row here', () => {
  const names = functions.map(({ Properties }) => Properties['FunctionName']);
  expect(names.sort()).toEqual(
    Object.keys(PERMISSIONS)
      .map((name) => `latchkey-billing-${name}`)
      .sort(),
  );
});

describe.each(Object.entries(PERMISSIONS))('%s', (name, permissions) => {
  const roleId = roleIdOf(name);
  const role = template.resources.find(({ id }) => id === roleId);

  test('may do exactly this', () => {
    expect(lines(name, statementsOf(template, roleId)).sort()).toEqual([...permissions].sort());
  });

  test('has a role of its own, which only Lambda takes on, without managed policies', () => {
    const sharing = functions.filter(({ Properties }) => Properties['Role'] === `{${roleId}.Arn}`);
    expect(sharing).toHaveLength(1);
    expect(role?.Properties['ManagedPolicyArns']).toBeUndefined();
    expect(role?.Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'lambda.amazonaws.com' },
        },
      ],
    });
  });
});

describe.each(SCHEDULED)('the schedule of %s', (name) => {
  const lambda = functions.find(
    ({ Properties }) => Properties['FunctionName'] === `latchkey-billing-${name}`,
  );
  const schedule = ofType(template, 'AWS::Scheduler::Schedule').find(
    ({ Properties }) => (Properties['Target'] as { Arn: string }).Arn === `{${lambda?.id}.Arn}`,
  );
  const target = schedule?.Properties['Target'] as { RoleArn?: string } | undefined;
  const roleId = idIn(target?.RoleArn);
  const role = template.resources.find(({ id }) => id === roleId);

  test('may invoke that function, and keep what it could not deliver', () => {
    expect(lines(name, statementsOf(template, roleId)).sort()).toEqual([
      `lambda:InvokeFunction: {${lambda?.id}.Arn}`,
      'sqs:SendMessage: the dead letters',
    ]);
  });

  test('has a role that only the Scheduler of this account takes on', () => {
    expect(role?.Properties['AssumeRolePolicyDocument']).toMatchObject({
      Statement: [
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: 'scheduler.amazonaws.com' },
          Condition: {
            StringEquals: {
              'aws:SourceAccount': '{AWS::AccountId}',
              'aws:SourceArn': `${HERE}:schedule-group/default`,
            },
          },
        },
      ],
    });
  });
});

test('nobody else has a role or a policy in the stack', () => {
  const actors = functions.length + SCHEDULED.length;
  expect(ofType(template, 'AWS::IAM::Role')).toHaveLength(actors);
  expect(ofType(template, 'AWS::IAM::Policy')).toHaveLength(functions.length);
  expect(ofType(template, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  expect(ofType(template, 'AWS::Lambda::Permission')).toEqual([]);
  expect(ofType(template, 'AWS::Events::EventBusPolicy')).toEqual([]);
});

test('the policies of the queues let nobody in: they keep those out who do not use TLS', () => {
  const policies = ofType(template, 'AWS::SQS::QueuePolicy').map(({ Properties }) => Properties);
  expect(policies).toHaveLength(2);
  for (const id of [refreshQueue?.id, deadLetters?.id]) {
    const policy = policies.find(({ Queues }) => String(Queues) === `{${id}}`);
    expect(policy?.['PolicyDocument']).toMatchObject({
      Statement: [
        {
          Effect: 'Deny',
          Principal: { AWS: '*' },
          Action: 'sqs:*',
          Resource: `{${id}.Arn}`,
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
  }
});

test('wildcards are these, and no others', () => {
  const all = functions.flatMap(({ Properties }) =>
    statementsOf(template, idIn(Properties['Role'])),
  );
  const wild = all.flatMap(({ Action, Resource }) =>
    [Action, Resource].flat(2).filter((text) => String(text).includes('*')),
  );
  expect([...new Set(wild)].sort()).toEqual(['*', SECRETS].sort());
  const everything = all.filter(({ Resource }) => [Resource].flat().includes('*'));
  expect(everything.map(({ Action }) => Action).sort()).toEqual([
    'secretsmanager:BatchGetSecretValue',
    'secretsmanager:ListSecrets',
  ]);
});
