/**
 * What each function may do: every action, on what, under which condition. No more and no less:
 * the table below is compared with the whole of each role.
 */
import type { FunctionName } from '../../infra/bundling/bundles.ts';
import { ofType, type Statement, statementsOf, storeTemplate } from './template.ts';

const template = storeTemplate({ store: 'billing' });
const [table] = ofType(template, 'AWS::DynamoDB::GlobalTable');
const functions = ofType(template, 'AWS::Lambda::Function');

const TOKEN_ROWS = 'token rows';
const KEY_ROWS = 'key rows';
const GENERATION = 'the generation';
const RECOVERABLE = 'with a recovery window';

const READ_INDEX = ['dynamodb:BatchGetItem: the table'];
const WRITE_TOKEN_ROWS = [`dynamodb:UpdateItem: the table, ${TOKEN_ROWS}`];
const WRITE_KEY_ROWS = [
  `dynamodb:DeleteItem: the table, ${KEY_ROWS}`,
  `dynamodb:PutItem: the table, ${KEY_ROWS}`,
];
const READ_SECRETS = ['secretsmanager:GetSecretValue: the secrets'];
const DELETE_SECRETS = [`secretsmanager:DeleteSecret: the secrets, ${RECOVERABLE}`];
const LOG = ['logs:CreateLogStream: its log', 'logs:PutLogEvents: its log'];

const FIND_AND_REFRESH = [
  ...READ_INDEX,
  ...WRITE_TOKEN_ROWS,
  ...WRITE_KEY_ROWS,
  ...READ_SECRETS,
  'secretsmanager:PutSecretValue: the secrets',
  ...LOG,
];

const PERMISSIONS: Readonly<Record<FunctionName, readonly string[]>> = {
  'find-token': FIND_AND_REFRESH,
  'find-token-by-id': FIND_AND_REFRESH,
  'get-access-token': FIND_AND_REFRESH,
  'save-token': [
    ...READ_INDEX,
    ...WRITE_TOKEN_ROWS,
    ...WRITE_KEY_ROWS,
    ...READ_SECRETS,
    'secretsmanager:CreateSecret: the secrets',
    'secretsmanager:PutSecretValue: the secrets',
    'secretsmanager:RestoreSecret: the secrets',
    'secretsmanager:TagResource: the secrets',
    ...DELETE_SECRETS,
    ...LOG,
  ],
  'delete-token': [
    ...READ_INDEX,
    ...WRITE_TOKEN_ROWS,
    ...WRITE_KEY_ROWS,
    ...READ_SECRETS,
    ...DELETE_SECRETS,
    ...LOG,
  ],
  'get-tokens': [
    ...READ_INDEX,
    'dynamodb:Scan: the table',
    ...READ_SECRETS,
    // It knows no resource; each secret it reads needs GetSecretValue besides.
    'secretsmanager:BatchGetSecretValue: *',
    ...LOG,
  ],
  'delete-tokens': [`dynamodb:UpdateItem: the table, ${GENERATION}`, ...LOG],
  'restore-tokens': [
    ...READ_INDEX,
    'dynamodb:Scan: the table',
    ...WRITE_TOKEN_ROWS,
    `dynamodb:PutItem: the table, ${KEY_ROWS}`,
    'secretsmanager:RestoreSecret: the secrets',
    ...LOG,
  ],
};

const leading = (partition: string) => ({
  'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [partition] },
  Null: { 'dynamodb:LeadingKeys': 'false' },
});
const CONDITIONS: readonly (readonly [string, object])[] = [
  [TOKEN_ROWS, leading('token#*')],
  [KEY_ROWS, leading('key#*')],
  [GENERATION, leading('generation#*')],
  [RECOVERABLE, { BoolIfExists: { 'secretsmanager:ForceDeleteWithoutRecovery': 'false' } }],
];

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

test('nobody else has a role or a policy in the stack', () => {
  expect(ofType(template, 'AWS::IAM::Role')).toHaveLength(functions.length);
  expect(ofType(template, 'AWS::IAM::Policy')).toHaveLength(functions.length);
  expect(ofType(template, 'AWS::IAM::ManagedPolicy')).toEqual([]);
  expect(ofType(template, 'AWS::Lambda::Permission')).toEqual([]);
});

test('wildcards are these, and no others', () => {
  const all = functions.flatMap(({ Properties }) =>
    statementsOf(template, String(Properties['Role']).replace(/^\{(.*)\.Arn\}$/, '$1')),
  );
  const wild = all.flatMap(({ Action, Resource }) =>
    [Action, Resource].flat(2).filter((text) => String(text).includes('*')),
  );
  expect([...new Set(wild)].sort()).toEqual(['*', SECRETS].sort());
  const everything = all.filter(({ Resource }) => [Resource].flat().includes('*'));
  expect(everything.map(({ Action }) => Action)).toEqual(['secretsmanager:BatchGetSecretValue']);
});
