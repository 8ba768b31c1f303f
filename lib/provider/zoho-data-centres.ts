/**
 * Where Zoho's accounts servers are. A refresh carries the client secret, so its address comes
 * from this list and what the deployment adds: never from a token's own text.
 * Sources: https://www.zoho.com/crm/developer/docs/api/v8/multi-dc.html and
 * https://zoho.com/accounts/protocol/oauth/multi-dc.html
 */

export interface DataCentre {
  /** Accounts server, without a path or trailing slash. */
  readonly accountsUrl: string;
  /** API host, as the provider reports it in `api_domain`. */
  readonly apiDomain: string;
}

export type DataCentres = Readonly<Record<string, DataCentre>>;

export const ZOHO_DATA_CENTRES = {
  us: { accountsUrl: 'https://accounts.zoho.com', apiDomain: 'https://www.zohoapis.com' },
  eu: { accountsUrl: 'https://accounts.zoho.eu', apiDomain: 'https://www.zohoapis.eu' },
  in: { accountsUrl: 'https://accounts.zoho.in', apiDomain: 'https://www.zohoapis.in' },
  au: { accountsUrl: 'https://accounts.zoho.com.au', apiDomain: 'https://www.zohoapis.com.au' },
  jp: { accountsUrl: 'https://accounts.zoho.jp', apiDomain: 'https://www.zohoapis.jp' },
  cn: { accountsUrl: 'https://accounts.zoho.com.cn', apiDomain: 'https://www.zohoapis.com.cn' },
  ca: { accountsUrl: 'https://accounts.zohocloud.ca', apiDomain: 'https://www.zohoapis.ca' },
  sa: { accountsUrl: 'https://accounts.zoho.sa', apiDomain: 'https://www.zohoapis.sa' },
  uk: { accountsUrl: 'https://accounts.zoho.uk', apiDomain: 'https://www.zohoapis.uk' },
  ae: { accountsUrl: 'https://accounts.zoho.ae', apiDomain: 'https://www.zohoapis.ae' },
} as const satisfies DataCentres;

/** Sandbox and developer editions have API hosts of their own and share the accounts server. */
const EDITION_HOST = /^https:\/\/(?:sandbox|developer)\.zohoapis\./;

/**
 * The data centre of an API host, or undefined for a host that is on no list.
 * @param apiDomain - as a token carries it; a trailing slash and letter case do not matter
 */
export function dataCentreOf(
  apiDomain: string | undefined,
  dataCentres: DataCentres,
): DataCentre | undefined {
  if (apiDomain === undefined) return undefined;
  const host = apiDomain
    .toLowerCase()
    .replace(/\/$/, '')
    .replace(EDITION_HOST, 'https://www.zohoapis.');
  return Object.values(dataCentres).find((centre) => centre.apiDomain === host);
}

/**
 * Data centres that a deployment adds: `{"name": {"accountsUrl": "https://…", "apiDomain": "https://…"}}`
 * as JSON text or as the object itself. Undefined for anything else: a client secret travels by
 * https to a host without a path, or does not leave the machine.
 */
export function parseDataCentres(given: unknown): DataCentres | undefined {
  const value = typeof given === 'string' ? parseJson(given) : given;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const centres = Object.entries(value as Record<string, Partial<DataCentre> | null>).map(
    ([name, centre]) => [name, { accountsUrl: centre?.accountsUrl, apiDomain: centre?.apiDomain }],
  );
  const usable = centres.every(([, centre]) => Object.values(centre ?? {}).every(isSafeOrigin));
  return usable ? (Object.fromEntries(centres) as DataCentres) : undefined;
}

function isSafeOrigin(url: unknown): boolean {
  if (typeof url !== 'string' || !URL.canParse(url)) return false;
  const { protocol, hostname, origin } = new URL(url);
  const safe = protocol === 'https:' || (protocol === 'http:' && hostname === '127.0.0.1');
  return safe && origin === url;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
