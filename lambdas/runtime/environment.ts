/**
 * The environment of the functions: the names infra sets and the functions read, and their values
 * parsed once at start. A missing or broken value fails the start with its name.
 */
import { type ProvidersSettings, parseProviders } from '../../lib/provider/provider-settings.ts';
import {
  type DataCentre,
  type DataCentres,
  parseDataCentres,
  ZOHO_DATA_CENTRES,
} from '../../lib/provider/zoho-data-centres.ts';

export const ENVIRONMENT = {
  store: 'LATCHKEY_STORE',
  table: 'LATCHKEY_TABLE',
  secretPrefix: 'LATCHKEY_SECRET_PREFIX',
  kmsKeyArn: 'LATCHKEY_KMS_KEY_ARN',
  recoveryWindowDays: 'LATCHKEY_RECOVERY_WINDOW_DAYS',
  dataCentre: 'LATCHKEY_DATA_CENTRE',
  moreDataCentres: 'LATCHKEY_MORE_DATA_CENTRES',
  providers: 'LATCHKEY_PROVIDERS',
  minValidSeconds: 'LATCHKEY_MIN_VALID_SECONDS',
  refreshMarginSeconds: 'LATCHKEY_REFRESH_MARGIN_SECONDS',
  idleAfterDays: 'LATCHKEY_IDLE_AFTER_DAYS',
  refreshesPerSecond: 'LATCHKEY_REFRESHES_PER_SECOND',
  refreshWorkers: 'LATCHKEY_REFRESH_WORKERS',
  refreshQueueUrl: 'LATCHKEY_REFRESH_QUEUE_URL',
  eventBus: 'LATCHKEY_EVENT_BUS',
} as const;

export type EnvironmentName = keyof typeof ENVIRONMENT;

/** The store's name, as its metrics and events say it. */
export function storeName(): string {
  return required('store');
}

export function tableName(): string {
  return required('table');
}

/** Every secret's name starts with it, for example `latchkey/default/`. */
export function secretPrefix(): string {
  return required('secretPrefix');
}

/** The key that new secrets are encrypted with; absent: the one AWS keeps for Secrets Manager. */
export function kmsKeyArn(): string | undefined {
  return optional('kmsKeyArn');
}

export function recoveryWindowDays(): number {
  return wholeNumber('recoveryWindowDays', 7, 30);
}

/** An access token with less life than this is refreshed before it is handed out. */
export function minValidSeconds(): number {
  return wholeNumber('minValidSeconds', 5, 900);
}

/** Providers besides Zoho: JSON, see lib/provider/provider-settings.ts. */
export function providers(): ProvidersSettings {
  const parsed = parseProviders(optional('providers') ?? {});
  if (parsed !== undefined) return parsed;
  throw new Error(`${ENVIRONMENT.providers} is not a JSON object of providers.`);
}

/** The scheduled refresh comes this long before an access token expires, or earlier. */
export function refreshMarginSeconds(): number {
  return wholeNumber('refreshMarginSeconds', 120, 3_600);
}

/** Tokens that nobody used for so long are not refreshed until somebody does. */
export function idleAfterDays(): number {
  return wholeNumber('idleAfterDays', 1, 3_650);
}

/** What all workers together may make, of the account's 50 secret writes a second. */
export function refreshesPerSecond(): number {
  return wholeNumber('refreshesPerSecond', 1, 45);
}

/** How many workers may run at once. */
export function refreshWorkers(): number {
  return wholeNumber('refreshWorkers', 2, 100);
}

export function refreshQueueUrl(): string {
  return required('refreshQueueUrl');
}

export function eventBus(): string {
  return required('eventBus');
}

/** Zoho's data centres and what the deployment adds: JSON, `{"name": {accountsUrl, apiDomain}}`. */
export function dataCentres(): { readonly all: DataCentres; readonly standard: DataCentre } {
  const added = parseDataCentres(optional('moreDataCentres') ?? {});
  if (added === undefined) {
    throw new Error(`${ENVIRONMENT.moreDataCentres} is not a JSON object of data centres.`);
  }
  const all: DataCentres = { ...ZOHO_DATA_CENTRES, ...added };
  const name = required('dataCentre');
  const standard = all[name];
  if (standard === undefined) {
    throw new Error(`${ENVIRONMENT.dataCentre} is not one of ${Object.keys(all).join(', ')}.`);
  }
  return { all, standard };
}

function optional(name: EnvironmentName): string | undefined {
  return process.env[ENVIRONMENT[name]] || undefined;
}

function required(name: EnvironmentName): string {
  const value = optional(name);
  if (value === undefined) throw new Error(`The environment lacks ${ENVIRONMENT[name]}.`);
  return value;
}

function wholeNumber(name: EnvironmentName, min: number, max: number): number {
  const value = Number(required(name));
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new Error(`${ENVIRONMENT[name]} must be a whole number from ${min} to ${max}.`);
}
