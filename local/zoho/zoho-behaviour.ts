/**
 * What the fake Zoho accounts server can be told to do differently, and its defaults.
 * The defaults are Zoho's documented limits; where its pages disagree, the lower one.
 */

/** How the token reply says when the access token expires. */
export type ExpiryForm =
  /** `expires_in` in seconds: every current Zoho API. */
  | 'seconds'
  /** `expires_in_sec` in seconds beside `expires_in` in milliseconds: older Zoho APIs. */
  | 'milliseconds-beside-seconds'
  | 'missing'
  /** Any JSON value in `expires_in`, to be absurd with. */
  | { readonly expiresIn: unknown };

export interface ZohoBehaviour {
  /** Life of an access token. */
  expiresInSeconds: number;
  expiryForm: ExpiryForm;
  /** Life of a grant token. */
  grantLifeSeconds: number;
  /** Zoho does not rotate; true answers every refresh with a new one and ends the old one. */
  rotateRefreshTokens: boolean;
  /** More in one window are throttled until the window ends. The grant exchange counts too. */
  accessTokensPerWindow: number;
  windowSeconds: number;
  /** One more than this ends the oldest access token of the refresh token. */
  activeAccessTokens: number;
  /** One more than this ends the user's oldest refresh token with its access tokens. */
  refreshTokensPerUser: number;
  /** Zoho's pages say 200, callers in the field saw 400. */
  throttleStatus: 200 | 400;
  /** Stands in every token that is issued, so that a test can look for them all. */
  tokenMark: string;
  /** What replies give as `api_domain`; null stands for the server's own address. */
  apiDomain: string | null;
}

export const ZOHO_DEFAULTS: Readonly<ZohoBehaviour> = {
  expiresInSeconds: 3600,
  expiryForm: 'seconds',
  grantLifeSeconds: 180,
  rotateRefreshTokens: false,
  accessTokensPerWindow: 10,
  windowSeconds: 600,
  activeAccessTokens: 10,
  refreshTokensPerUser: 20,
  throttleStatus: 400,
  tokenMark: '',
  apiDomain: null,
};
