/**
 * Between the Zoho SDK's OAuthToken and the contract's token: which getter is which field, what
 * counts as absent, and what of a stored token goes into one the caller holds.
 * Pure: no I/O, no clock, no environment.
 */
import { OAuthToken, UserSignature } from '@zohocrm/typescript-sdk-8.0';
import type { TokenJson } from '../contract.ts';

/** The latest time a JavaScript date can be, and the store accepts. */
const MAX_EPOCH_MS = 8.64e15;

/** The SDK token's fields that hold something, under their names in the contract. */
export function tokenJsonOf(token: OAuthToken): TokenJson {
  return withoutAbsent({
    id: text(token.getId()),
    userName: text(token.getUserSignature()?.getName()),
    clientId: text(token.getClientId()),
    clientSecret: text(token.getClientSecret()),
    grantToken: text(token.getGrantToken()),
    refreshToken: text(token.getRefreshToken()),
    accessToken: text(token.getAccessToken()),
    redirectUrl: text(token.getRedirectURL()),
    apiDomain: text(token.getAPIDomain()),
    expiresAt: epochMs(token.getExpiresIn()),
  });
}

/** A new SDK token with every field of the stored one. */
export function oauthTokenOf(stored: TokenJson): OAuthToken {
  const token = new OAuthToken(null, null, null, null, null, null, null, null);
  fillAbsent(token, stored);
  return token;
}

/**
 * What the SDK makes of a find: as `fillAbsent`, but a grant or refresh token that the store knows
 * to be an earlier one of this token gives way to the present one. Kept, the SDK would refresh
 * with it and save it over the newer authorization.
 */
export function fillFound(token: OAuthToken, stored: TokenJson): void {
  fillAbsent(token, stored);
  if (stored.grantToken !== undefined) token.setGrantToken(stored.grantToken);
  if (stored.refreshToken !== undefined) token.setRefreshToken(stored.refreshToken);
}

/**
 * Sets the fields of `token` that hold nothing from `stored`; what the caller gave stays. The
 * expiry belongs to the access token, so it comes along with that one only.
 */
export function fillAbsent(token: OAuthToken, stored: TokenJson): void {
  const own = tokenJsonOf(token);
  const missing = <Field extends keyof TokenJson>(field: Field) =>
    own[field] === undefined ? stored[field] : undefined;
  const set = <Value>(value: Value | undefined, setter: (value: Value) => void) => {
    if (value !== undefined && value !== null) setter(value);
  };
  set(missing('id'), (id) => token.setId(id));
  set(missing('userName'), (name) => token.setUserSignature(new UserSignature(name)));
  set(missing('clientId'), (clientId) => token.setClientId(clientId));
  set(missing('clientSecret'), (secret) => token.setClientSecret(secret));
  set(missing('grantToken'), (grantToken) => token.setGrantToken(grantToken));
  set(missing('refreshToken'), (refreshToken) => token.setRefreshToken(refreshToken));
  set(missing('redirectUrl'), (redirectUrl) => token.setRedirectURL(redirectUrl));
  set(missing('apiDomain'), (apiDomain) => token.setAPIDomain(apiDomain));
  if (own.accessToken === undefined || own.accessToken === stored.accessToken) {
    set(missing('expiresAt'), (expiresAt) => token.setExpiresIn(String(expiresAt)));
  }
  set(missing('accessToken'), (accessToken) => token.setAccessToken(accessToken));
}

/**
 * What of a stored token still holds when the user has authorized anew: who and where, but none of
 * the earlier authorization's credentials, so that the SDK exchanges or refreshes the new ones.
 */
export function withoutCredentials(stored: TokenJson): TokenJson {
  const { grantToken, refreshToken, accessToken, expiresAt, ...identity } = stored;
  return identity;
}

/** With less than this left the SDK refreshes: OAuthToken.getTokenExpiry(). */
const SDK_EXPIRING_MS = 5_000;

/**
 * Whether the SDK, handed this token, would ask Zoho for an access token without having what that
 * takes: it posts `refresh_token=undefined` then, and `client_id=undefined`.
 */
export function isBeyondRenewal(token: OAuthToken, nowMs: number): boolean {
  const { accessToken, expiresAt, refreshToken, grantToken, clientId, clientSecret } =
    tokenJsonOf(token);
  const usable = expiresAt === undefined || expiresAt - nowMs >= SDK_EXPIRING_MS;
  if (accessToken !== undefined && usable) return false;
  const credential = accessToken === undefined ? (refreshToken ?? grantToken) : refreshToken;
  return [credential, clientId, clientSecret].includes(undefined);
}

/** The SDK has undefined, null and '' for what is not there. */
function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The SDK keeps the expiry as decimal text, which a bad token response turns into 'NaN' or worse. */
function epochMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^\d{1,16}$/.test(value)) return undefined;
  const ms = Number(value);
  return ms > 0 && ms <= MAX_EPOCH_MS ? ms : undefined;
}

function withoutAbsent(fields: { [Field in keyof TokenJson]: TokenJson[Field] | undefined }) {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as TokenJson;
}
