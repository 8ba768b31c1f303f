/**
 * The port to who mints tokens: refresh one, revoke one. An answer is a verdict, never an
 * exception: what a refusal means for the token is the provider's to say.
 * Adapter: `zoho-provider.ts`. Tests script one: `test/support/core/scripted-provider.ts`.
 */
import type { Secret } from '../secret.ts';

/** What a refresh needs of a token (RFC 6749 section 6). */
export interface RefreshGrant {
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly refreshToken: Secret;
  /** The API host the token is for; chooses among the addresses that are allowed. */
  readonly apiDomain?: string;
}

export type RefreshVerdict =
  | {
      readonly verdict: 'refreshed';
      readonly accessToken: Secret;
      readonly expiresAtMs: number;
      /** Present when the provider rotated it: the old one may be dead from now on. */
      readonly refreshToken?: Secret;
      readonly apiDomain?: string;
    }
  /** The refresh token is no more: only the user can give a new one. */
  | { readonly verdict: 'revoked'; readonly reason: string }
  /** The client id or secret is wrong: says nothing about the user's token. */
  | { readonly verdict: 'client-fault'; readonly reason: string }
  /** Too many requests: pause. */
  | { readonly verdict: 'throttled'; readonly reason: string }
  /** No answer, or a broken one: try again later. */
  | { readonly verdict: 'outage'; readonly reason: string };

export interface ProviderCall {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly nowMs: number;
}

export interface TokenProvider {
  refresh(grant: RefreshGrant, call: ProviderCall): Promise<RefreshVerdict>;

  /** Ends the grant at the provider; one that has ended already counts as revoked. */
  revoke(
    grant: Pick<RefreshGrant, 'refreshToken' | 'apiDomain'>,
    call: ProviderCall,
  ): Promise<'revoked' | 'unavailable'>;
}
