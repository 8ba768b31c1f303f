/** Whose account the CRM takes an access token for. */

/** The email address, or what came instead. */
export async function accountOf(zohoUrl: string, accessToken: string): Promise<string> {
  const response = await fetch(`${zohoUrl}/crm/v8/users?type=CurrentUser`, {
    headers: { authorization: `Zoho-oauthtoken ${accessToken}` },
  });
  const { users } = (await response.json()) as { users?: readonly { readonly email: string }[] };
  return users?.[0]?.email ?? `nobody (HTTP ${response.status})`;
}
