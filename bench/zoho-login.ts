/** Users of the stand-in for Zoho, logged in over its HTTP controls: also from another process. */
import type { TokenJson } from '../lib/contract.ts';

/** Nobody waits a day to refresh a token a hundred times. */
export const WITHOUT_LIMITS = { accessTokensPerWindow: Number.MAX_SAFE_INTEGER };

const CLIENT = { clientId: '1000.BENCH', clientSecret: 'bench-secret' };

/** @param zohoUrl - API domain and accounts server in one */
export async function logIn(zohoUrl: string, user: string, nowMs: number): Promise<TokenJson> {
  await post(`${zohoUrl}/_control/register`, JSON.stringify(CLIENT));
  const { grantToken = '' } = await post(
    `${zohoUrl}/_control/issueGrant`,
    JSON.stringify({ clientId: CLIENT.clientId, user: { email: user, zgid: '7000' } }),
  );
  const granted = await post(
    `${zohoUrl}/oauth/v2/token`,
    new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: CLIENT.clientId,
      client_secret: CLIENT.clientSecret,
      code: grantToken,
    }),
  );
  return {
    ...CLIENT,
    userName: user,
    refreshToken: String(granted['refresh_token']),
    accessToken: String(granted['access_token']),
    expiresAt: nowMs + Number(granted['expires_in']) * 1000,
    apiDomain: zohoUrl,
  };
}

async function post(
  url: string,
  body: string | URLSearchParams,
): Promise<Readonly<Record<string, string>>> {
  const response = await fetch(url, { method: 'POST', body });
  return (await response.json()) as Record<string, string>;
}
