/** A token of the size and shape that Zoho gives. */
import { randomBytes } from 'node:crypto';
import type { TokenJson } from '../../lib/contract.ts';

export function sampleToken(user: number): TokenJson {
  return {
    userName: `user${user}@zylker.com:7000`,
    clientId: `1000.${text(30)}`,
    clientSecret: text(42),
    refreshToken: `1000.${text(65)}`,
    accessToken: `1000.${text(65)}`,
    redirectUrl: 'https://app.zylker.com/oauth/callback',
    apiDomain: 'https://www.zohoapis.com',
    expiresAt: Date.now() + 3_600_000,
  };
}

/** The token after a refresh elsewhere: a new access token, the rest as it was. */
export function refreshed(token: TokenJson): TokenJson {
  return { ...token, accessToken: `1000.${text(65)}`, expiresAt: Date.now() + 3_600_000 };
}

function text(length: number): string {
  return randomBytes(length).toString('hex').slice(0, length);
}
