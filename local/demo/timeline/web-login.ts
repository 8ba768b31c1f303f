/** A login without the SDK: the application exchanges the grant token itself, and saves. */
import { type User, userNameOf } from '../cast.ts';
import type { Stage } from '../stage.ts';

export interface WebLogin {
  readonly user: User;
  readonly tokenId: string;
  readonly refreshToken: string;
}

export async function logInOnTheWeb(stage: Stage, user: User): Promise<WebLogin> {
  const { zoho, deployment, client } = stage;
  const { clientId, clientSecret } = client;
  const grantToken = zoho.issueGrant({ user, clientId });
  const response = await fetch(zoho.accountsTokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: clientId,
      client_secret: clientSecret,
      code: grantToken,
    }),
  });
  const granted = (await response.json()) as Readonly<Record<string, unknown>>;
  const refreshToken = String(granted['refresh_token']);
  const { id: tokenId } = await deployment.client.saveToken({
    token: {
      userName: userNameOf(user),
      clientId,
      clientSecret,
      grantToken,
      refreshToken,
      accessToken: String(granted['access_token']),
      expiresAt: deployment.aws.clock.nowMs() + Number(granted['expires_in']) * 1000,
      apiDomain: zoho.base,
    },
  });
  return { user, tokenId, refreshToken };
}
