/** Settings: a wrong one ends the synthesis with its name and what is allowed. */
import { App } from 'aws-cdk-lib';
import {
  DEFAULT_SETTINGS,
  type StoreSettings,
  settingsFromContext,
  validSettings,
} from '../../infra/store-settings.ts';

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
    recoveryWindowDays: '14',
    minValidSeconds: '120',
    logRetentionDays: '90',
  };
  expect(from(context)).toEqual({
    store: 'billing',
    stage: 'development',
    dataCentre: 'lab',
    moreDataCentres: {
      lab: { accountsUrl: 'https://a.example', apiDomain: 'https://b.example' },
    },
    recoveryWindowDays: 14,
    minValidSeconds: 120,
    logRetentionDays: 90,
  });
});

test('and as JSON from cdk.json', () => {
  const moreDataCentres = {
    lab: { accountsUrl: 'https://a.example', apiDomain: 'https://b.example' },
  };
  expect(from({ moreDataCentres, recoveryWindowDays: 30 })).toMatchObject({
    moreDataCentres,
    recoveryWindowDays: 30,
  });
});

const STORE = 'The setting store allows 1 to 32 letters, digits and hyphens.';
const RECOVERY = 'The setting recoveryWindowDays allows whole numbers from 7 to 30.';
const MIN_VALID = 'The setting minValidSeconds allows whole numbers from 5 to 900.';
const RETENTION = 'The setting logRetentionDays allows 1, 3, 7, 14, 30, 60, 90, 180, 365.';

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
  ['logRetentionDays', 2, RETENTION],
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
  { logRetentionDays: 1 },
])('%j is accepted', (settings) => {
  const given = { ...DEFAULT_SETTINGS, ...settings };
  expect(validSettings(given)).toEqual(given);
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

test('a setting that there is not is refused by name, with those that there are', () => {
  expect(() => from({ recoverWindowDays: 30 })).toThrow(
    /^There is no setting recoverWindowDays\. The settings are store, stage, /,
  );
});

test("CDK's own context is left alone", () => {
  const context = { '@aws-cdk/core:flag': true, 'aws:cdk:x': 1, 'vpc-provider:account=1': {} };
  expect(from(context).store).toBe('default');
});
