/**
 * Which API hosts an access token may be sent to. Applications send it where the stored `apiDomain`
 * says: who may only save must not be able to say a host of theirs for another user's token.
 */
import type { Token } from '../token.ts';
import { type DataCentres, dataCentreOf } from './zoho-data-centres.ts';

const ZOHO = 'zoho';

/** Whether a token of that provider may name that host. */
export type TrustsApiHost = (host: {
  readonly apiDomain: string;
  readonly provider: string;
}) => boolean;

/**
 * Zoho's hosts are those of its data centres. Of other providers nobody knows them: OAuth 2.0 has no
 * API hosts, and many services have one for each customer.
 */
export function trustedApiHosts(dataCentres: DataCentres): TrustsApiHost {
  return ({ apiDomain, provider }) =>
    provider !== ZOHO || dataCentreOf(apiDomain, dataCentres) !== undefined;
}

/**
 * The token as it is to be stored: a host that is not trusted counts as not given.
 * @param stored - the provider of the token that it updates
 */
export function withTrustedHost(
  token: Token,
  stored: string | undefined,
  trusts: TrustsApiHost,
): Token {
  const { apiDomain, ...withoutHost } = token;
  const provider = token.provider ?? stored ?? ZOHO;
  return apiDomain === undefined || trusts({ apiDomain, provider }) ? token : withoutHost;
}
