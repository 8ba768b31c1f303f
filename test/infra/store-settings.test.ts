/** Settings: a wrong one ends the synthesis with its name and what is allowed. */
import { App } from 'aws-cdk-lib';
import {
  DEFAULT_SETTINGS,
  type StoreSettings,
  settingsFromContext,
  settingsOf,
  validSettings,
} from '../../infra/store-settings.ts';
import { RunningProgram } from '../support/running-program.ts';

const KEY = 'arn:aws:kms:eu-west-1:111122223333:key/11111111-2222-4333-8444-555555555555';
const from = (context: Record<string, unknown>) => settingsFromContext(new App({ context }).node);

test('without context the defaults hold', () => {
  expect(from({})).toEqual(DEFAULT_SETTINGS);
});

test('the context comes as text from the command line', () => {
  const context = {
    store: 'billing',
    stage: 'development',
    dataCentre: 'lab',
    moreDataCentres: '{"lab":{"accountsUrl":"https://a.example","apiDomain":"https://b.example"}}',
    providers: '{"crm":{"tokenUrl":"https://c.example/token","clientAuthentication":"post"}}',
    recoveryWindowDays: '14',
    minValidSeconds: '120',
    refreshMarginSeconds: '900',
    idleAfterDays: '365',
    refreshesPerSecond: '40',
    refreshWorkers: '10',
    logRetentionDays: '90',
    kmsKeyArn: KEY,
    dashboard: 'false',
    alarms: 'true',
    alarmEmail: 'ops@a.example',
    alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call',
    runbookUrl: 'https://a.example/RUNBOOK.md',
  };
  expect(from(context)).toEqual({
    store: 'billing',
    stage: 'development',
    dataCentre: 'lab',
    moreDataCentres: {
      lab: { accountsUrl: 'https://a.example', apiDomain: 'https://b.example' },
    },
    providers: {
      crm: {
        tokenUrl: 'https://c.example/token',
        clientAuthentication: 'post',
        accessTokenSeconds: 3_600,
        minIntervalSeconds: 60,
      },
    },
    recoveryWindowDays: 14,
    minValidSeconds: 120,
    refreshMarginSeconds: 900,
    idleAfterDays: 365,
    refreshesPerSecond: 40,
    refreshWorkers: 10,
    logRetentionDays: 90,
    kmsKeyArn: KEY,
    dashboard: false,
    alarms: true,
    alarmEmail: 'ops@a.example',
    alarmTopicArn: 'arn:aws:sns:eu-west-1:123456789012:on-call',
    runbookUrl: 'https://a.example/RUNBOOK.md',
  });
});

test('and as JSON from cdk.json', () => {
  const moreDataCentres = {
    lab: { accountsUrl: 'https://a.example', apiDomain: 'https://b.example' },
  };
  const providers = { crm: { tokenUrl: 'https://c.example/token' } };
  expect(from({ moreDataCentres, providers, recoveryWindowDays: 30 })).toMatchObject({
    moreDataCentres,
    providers,
    recoveryWindowDays: 30,
  });
});

const STORE = 'The setting store allows 1 to 32 letters, digits and hyphens.';
const RECOVERY = 'The setting recoveryWindowDays allows whole numbers from 7 to 30.';
const MIN_VALID = 'The setting minValidSeconds allows whole numbers from 5 to 900.';
const MARGIN = 'The setting refreshMarginSeconds allows whole numbers from 120 to 3600.';
const IDLE = 'The setting idleAfterDays allows whole numbers from 1 to 3650.';
const PACE = 'The setting refreshesPerSecond allows whole numbers from 1 to 45.';
const WORKERS = 'The setting refreshWorkers allows whole numbers from 2 to 100.';
const WORKERS_FOR_PACE = 'The setting refreshWorkers allows twice refreshesPerSecond at most.';
const RETENTION = 'The setting logRetentionDays allows 1, 3, 7, 14, 30, 60, 90, 180, 365.';
const KMS_KEY =
  'The setting kmsKeyArn allows the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>.';

const FLAG = (name: string) => `The setting ${name} allows true or false.`;
const MAIL = 'The setting alarmEmail allows one mail address.';
const TOPIC =
  'The setting alarmTopicArn allows the ARN of an SNS topic, arn:aws:sns:<region>:<account>:<name>.';
const RUNBOOK = 'The setting runbookUrl allows an https address without a #.';

test.each<[keyof StoreSettings, unknown, string]>([
  ['store', '', STORE],
  ['store', '-billing', STORE],
  ['store', 'billing-', STORE],
  ['store', 'bil/ling', STORE],
  ['store', 'bil*', STORE],
  ['store', 'x'.repeat(33), STORE],
  ['stage', 'staging', 'The setting stage allows production or development.'],
  ['dataCentre', 'moon', 'The setting dataCentre allows us, eu, in, au, jp, cn, ca, sa, uk, ae.'],
  ['recoveryWindowDays', 6, RECOVERY],
  ['recoveryWindowDays', 31, RECOVERY],
  ['recoveryWindowDays', 7.5, RECOVERY],
  ['recoveryWindowDays', 'a week', RECOVERY],
  ['minValidSeconds', 4, MIN_VALID],
  ['minValidSeconds', 901, MIN_VALID],
  ['refreshMarginSeconds', 119, MARGIN],
  ['refreshMarginSeconds', 3_601, MARGIN],
  ['refreshMarginSeconds', '10 minutes', MARGIN],
  ['idleAfterDays', 0, IDLE],
  ['idleAfterDays', 3_651, IDLE],
  ['refreshesPerSecond', 0, PACE],
  ['refreshesPerSecond', 46, PACE],
  ['refreshesPerSecond', 2.5, PACE],
  ['refreshWorkers', 1, WORKERS],
  ['refreshWorkers', 101, WORKERS],
  ['refreshWorkers', 51, WORKERS_FOR_PACE],
  ['refreshesPerSecond', 2, WORKERS_FOR_PACE],
  ['logRetentionDays', 2, RETENTION],
  ['kmsKeyArn', '11111111-2222-4333-8444-555555555555', KMS_KEY],
  ['kmsKeyArn', 'alias/billing', KMS_KEY],
  ['kmsKeyArn', 'arn:aws:kms:eu-west-1:111122223333:alias/billing', KMS_KEY],
  ['kmsKeyArn', 'arn:aws:kms:eu-west-1:111122223333:key/*', KMS_KEY],
  ['dashboard', 'off', FLAG('dashboard')],
  ['dashboard', 0, FLAG('dashboard')],
  ['alarms', 'no', FLAG('alarms')],
  ['alarmEmail', 'ops', MAIL],
  ['alarmEmail', 'ops@a.example, dev@a.example', MAIL],
  ['alarmTopicArn', 'on-call', TOPIC],
  ['alarmTopicArn', 'arn:aws:sqs:eu-west-1:123456789012:on-call', TOPIC],
  ['runbookUrl', 'http://a.example/RUNBOOK.md', RUNBOOK],
  ['runbookUrl', 'https://a.example/RUNBOOK.md#alarms', RUNBOOK],
])('%s: %j is refused', (name, value, message) => {
  expect(() => from({ [name]: value })).toThrow(new Error(message));
});

test.each<Partial<StoreSettings>>([
  { store: 'a' },
  { store: 'A-1' },
  { store: 'x'.repeat(32) },
  { recoveryWindowDays: 7 },
  { recoveryWindowDays: 30 },
  { minValidSeconds: 5 },
  { minValidSeconds: 900 },
  { refreshMarginSeconds: 120 },
  { refreshMarginSeconds: 3_600 },
  { idleAfterDays: 1 },
  { idleAfterDays: 3_650 },
  { refreshesPerSecond: 1, refreshWorkers: 2 },
  { refreshesPerSecond: 45 },
  { refreshWorkers: 2 },
  { refreshWorkers: 50 },
  { logRetentionDays: 1 },
  { kmsKeyArn: KEY },
  { kmsKeyArn: `arn:aws-cn:kms:cn-north-1:111122223333:key/mrk-${'0a'.repeat(16)}` },
  { dashboard: false, alarms: false },
  { alarmEmail: 'ops+night@a.example' },
  { alarmTopicArn: 'arn:aws-cn:sns:cn-north-1:123456789012:on-call' },
  { runbookUrl: 'https://a.example/wiki/RUNBOOK.md?plain=1' },
])('%j is accepted', (settings) => {
  const given = { ...DEFAULT_SETTINGS, ...settings };
  expect(validSettings(given)).toEqual(given);
});

test.each(['alarmEmail', 'alarmTopicArn'] as const)('%s needs alarms', (name) => {
  const value = { alarmEmail: 'ops@a.example', alarmTopicArn: 'arn:aws:sns:a:123456789012:b' }[
    name
  ];
  expect(() => from({ alarms: 'false', [name]: value })).toThrow(
    `The setting ${name} allows nothing without alarms.`,
  );
});

test('a data centre that is added may be the one of the store', () => {
  const moreDataCentres = {
    lab: { accountsUrl: 'https://a.example', apiDomain: 'https://b.example' },
  };
  expect(from({ moreDataCentres, dataCentre: 'lab' }).dataCentre).toBe('lab');
});

const HALF = '{"lab":{"accountsUrl":"https://a.example"}}';
const IN_CLEAR = '{"lab":{"accountsUrl":"http://a.example","apiDomain":"https://b.example"}}';

// Every function of such a deployment would fail at its start: the synthesis does first.
test.each([['{broken'], ['[]'], ['null'], [HALF], [IN_CLEAR]])(
  'moreDataCentres: %s is refused',
  (moreDataCentres) => {
    expect(() => from({ moreDataCentres })).toThrow(/^The setting moreDataCentres allows /);
  },
);

const PROVIDER = 'https://c.example/token';

test.each([
  ['{broken'],
  ['[]'],
  ['null'],
  ['{"crm":{}}'],
  ['{"crm":{"tokenUrl":"http://c.example/token"}}'],
  ['{"crm":{"tokenUrl":"https://user:secret@c.example/token"}}'],
  [`{"zoho":{"tokenUrl":"${PROVIDER}"}}`],
  [`{"CRM":{"tokenUrl":"${PROVIDER}"}}`],
  [`{"crm":{"tokenUrl":"${PROVIDER}","minIntervalSeconds":59}}`],
  [`{"crm":{"tokenUrl":"${PROVIDER}","misspelt":1}}`],
])('providers: %s is refused', (providers) => {
  expect(() => from({ providers })).toThrow(/^The setting providers allows /);
});

test.each(['recoverWindowDays', 'provider', 'refreshWorker', 'refreshPerSecond', '__proto__x'])(
  'there is no setting %s',
  (name) => {
    expect(() => from({ [name]: '5' })).toThrow(`There is no setting ${name}.`);
  },
);

test('a setting that there is not is refused by name, with those that there are', () => {
  expect(() => from({ recoverWindowDays: 30 })).toThrow(
    /^There is no setting recoverWindowDays\. The settings are store, stage, /,
  );
});

test('what is given as undefined is not given', () => {
  const given = { store: undefined, stage: undefined } as unknown as Partial<StoreSettings>;
  expect(settingsOf(given)).toEqual(DEFAULT_SETTINGS);
});

test("CDK's own context is left alone", () => {
  const context = { '@aws-cdk/core:flag': true, 'aws:cdk:x': 1, 'vpc-provider:account=1': {} };
  expect(from(context).store).toBe('default');
});

test.each([
  ['a value', { store: 'a_b' }, STORE],
  ['a name', { stor: 'billing' }, expect.stringMatching(/^There is no setting stor\. .*\.$/)],
])(
  'the CDK app says what is wrong with %s of a setting, and nothing else',
  async (_, context, text) => {
    const environment = { CDK_CONTEXT_JSON: JSON.stringify(context) };
    const app = new RunningProgram('infra/app.ts', [], environment);
    expect(await app.ended).toBe(1);
    expect(app.stderr.trimEnd()).toEqual(text);
  },
);
