/**
 * What a test can do to the fake Zoho server and learn from it, apart from talking OAuth to it.
 */
import type { GrantRequest, ZohoClient } from './zoho-accounts.ts';
import type { ZohoBehaviour } from './zoho-behaviour.ts';
import type { Fault } from './zoho-faults.ts';
import type { LoggedRequest, ZohoCounters } from './zoho-request-log.ts';

export interface ZohoControl {
  /** Registers an OAuth client; the same id again replaces its secret. */
  register(client: ZohoClient): void;
  /** A user consents: returns a grant token that can be exchanged once. */
  issueGrant(request: GrantRequest): string;
  /** The user withdraws consent: the refresh token and its access tokens end. */
  revoke(refreshToken: string): void;
  /** Orders a failure for the coming requests. */
  failNext(fault: Fault): void;
  /** Takes back the failures that no request has met yet: an outage ends. */
  recover(): void;
  /** Lets the requests go that a `timeout` fault holds. */
  release(): void;
  /** Settles when a `timeout` fault holds that many requests at once. In process only. */
  whenHeld(count: number): Promise<void>;
  configure(change: Partial<ZohoBehaviour>): void;
  /** Moves the server's clock forward. */
  advance(ms: number): void;
  /** Refresh requests, refused ones included, that named this refresh token. */
  refreshesOf(refreshToken: string): number;
  readonly counters: ZohoCounters;
  readonly requests: readonly LoggedRequest[];
  /** Forgets the log and the counters. */
  clearLog(): void;
}
