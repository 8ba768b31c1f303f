/**
 * The JSON contract: what goes into and comes out of each function, from any language.
 * Types only. `requests.ts` turns unknown events into requests; docs/CONTRACT.md explains them.
 */

/** An OAuth token as callers send and receive it. Absent and `null` mean the same. */
export interface TokenJson {
  /** Opaque, given by the store, never reused. */
  readonly id?: string;
  /** Whose token it is; the Zoho SDK's `UserSignature` name, for example `email:zgid`. */
  readonly userName?: string;
  readonly clientId?: string;
  readonly clientSecret?: string;
  /** The one-time authorization code, kept after its exchange so that it still finds its token. */
  readonly grantToken?: string;
  readonly refreshToken?: string;
  readonly accessToken?: string;
  readonly redirectUrl?: string;
  /** The API host the token is for, for example `https://www.zohoapis.eu`. */
  readonly apiDomain?: string;
  /** Who mints it: a provider that the deployment configures by this name; absent: Zoho. */
  readonly provider?: string;
  /** When the access token expires: absolute Unix epoch in milliseconds. */
  readonly expiresAt?: number;
}

/** The closed set of failures a caller can expect. What is not here is a bug and is thrown. */
export type ErrorCode =
  | 'INVALID_REQUEST'
  | 'NOTHING_TO_STORE'
  | 'TOKEN_TOO_LARGE'
  | 'TOKEN_NOT_FOUND'
  | 'REAUTHORIZATION_REQUIRED'
  | 'PROVIDER_UNAVAILABLE'
  | 'CONFLICT'
  | 'STORE_UNAVAILABLE';

/** What a function answers in place of its result when it fails as can be expected. */
export interface ErrorJson {
  readonly error: {
    readonly code: ErrorCode;
    /** What happened and what to do next. Never holds a secret. */
    readonly message: string;
    /** Whether the same call may succeed if it is repeated as it is. */
    readonly retryable: boolean;
  };
}

/** The token that a request means, complete; `null` where there is none. */
export interface FindTokenResult {
  readonly token: TokenJson | null;
  /**
   * Present and true when the request carried a grant or refresh token that this user's token
   * never had: the user authorized anew. Exchange or refresh it and save the outcome; the access
   * token in `token` belongs to the earlier authorization.
   */
  readonly reauthorized?: true;
}

/** The token with that id, complete; `null` where there is none (any more). */
export interface FindTokenByIdResult {
  readonly token: TokenJson | null;
}

/** Where the token went. */
export interface SaveTokenResult {
  readonly id: string;
  /** False where an existing token was updated, or already was what was saved. */
  readonly created: boolean;
}

/** Whether there was a token to delete. */
export interface DeleteTokenResult {
  /** False where there was no such token; not an error. */
  readonly deleted: boolean;
}

/** A page of the store's tokens; it can be short, or empty with a cursor. */
export interface GetTokensResult {
  readonly tokens: readonly TokenJson[];
  /** Present when there is more: pass it on to get the next page. */
  readonly cursor?: string;
  /** Ids of tokens whose secret could not be read; present only when there are any. */
  readonly unreadable?: readonly string[];
}

/** Nothing: when it is answered, no token from before is found. */
export type DeleteTokensResult = Record<string, never>;

/** An access token that works now, and nothing else of the token. */
export interface GetAccessTokenResult {
  readonly accessToken: string;
  /** Unix epoch in milliseconds; `null` where the provider never said. */
  readonly expiresAt: number | null;
  readonly apiDomain: string | null;
  readonly tokenId: string;
}

/** Which tokens came back, and why others did not. */
export interface RestoreTokensResult {
  readonly restored: readonly string[];
  readonly skipped: readonly { readonly id: string; readonly reason: string }[];
  /**
   * Present where the page holds no token of the logout that was asked for, but some that an
   * earlier one ended: ask for that `logout` if it was a mistake too, as where one was repeated.
   */
  readonly earlierLogout?: number;
  readonly cursor?: string;
}

/** Every operation with its event and its result. */
export interface Operations {
  findToken: { event: { token: TokenJson }; result: FindTokenResult };
  findTokenById: { event: { id: string }; result: FindTokenByIdResult };
  saveToken: { event: { token: TokenJson }; result: SaveTokenResult };
  deleteToken: { event: { id: string; revoke?: boolean }; result: DeleteTokenResult };
  getTokens: {
    event: { cursor?: string; limit?: number; includeSecrets?: boolean };
    result: GetTokensResult;
  };
  /** `requestId` (1 to 36 characters) makes a repeated call the same call for ten minutes. */
  deleteTokens: { event: { requestId?: string }; result: DeleteTokensResult };
  getAccessToken: {
    event: { id?: string; userName?: string; clientId?: string; minValidSeconds?: number };
    result: GetAccessTokenResult;
  };
  /**
   * For operators: one deleted token by id, or what one deleteTokens logged out: the last one
   * (`lastLogout: true`, or `logout: 1`), the one before it (`logout: 2`), and so on.
   */
  restoreTokens: {
    event: { id?: string; lastLogout?: boolean; logout?: number; cursor?: string };
    result: RestoreTokensResult;
  };
}

/** The operations by name, as in `Operations`. */
export type OperationName = keyof Operations;

/** The function of each operation: its file in lambdas/, its bundle and its name in a stack. */
export const FUNCTION_OF_OPERATION = {
  findToken: 'find-token',
  findTokenById: 'find-token-by-id',
  saveToken: 'save-token',
  deleteToken: 'delete-token',
  getTokens: 'get-tokens',
  deleteTokens: 'delete-tokens',
  getAccessToken: 'get-access-token',
  restoreTokens: 'restore-tokens',
} as const satisfies Record<OperationName, string>;
