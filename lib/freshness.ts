/** What a token is worth after a refresh was considered, and why. Types only. */
import type { RefreshVerdict } from './provider/token-provider.ts';
import type { RefreshNeed } from './refresh-policy.ts';
import type { StoredToken } from './token-reader.ts';

/** Why the token is as it is after a refresh was considered. */
export type Freshness =
  | Extract<RefreshNeed, { refresh: false }>['reason']
  | RefreshVerdict['verdict']
  /** The provider refused the grant; it is asked again before that is believed. */
  | 'refused'
  /** No time left for a provider call before the deadline. */
  | 'no-time';

export interface Freshened {
  readonly stored: StoredToken;
  readonly freshness: Freshness;
}
