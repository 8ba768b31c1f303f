/**
 * Zoho's accounts server over HTTP. Owns the address and the request; what an answer means is
 * `zoho-verdict.ts`. An API domain that is on no list is not taken over from an answer.
 */
import { answerTo } from './provider-request.ts';
import type { TokenProvider } from './token-provider.ts';
import { type DataCentre, type DataCentres, dataCentreOf } from './zoho-data-centres.ts';
import { zohoRevocation, zohoVerdict } from './zoho-verdict.ts';

export interface ZohoProviderOptions {
  /** Every data centre that tokens may belong to. */
  readonly dataCentres: DataCentres;
  /** For tokens without an API domain, or with one that is on no list. */
  readonly defaultDataCentre: DataCentre;
}

export class ZohoProvider implements TokenProvider {
  readonly #options: ZohoProviderOptions;

  constructor(options: ZohoProviderOptions) {
    this.#options = options;
  }

  refresh: TokenProvider['refresh'] = async (grant, call) => {
    const body = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: grant.clientId,
      client_secret: grant.clientSecret.reveal(),
      refresh_token: grant.refreshToken.reveal(),
    });
    const url = `${this.#accountsUrl(grant.apiDomain)}/oauth/v2/token`;
    const answer = await answerTo(call, (send) => send(url, { method: 'POST', body }));
    if (answer === undefined) return { verdict: 'outage', reason: 'no-answer' };
    const verdict = zohoVerdict(answer, call.nowMs);
    if (verdict.verdict !== 'refreshed' || verdict.apiDomain === undefined) return verdict;
    if (dataCentreOf(verdict.apiDomain, this.#options.dataCentres) !== undefined) return verdict;
    const { apiDomain: _notOnAnyList, ...withoutDomain } = verdict;
    return withoutDomain;
  };

  revoke: TokenProvider['revoke'] = async ({ refreshToken, apiDomain }, call) => {
    const body = new URLSearchParams({ token: refreshToken.reveal() });
    const url = `${this.#accountsUrl(apiDomain)}/oauth/v2/token/revoke`;
    const answer = await answerTo(call, (send) => send(url, { method: 'POST', body }));
    return answer === undefined ? 'unavailable' : zohoRevocation(answer);
  };

  #accountsUrl(apiDomain: string | undefined): string {
    const { dataCentres, defaultDataCentre } = this.#options;
    return (dataCentreOf(apiDomain, dataCentres) ?? defaultDataCentre).accountsUrl;
  }
}
