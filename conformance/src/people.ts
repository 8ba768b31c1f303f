/** The tokens that checks save: whole ones, of different users, that expire in an hour. */
import type { TokenFields } from './token-fields.ts';
import { userNameOf } from './zoho/fake-zoho.ts';

export const HOUR_MS = 3_600_000;
export const CLIENT = { clientId: '1000.CLIENT', clientSecret: 'client-secret' } as const;

/** What the SDK calls the user of this name. */
export function userOf(name: string): { readonly userName: string } {
  return { userName: userNameOf(`${name}@zylker.com`) };
}

/** An expiry as the SDK has it, of whole seconds: the milliseconds are for one check alone. */
export function inAnHour(): string {
  return `${Math.floor((Date.now() + HOUR_MS) / 1_000)}000`;
}

/** A token of this user with every field but the id. */
export function person<More extends TokenFields>(name: string, more?: More) {
  return {
    ...userOf(name),
    ...CLIENT,
    grantToken: `grant-of-${name}`,
    refreshToken: `refresh-of-${name}`,
    accessToken: `access-of-${name}`,
    redirectUrl: `https://app.example/${name}`,
    apiDomain: 'https://www.zohoapis.eu',
    expiresIn: inAnHour(),
    ...more,
  } as const;
}
