/**
 * Zoho's accounts server over HTTP. Owns the address and the request; what an answer means is
 * `zoho-verdict.ts`. Follows no redirect: a client secret goes to the listed address or nowhere.
 */
import type { ProviderCall, TokenProvider } from './token-provider.ts';
import { type DataCentre, type DataCentres, dataCentreOf } from './zoho-data-centres.ts';
import { type ProviderAnswer, zohoRevocation, zohoVerdict } from './zoho-verdict.ts';

/** More than any answer of Zoho's; a longer one is not Zoho's. */
const MAX_ANSWER_BYTES = 65_536;

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
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      client_id: grant.clientId,
      client_secret: grant.clientSecret.reveal(),
      refresh_token: grant.refreshToken.reveal(),
    });
    const answer = await post(`${this.#accountsUrl(grant.apiDomain)}/oauth/v2/token`, form, call);
    if (answer === undefined) return { verdict: 'outage', reason: 'no-answer' };
    const verdict = zohoVerdict(answer, call.nowMs);
    if (verdict.verdict !== 'refreshed' || verdict.apiDomain === undefined) return verdict;
    if (dataCentreOf(verdict.apiDomain, this.#options.dataCentres) !== undefined) return verdict;
    const { apiDomain: _notOnAnyList, ...withoutDomain } = verdict;
    return withoutDomain;
  };

  revoke: TokenProvider['revoke'] = async ({ refreshToken, apiDomain }, call) => {
    const form = new URLSearchParams({ token: refreshToken.reveal() });
    const answer = await post(`${this.#accountsUrl(apiDomain)}/oauth/v2/token/revoke`, form, call);
    return answer === undefined ? 'unavailable' : zohoRevocation(answer);
  };

  #accountsUrl(apiDomain: string | undefined): string {
    const { dataCentres, defaultDataCentre } = this.#options;
    return (dataCentreOf(apiDomain, dataCentres) ?? defaultDataCentre).accountsUrl;
  }
}

/** The answer, or undefined where there was none in time. */
async function post(
  url: string,
  form: URLSearchParams,
  { timeoutMs, signal }: ProviderCall,
): Promise<ProviderAnswer | undefined> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: form,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
    });
    return { status: response.status, body: await boundedText(response) };
  } catch {
    return undefined;
  }
}

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_ANSWER_BYTES) throw new Error('The provider sent more than an answer.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
