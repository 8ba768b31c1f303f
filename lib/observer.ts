/**
 * What the core tells whoever keeps its metrics and logs: what happened, in numbers and ids. It
 * is never told a secret, and the core does not wait for it.
 */
import type { Freshness } from './freshness.ts';
import type { RefreshVerdict } from './provider/token-provider.ts';

export interface RefreshObserved {
  readonly tokenId: string;
  readonly verdict: RefreshVerdict['verdict'];
  /** Why, where it failed: an error code or the like. */
  readonly reason?: string;
  readonly occasion: 'use' | 'schedule';
  /** How long after its due time it was begun; absent where no due time was missed. Milliseconds. */
  readonly lagMs?: number;
  /** How long the provider took. */
  readonly providerMs: number;
}

export interface Observer {
  /** A provider answered, or did not. */
  refresh(observed: RefreshObserved): void;
  /** A worker had died or frozen under its lease: what it left was taken over. */
  takeover(observed: { readonly tokenId: string; readonly adopted: boolean }): void;
  /** A refresh came to nothing, because somebody else's commit was first. */
  wasted(observed: { readonly tokenId: string }): void;
  /** A token is now known to need re-authorization. */
  needsReauthorization(observed: { readonly tokenId: string }): void;
  /** A grant was refused, and that is laid to its client or provider: it condemns nobody. */
  incident(observed: { readonly tokenId: string }): void;
  /** Somebody asked for a token. */
  handedOut(observed: HandedOut): void;
}

export interface HandedOut {
  readonly tokenId: string;
  /**
   * Life that its access token has left, in milliseconds; negative when it has expired. Then a find
   * hands it out all the same, and getAccessToken answers an error.
   */
  readonly remainingMs: number;
  /** Why it has no more. */
  readonly freshness: Freshness;
}

export const SILENT_OBSERVER: Observer = {
  refresh: () => {},
  takeover: () => {},
  wasted: () => {},
  needsReauthorization: () => {},
  incident: () => {},
  handedOut: () => {},
};
