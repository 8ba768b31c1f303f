/**
 * The environment of the functions: the names infra sets and the functions read, and their values
 * parsed once at start. A missing or broken value fails the start with its name.
 */
import {
  type DataCentre,
  type DataCentres,
  parseDataCentres,
  ZOHO_DATA_CENTRES,
} from '../../lib/provider/zoho-data-centres.ts';

export const ENVIRONMENT = {
  table: 'LATCHKEY_TABLE',
  secretPrefix: 'LATCHKEY_SECRET_PREFIX',
  recoveryWindowDays: 'LATCHKEY_RECOVERY_WINDOW_DAYS',
  dataCentre: 'LATCHKEY_DATA_CENTRE',
  moreDataCentres: 'LATCHKEY_MORE_DATA_CENTRES',
  minValidSeconds: 'LATCHKEY_MIN_VALID_SECONDS',
} as const;

export type EnvironmentName = keyof typeof ENVIRONMENT;

export function tableName(): string {
  return required('table');
}

/** Every secret's name starts with it, for example `latchkey/default/`. */
export function secretPrefix(): string {
  return required('secretPrefix');
}

export function recoveryWindowDays(): number {
  return wholeNumber('recoveryWindowDays', 7, 30);
}

/** An access token with less life than this is refreshed before it is handed out. */
export function minValidSeconds(): number {
  return wholeNumber('minValidSeconds', 5, 900);
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
