/** One deployment: the table, the functions, the logs and the outputs, in production and development. */
import { FUNCTION_NAMES, type FunctionName } from '../../infra/bundling/bundles.ts';
import { ofType, type StoreTemplate, storeTemplate } from './template.ts';

const production = storeTemplate();
const development = storeTemplate({ stage: 'development' });
const FUNCTIONS: readonly FunctionName[] = FUNCTION_NAMES;
const TIMEOUT_SECONDS: Partial<Record<FunctionName, number>> = {
  'get-tokens': 30,
  'restore-tokens': 60,
  'refresh-dispatcher': 50,
  'refresh-worker': 30,
  housekeeper: 600,
};
const SETTINGS = {
  LATCHKEY_STORE: 'default',
  LATCHKEY_SECRET_PREFIX: 'latchkey/default/',
  LATCHKEY_RECOVERY_WINDOW_DAYS: '7',
  LATCHKEY_DATA_CENTRE: 'us',
  LATCHKEY_MORE_DATA_CENTRES: '{}',
  LATCHKEY_PROVIDERS: '{}',
  LATCHKEY_MIN_VALID_SECONDS: '60',
  LATCHKEY_REFRESH_MARGIN_SECONDS: '600',
  LATCHKEY_IDLE_AFTER_DAYS: '30',
  LATCHKEY_REFRESHES_PER_SECOND: '25',
  LATCHKEY_REFRESH_WORKERS: '5',
};

const table = (template: StoreTemplate) => {
  const [only, ...more] = ofType(template, 'AWS::DynamoDB::GlobalTable');
  expect(more).toEqual([]);
  return only;
};

describe('the table', () => {
  test.each([
    ['production', production],
    ['development', development],
  ])('in %s is on demand, restorable to any second, and drops tombstones', (_, template) => {
    expect(table(template)?.Properties).toMatchObject({
      TableName: 'latchkey-default',
      KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
      TimeToLiveSpecification: { AttributeName: 'purgeAtSeconds', Enabled: true },
      Replicas: [{ PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true } }],
    });
  });

  test('has one index, of what is due: by shard and time, with nothing that identifies anybody', () => {
    expect(table(production)?.Properties['GlobalSecondaryIndexes']).toEqual([
      {
        IndexName: 'due',
        KeySchema: [
          { AttributeName: 'dueShard', KeyType: 'HASH' },
          { AttributeName: 'dueAtMs', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['dispatches'] },
      },
    ]);
    expect(table(production)?.Properties['AttributeDefinitions']).toEqual([
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'dueShard', AttributeType: 'S' },
      { AttributeName: 'dueAtMs', AttributeType: 'N' },
    ]);
  });

  test('in production cannot be deleted, not even with its stack', () => {
    expect(table(production)).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: { Replicas: [{ DeletionProtectionEnabled: true }] },
    });
    expect(production.stack.terminationProtection).toBe(true);
  });

  test('in development goes with its stack', () => {
    expect(table(development)).toMatchObject({
      DeletionPolicy: 'Delete',
      UpdateReplacePolicy: 'Delete',
      Properties: { Replicas: [{ DeletionProtectionEnabled: false }] },
    });
    expect(development.stack.terminationProtection).toBe(false);
  });
});

describe('the functions', () => {
  const functions = new Map(
    ofType(production, 'AWS::Lambda::Function').map((resource) => [
      resource.Properties['FunctionName'],
      resource,
    ]),
  );

  test('are one per operation, those that run by themselves, and the widget', () => {
    const names = FUNCTIONS.map((name) => `latchkey-default-${name}`);
    expect([...functions.keys()].sort()).toEqual(names.sort());
  });

  test.each(FUNCTIONS)(
    '%s runs on Node.js 24 and arm64, and logs JSON to a log of its own',
    (name) => {
      const properties = functions.get(`latchkey-default-${name}`)?.Properties;
      expect(properties).toMatchObject({
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        Handler: 'index.handler',
        MemorySize: 512,
        Timeout: TIMEOUT_SECONDS[name] ?? 15,
        LoggingConfig: { LogFormat: 'JSON', LogGroup: expect.stringMatching(/^\{\w+\}$/) },
      });
    },
  );

  test.each(FUNCTIONS)('%s gets the settings of the store, and nothing else', (name) => {
    const { Environment } = functions.get(`latchkey-default-${name}`)?.Properties ?? {};
    const [queue] = ofType(production, 'AWS::SQS::Queue').filter(({ Properties }) =>
      String(Properties['QueueName']).endsWith('-refresh'),
    );
    const [eventBus] = ofType(production, 'AWS::Events::EventBus');
    expect(Environment).toEqual({
      Variables: {
        ...SETTINGS,
        LATCHKEY_TABLE: `{${table(production)?.id}}`,
        LATCHKEY_REFRESH_QUEUE_URL: `{${queue?.id}}`,
        LATCHKEY_EVENT_BUS: `{${eventBus?.id}}`,
      },
    });
  });

  test('each writes to a log of its own, which is kept for a month', () => {
    const logs = [...functions.values()].map(
      ({ Properties }) => (Properties['LoggingConfig'] as { LogGroup: string }).LogGroup,
    );
    expect(new Set(logs).size).toBe(FUNCTIONS.length);
    const groups = ofType(production, 'AWS::Logs::LogGroup');
    expect(groups.map(({ Properties }) => Properties['LogGroupName']).sort()).toEqual(
      FUNCTIONS.map((name) => `/aws/lambda/latchkey-default-${name}`).sort(),
    );
    expect(groups.map(({ id }) => `{${id}}`).sort()).toEqual([...logs].sort());
    expect(groups.map(({ Properties }) => Properties['RetentionInDays'])).toEqual(
      FUNCTIONS.map(() => 30),
    );
  });

  test('settings reach them', () => {
    const template = storeTemplate({
      store: 'billing',
      dataCentre: 'eu',
      recoveryWindowDays: 30,
      minValidSeconds: 300,
      refreshMarginSeconds: 900,
      idleAfterDays: 90,
      refreshesPerSecond: 40,
      refreshWorkers: 8,
      logRetentionDays: 365,
      moreDataCentres: {
        lab: { accountsUrl: 'https://a.example', apiDomain: 'https://b.example' },
      },
      providers: { crm: { tokenUrl: 'https://c.example/token' } },
    });
    const functions = ofType(template, 'AWS::Lambda::Function');
    expect(functions).toHaveLength(FUNCTIONS.length);
    for (const { Properties } of functions) {
      const { Variables } = Properties['Environment'] as { Variables: Record<string, string> };
      expect(Variables).toMatchObject({
        LATCHKEY_STORE: 'billing',
        LATCHKEY_SECRET_PREFIX: 'latchkey/billing/',
        LATCHKEY_RECOVERY_WINDOW_DAYS: '30',
        LATCHKEY_DATA_CENTRE: 'eu',
        LATCHKEY_MORE_DATA_CENTRES:
          '{"lab":{"accountsUrl":"https://a.example","apiDomain":"https://b.example"}}',
        LATCHKEY_MIN_VALID_SECONDS: '300',
        LATCHKEY_REFRESH_MARGIN_SECONDS: '900',
        LATCHKEY_IDLE_AFTER_DAYS: '90',
        LATCHKEY_REFRESHES_PER_SECOND: '40',
        LATCHKEY_REFRESH_WORKERS: '8',
      });
      expect(JSON.parse(Variables['LATCHKEY_PROVIDERS'] ?? '')).toMatchObject({
        crm: { tokenUrl: 'https://c.example/token' },
      });
    }
    for (const { Properties } of ofType(template, 'AWS::Logs::LogGroup')) {
      expect(Properties['RetentionInDays']).toBe(365);
    }
  });
});

test('the outputs name what callers and operators need', () => {
  const functionId = (name: string) =>
    ofType(production, 'AWS::Lambda::Function').find(
      ({ Properties }) => Properties['FunctionName'] === `latchkey-default-${name}`,
    )?.id;
  const [deadLetters] = ofType(production, 'AWS::SQS::Queue').filter(({ Properties }) =>
    String(Properties['QueueName']).endsWith('-dead-letters'),
  );
  expect(production.outputs).toEqual({
    FindTokenFunctionName: `{${functionId('find-token')}}`,
    FindTokenByIdFunctionName: `{${functionId('find-token-by-id')}}`,
    SaveTokenFunctionName: `{${functionId('save-token')}}`,
    DeleteTokenFunctionName: `{${functionId('delete-token')}}`,
    GetTokensFunctionName: `{${functionId('get-tokens')}}`,
    DeleteTokensFunctionName: `{${functionId('delete-tokens')}}`,
    GetAccessTokenFunctionName: `{${functionId('get-access-token')}}`,
    RestoreTokensFunctionName: `{${functionId('restore-tokens')}}`,
    TokenWidgetFunctionName: `{${functionId('token-widget')}}`,
    HousekeeperFunctionName: `{${functionId('housekeeper')}}`,
    EventBusName: `{${ofType(production, 'AWS::Events::EventBus')[0]?.id}}`,
    DeadLetterQueueUrl: `{${deadLetters?.id}}`,
    TableName: `{${table(production)?.id}}`,
    SecretPrefix: 'latchkey/default/',
  });
});

test('a stack holds what it needs and nothing that is paid by the hour', () => {
  const types = new Set(production.resources.map(({ Type }) => Type));
  expect([...types].sort()).toEqual([
    'AWS::CloudWatch::Alarm',
    'AWS::CloudWatch::Dashboard',
    'AWS::DynamoDB::GlobalTable',
    'AWS::Events::EventBus',
    'AWS::IAM::Policy',
    'AWS::IAM::Role',
    'AWS::Lambda::EventInvokeConfig',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
    'AWS::Scheduler::Schedule',
  ]);
});
