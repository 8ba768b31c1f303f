/** What the article's stores share: the columns, and how a row fills a token. */
import { type OAuthToken, SDKException, UserSignature } from '@zohocrm/typescript-sdk-8.0';

export const COLUMNS = [
  'id',
  'user_name',
  'client_id',
  'client_secret',
  'refresh_token',
  'access_token',
  'grant_token',
  'expiry_time',
  'redirect_url',
  'api_domain',
] as const;

export type Column = (typeof COLUMNS)[number];

/** As the builder leaves what was not given, both are Python's None. */
export const isNone = (value: unknown): value is null | undefined =>
  value === null || value === undefined;

/** The values of a token, in the order of the columns. */
export function valuesOf(token: OAuthToken): Record<Column, string | null> {
  return {
    id: token.getId() ?? null,
    user_name: token.getUserSignature()?.getName() ?? null,
    client_id: token.getClientId() ?? null,
    client_secret: token.getClientSecret() ?? null,
    refresh_token: token.getRefreshToken() ?? null,
    access_token: token.getAccessToken() ?? null,
    grant_token: token.getGrantToken() ?? null,
    expiry_time: token.getExpiresIn() ?? null,
    redirect_url: token.getRedirectURL() ?? null,
    api_domain: token.getAPIDomain() ?? null,
  };
}

/** Sets what the token does not have from the row. */
export function mergeInto(token: OAuthToken, row: Readonly<Record<Column, string | null>>): void {
  const own = valuesOf(token);
  const set = (column: Column, setter: (value: string) => void) => {
    const value = row[column];
    if (own[column] === null && value !== null) setter(value);
  };
  set('id', (id) => token.setId(id));
  if (isNone(token.getUserSignature()) && row.user_name !== null) {
    token.setUserSignature(new UserSignature(row.user_name));
  }
  set('client_id', (value) => token.setClientId(value));
  set('client_secret', (value) => token.setClientSecret(value));
  set('refresh_token', (value) => token.setRefreshToken(value));
  set('access_token', (value) => token.setAccessToken(value));
  set('grant_token', (value) => token.setGrantToken(value));
  set('expiry_time', (value) => token.setExpiresIn(value));
  set('redirect_url', (value) => token.setRedirectURL(value));
  set('api_domain', (value) => token.setAPIDomain(value));
}

/** Whether there is a user or an id, and nothing that would let the user in. */
export function lacksCredentials(token: OAuthToken): boolean {
  const named = !isNone(token.getId()) || !isNone(token.getUserSignature());
  const { refresh_token: refresh, grant_token: grant, access_token: access } = valuesOf(token);
  return named && [refresh, grant, access].every(isNone);
}

/** The SDK's exception with its cause, whose text becomes part of its own. */
export function storeException(message: string, cause?: unknown): SDKException {
  return new SDKException('TOKEN_STORE', message, null, (cause as Error | undefined) ?? null);
}
