/**
 * A Lambda function that calls the Zoho CRM API with an access token from Latchkey, and nothing
 * of Zoho's SDK. It needs permission to invoke get-access-token, and that function's name in
 * LATCHKEY_GET_ACCESS_TOKEN_FUNCTION: `tokens.grantGetAccessToken(fn)` gives both.
 */
import { LatchkeyClient } from '../lib/client/latchkey-client.ts';

const latchkey = LatchkeyClient.fromEnvironment();

export async function handler(event: { userName: string }): Promise<unknown> {
  const { accessToken, apiDomain } = await latchkey.getAccessToken({ userName: event.userName });
  const response = await fetch(`${apiDomain}/crm/v8/Leads?fields=Last_Name,Email`, {
    headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
  });
  if (!response.ok) throw new Error(`Zoho answered ${response.status}`);
  return response.status === 204 ? { data: [] } : await response.json();
}
