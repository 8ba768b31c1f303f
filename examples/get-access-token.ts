/**
 * A Lambda function that calls the Zoho CRM API with an access token from Latchkey, and nothing
 * of Zoho's SDK. It needs permission to invoke get-access-token, and that function's name in
 * LATCHKEY_GET_ACCESS_TOKEN_FUNCTION: `tokens.grantGetAccessToken(fn)` gives both.
 */
import { LatchkeyClient } from 'latchkey/client';

const latchkey = LatchkeyClient.fromEnvironment();
/** For tokens that were saved without their API domain: answers say null then. */
const OTHERWISE = process.env['ZOHO_API_DOMAIN'] ?? 'https://www.zohoapis.com';

export async function handler(event: { userName: string }): Promise<unknown> {
  const { accessToken, apiDomain } = await latchkey.getAccessToken({ userName: event.userName });
  const response = await fetch(`${apiDomain ?? OTHERWISE}/crm/v8/Leads?fields=Last_Name,Email`, {
    headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
  });
  if (!response.ok) throw new Error(`Zoho answered ${response.status}`);
  return response.status === 204 ? { data: [] } : await response.json();
}
