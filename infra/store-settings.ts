/**
 * The settings of a deployment: what `cdk deploy -c name=value` may say, and what holds otherwise.
 * A wrong value ends the synthesis with its name and what is allowed.
 */
import type { Node } from 'constructs';
import { type ProviderSettings, parseProviders } from '../lib/provider/provider-settings.ts';
import {
  type DataCentres,
  parseDataCentres,
  ZOHO_DATA_CENTRES,
} from '../lib/provider/zoho-data-centres.ts';

/** A setting that there is not, or a value that its setting does not allow: in words for who set it. */
export class SettingError extends Error {
  override readonly name = 'SettingError';
}

export type Stage = 'production' | 'development';

export interface StoreSettings {
  /** The store's name, part of every name in the account: letters, digits, hyphens. */
  readonly store: string;
  /** Production keeps table and stack from deletion; development lets both go. */
  readonly stage: Stage;
  /** Zoho data centre of tokens that do not say theirs: us, eu, in, au, jp, cn, ca, sa, uk, ae. */
  readonly dataCentre: string;
  /** Data centres besides Zoho's own. */
  readonly moreDataCentres: DataCentres;
  /** Days in which a deleted token can be restored: 7 to 30. */
  readonly recoveryWindowDays: number;
  /** OAuth 2.0 providers besides Zoho, by the name that a token's `provider` says. */
  readonly providers: Readonly<Record<string, Partial<ProviderSettings>>>;
  /** Seconds of life that an access token has at least when it is handed out: 5 to 900. */
  readonly minValidSeconds: number;
  /** Seconds before its expiry at which an access token is refreshed at the latest: 120 to 3600. */
  readonly refreshMarginSeconds: number;
  /** Days without use after which a token is not refreshed until it is used: 1 to 3650. */
  readonly idleAfterDays: number;
  /**
   * Scheduled refreshes a second: 1 to 45. Each writes a secret, and Secrets Manager takes 50
   * writes a second of a whole account: what is left is for saves.
   */
  readonly refreshesPerSecond: number;
  /** Workers that refresh at once: 2 to 100, and at most twice `refreshesPerSecond`. */
  readonly refreshWorkers: number;
  /** Days that logs are kept. */
  readonly logRetentionDays: number;
  /**
   * The customer-managed KMS key of secrets, table and queues: its ARN, not an alias. Empty: AWS's
   * own keys. Read SECURITY.md before it is changed for a store that has tokens.
   */
  readonly kmsKeyArn: string;
  /** Whether the store has a CloudWatch dashboard, which costs $3 a month. */
  readonly dashboard: boolean;
  /** Whether the store has its CloudWatch alarms. */
  readonly alarms: boolean;
  /** Who gets a mail when an alarm goes off or ends: one address, which has to confirm. Empty: nobody. */
  readonly alarmEmail: string;
  /** An SNS topic that alarms are sent to: its ARN. Empty: none. */
  readonly alarmTopicArn: string;
  /** Where RUNBOOK.md is read, for links in alarms and dashboard: an https address. Empty: no links. */
  readonly runbookUrl: string;
}

export const DEFAULT_SETTINGS: StoreSettings = {
  store: 'default',
  stage: 'production',
  dataCentre: 'us',
  moreDataCentres: {},
  recoveryWindowDays: 7,
  providers: {},
  minValidSeconds: 60,
  refreshMarginSeconds: 600,
  idleAfterDays: 30,
  refreshesPerSecond: 25,
  refreshWorkers: 5,
  logRetentionDays: 30,
  kmsKeyArn: '',
  dashboard: true,
  alarms: true,
  alarmEmail: '',
  alarmTopicArn: '',
  runbookUrl: '',
};

type NumberSetting = {
  [Name in keyof StoreSettings]: StoreSettings[Name] extends number ? Name : never;
}[keyof StoreSettings];

/** What CloudWatch Logs accepts, of the sensible ones. */
const LOG_RETENTION_DAYS = [1, 3, 7, 14, 30, 60, 90, 180, 365];
/** Or none. An alias will not do: permissions name keys. */
const KMS_KEY_ARN =
  /^$|^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Or none. An app may give the ARN of a topic that is still to be made: a token of the CDK. */
const TOPIC_ARN = /^$|^\$\{Token\[|^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$/;
const EMAIL = /^$|^[^\s@,;<>]+@[^\s@,;<>]+$/;
/** Or none. A section's name is put behind it. */
const RUNBOOK_URL = /^$|^https:\/\/[^\s#()]+$/;

/**
 * Reads the settings from the CDK context (`-c name=value` or cdk.json).
 * @throws SettingError for a setting that there is not, so that a misspelt one does not pass for set
 */
export function settingsFromContext(node: Node): StoreSettings {
  const unknown = Object.keys(node.getAllContext()).find(
    (name) => !isContextOfCdk(name) && !Object.hasOwn(DEFAULT_SETTINGS, name),
  );
  if (unknown !== undefined) {
    const names = Object.keys(DEFAULT_SETTINGS).join(', ');
    throw new SettingError(`There is no setting ${unknown}. The settings are ${names}.`);
  }
  const given = (name: keyof StoreSettings): unknown => node.tryGetContext(name);
  const number = (name: NumberSetting) => Number(given(name) ?? DEFAULT_SETTINGS[name]);
  const text = (name: keyof StoreSettings) => String(given(name) ?? DEFAULT_SETTINGS[name]);
  /** What is neither true nor false is left as it is, to be refused. */
  const flag = (name: keyof StoreSettings) =>
    (({ true: true, false: false })[text(name)] ?? given(name)) as boolean;
  return validSettings({
    store: String(given('store') ?? DEFAULT_SETTINGS.store),
    stage: String(given('stage') ?? DEFAULT_SETTINGS.stage) as Stage,
    dataCentre: String(given('dataCentre') ?? DEFAULT_SETTINGS.dataCentre),
    moreDataCentres: (given('moreDataCentres') ?? {}) as DataCentres,
    providers: (given('providers') ?? {}) as StoreSettings['providers'],
    recoveryWindowDays: number('recoveryWindowDays'),
    minValidSeconds: number('minValidSeconds'),
    refreshMarginSeconds: number('refreshMarginSeconds'),
    idleAfterDays: number('idleAfterDays'),
    refreshesPerSecond: number('refreshesPerSecond'),
    refreshWorkers: number('refreshWorkers'),
    logRetentionDays: number('logRetentionDays'),
    kmsKeyArn: String(given('kmsKeyArn') ?? DEFAULT_SETTINGS.kmsKeyArn),
    dashboard: flag('dashboard'),
    alarms: flag('alarms'),
    alarmEmail: text('alarmEmail'),
    alarmTopicArn: text('alarmTopicArn'),
    runbookUrl: text('runbookUrl'),
  });
}

/** Feature flags (`@aws-cdk/…`), the CLI's own (`aws:…`) and cached look-ups (`…:account=…`). */
function isContextOfCdk(name: string): boolean {
  return /[:/]/.test(name);
}

/**
 * The given settings, and the defaults for the others; undefined is not given.
 * @throws SettingError naming the setting and what it allows
 */
export function settingsOf(given: Partial<StoreSettings>): StoreSettings {
  const said = Object.entries(given).filter(([, value]) => value !== undefined);
  return validSettings({ ...DEFAULT_SETTINGS, ...Object.fromEntries(said) });
}

/** @throws SettingError naming the setting and what it allows */
export function validSettings(settings: StoreSettings): StoreSettings {
  const moreDataCentres = parseDataCentres(settings.moreDataCentres);
  assert(moreDataCentres !== undefined, 'moreDataCentres', {
    allowed: '{"name": {"accountsUrl": "https://…", "apiDomain": "https://…"}} without paths',
  });
  const providers = parseProviders(settings.providers);
  assert(providers !== undefined, 'providers', {
    allowed:
      '{"name": {"tokenUrl": "https://…"}} with the members of ProviderSettings ' +
      '(lib/provider/provider-settings.ts)',
  });
  const dataCentres = Object.keys({ ...ZOHO_DATA_CENTRES, ...moreDataCentres });
  assert(/^[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/.test(settings.store), 'store', {
    allowed: '1 to 32 letters, digits and hyphens',
  });
  assert(['production', 'development'].includes(settings.stage), 'stage', {
    allowed: 'production or development',
  });
  assert(dataCentres.includes(settings.dataCentre), 'dataCentre', {
    allowed: dataCentres.join(', '),
  });
  assertWhole(settings.recoveryWindowDays, 'recoveryWindowDays', 7, 30);
  assertWhole(settings.minValidSeconds, 'minValidSeconds', 5, 900);
  assertWhole(settings.refreshMarginSeconds, 'refreshMarginSeconds', 120, 3_600);
  assertWhole(settings.idleAfterDays, 'idleAfterDays', 1, 3_650);
  assertWhole(settings.refreshesPerSecond, 'refreshesPerSecond', 1, 45);
  assertWhole(settings.refreshWorkers, 'refreshWorkers', 2, 100);
  // Each has its share of the pace, and must come to the end of its batch before its time-out.
  assert(settings.refreshWorkers <= 2 * settings.refreshesPerSecond, 'refreshWorkers', {
    allowed: 'twice refreshesPerSecond at most',
  });
  assert(LOG_RETENTION_DAYS.includes(settings.logRetentionDays), 'logRetentionDays', {
    allowed: LOG_RETENTION_DAYS.join(', '),
  });
  assert(KMS_KEY_ARN.test(settings.kmsKeyArn), 'kmsKeyArn', {
    allowed: 'the ARN of a KMS key, arn:aws:kms:<region>:<account>:key/<id>',
  });
  for (const name of ['dashboard', 'alarms'] as const) {
    assert(typeof settings[name] === 'boolean', name, { allowed: 'true or false' });
  }
  assert(EMAIL.test(settings.alarmEmail), 'alarmEmail', { allowed: 'one mail address' });
  assert(TOPIC_ARN.test(settings.alarmTopicArn), 'alarmTopicArn', {
    allowed: 'the ARN of an SNS topic, arn:aws:sns:<region>:<account>:<name>',
  });
  for (const name of ['alarmEmail', 'alarmTopicArn'] as const) {
    assert(settings.alarms || settings[name] === '', name, { allowed: 'nothing without alarms' });
  }
  assert(RUNBOOK_URL.test(settings.runbookUrl), 'runbookUrl', {
    allowed: 'an https address without a #',
  });
  return { ...settings, moreDataCentres, providers };
}

function assertWhole(value: number, name: keyof StoreSettings, min: number, max: number): void {
  const holds = Number.isInteger(value) && value >= min && value <= max;
  assert(holds, name, { allowed: `whole numbers from ${min} to ${max}` });
}

function assert(
  holds: boolean,
  name: keyof StoreSettings,
  { allowed }: { allowed: string },
): asserts holds {
  if (!holds) throw new SettingError(`The setting ${name} allows ${allowed}.`);
}
