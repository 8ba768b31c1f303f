/**
 * The port to who mints tokens: refresh one, revoke one. An answer is a verdict, never an
 * exception: what a refusal means for the token is the provider's to say.
 * Adapters: `zoho-provider.ts`, `oauth-provider.ts`, and `named-providers.ts` that chooses among
 * them. Tests script one: `test/support/core/scripted-provider.ts`.
 */
import type { Secret } from '../secret.ts';

/** What a refresh needs of a token (RFC 6749 section 6). */
export interface RefreshGrant {
  /** Who mints it, by the name that the deployment gave; absent: Zoho. */
  readonly provider?: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
  /** The API host the token is for; chooses among the addresses that are allowed. Zoho's alone. */
  readonly apiDomain?: string;
}

/**
 * What a revocation needs. Zoho takes the token alone; others authenticate the client as for a
 * refresh (RFC 7009 section 2.1) and cannot revoke without it.
 */
export type RevocationGrant = Pick<RefreshGrant, 'refreshToken'> & Partial<RefreshGrant>;

/** What came of a refresh, and what that means for the token. */
export type RefreshVerdict =
  /** Minted. What it carries replaces what is stored; what it does not carry stays. */
  | {
      readonly verdict: 'refreshed';
      readonly accessToken: Secret;
      /** Unix epoch in milliseconds; taken from the provider's assumed lifetime if it is silent. */
      readonly expiresAtMs: number;
      /** Present when the provider rotated it: the old one may be dead from now on. */
      readonly refreshToken?: Secret;
      readonly apiDomain?: string;
    }
  /**
   * A refusal of this very grant: its refresh token has ended, and only the user can give a new
   * one. The only verdict that is evidence against a token.
   */
  | { readonly verdict: 'revoked'; readonly reason: string }
  /**
   * A refusal of the client or of how it asks: wrong id or secret, a scope or grant type it may not
   * use, a provider that is not configured. Touches no token's state: every token of the client
   * would be refused alike, and all of them work again once the client is mended.
   */
  | { readonly verdict: 'client-fault'; readonly reason: string }
  /** Too many requests. The token is as good as before: pause, then ask again. */
  | { readonly verdict: 'throttled'; readonly reason: string; readonly retryAfterMs?: number }
  /**
   * No answer, a server error, or an error code that nobody knows: says nothing about the token. A
   * request that got no answer may have been carried out, and a rotated refresh token be lost so.
   */
  | { readonly verdict: 'outage'; readonly reason: string; readonly retryAfterMs?: number }
  /**
   * An answer that is none of OAuth: not JSON, or neither an access token nor an error, or tokens
   * that no secret can hold. A proxy's page or a wrong address, as a rule. Says nothing about the
   * token.
   */
  | { readonly verdict: 'malformed'; readonly reason: string };

/** Every verdict but the good one. */
export type FailedRefresh = Exclude<RefreshVerdict, { verdict: 'refreshed' }>;

export interface ProviderCall {
  /** For the whole answer, its body included. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** When the call is made: what a lifetime in the answer is counted from. */
  readonly nowMs: number;
}

export interface TokenProvider {
  refresh(grant: RefreshGrant, call: ProviderCall): Promise<RefreshVerdict>;

  /** Ends the grant at the provider; one that has ended already counts as revoked. */
  revoke(grant: RevocationGrant, call: ProviderCall): Promise<'revoked' | 'unavailable'>;
}
