/**
 * A token of the SDK as plain fields, and back. Null, undefined and empty text are all "not there",
 * as for the SDK; what a check compares is what is there.
 */
import type { OAuthToken, Token } from '@zohocrm/typescript-sdk-8.0';
import type { Sdk } from './sdk.ts';

export interface TokenFields {
  readonly id?: string;
  readonly userName?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly grantToken?: string;
  readonly refreshToken?: string;
  readonly accessToken?: string;
  readonly redirectUrl?: string;
  readonly apiDomain?: string;
  /** The SDK's expiresIn: Unix epoch in milliseconds, as decimal text. */
  readonly expiresIn?: string;
}

/** An SDK token with these fields; the SDK's builder would not let every combination through. */
export function buildToken(sdk: Sdk, fields: TokenFields): OAuthToken {
  const { clientId = null, clientSecret = null, grantToken = null, refreshToken = null } = fields;
  const { redirectUrl = null, id = null, accessToken = null, userName } = fields;
  const user = userName === undefined ? null : new sdk.UserSignature(userName);
  const token = new sdk.OAuthToken(
    ...([clientId, clientSecret, grantToken, refreshToken] as const),
    ...([redirectUrl, id, accessToken, user, false] as const),
  );
  if (fields.apiDomain !== undefined) token.setAPIDomain(fields.apiDomain);
  if (fields.expiresIn !== undefined) token.setExpiresIn(fields.expiresIn);
  return token;
}

/** What a token holds. */
export function fieldsOf(given: Token.MasterModel): TokenFields {
  const token = given as OAuthToken;
  const held = {
    id: token.getId(),
    userName: token.getUserSignature()?.getName(),
    clientId: token.getClientId(),
    clientSecret: token.getClientSecret(),
    grantToken: token.getGrantToken(),
    refreshToken: token.getRefreshToken(),
    accessToken: token.getAccessToken(),
    redirectUrl: token.getRedirectURL(),
    apiDomain: token.getAPIDomain(),
    expiresIn: token.getExpiresIn(),
  };
  const there = ([, value]: readonly [string, unknown]) =>
    value !== null && value !== undefined && value !== '';
  return Object.fromEntries(Object.entries(held).filter(there));
}

export function withoutId({ id, ...fields }: TokenFields): TokenFields {
  return fields;
}

/** Names of the fields in which two tokens differ. */
export function differingFields(one: TokenFields, other: TokenFields): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(other)]) as Set<keyof TokenFields>;
  return [...names].filter((name) => one[name] !== other[name]);
}
