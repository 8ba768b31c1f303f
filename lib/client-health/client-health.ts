/**
 * The port to how an OAuth client has fared lately, over all of its tokens: what tells a revoked
 * token from a client, or a provider, in trouble. Counts of about the last 20 minutes.
 * Adapters: `dynamodb-client-health.ts`, `memory-client-health.ts`.
 */
import type { Deadline } from '../deadline.ts';

export interface OutcomeCounts {
  readonly refreshed: number;
  /** Refused grants (invalid_code, invalid_grant). */
  readonly refused: number;
  /** Refused clients (invalid_client). */
  readonly faults: number;
}

/** An OAuth client is known to its provider by its id. */
export interface ClientKey {
  readonly provider?: string;
  readonly clientId: string;
}

/**
 * What a client shows its provider. Trouble is that of one secret: while a rotated one is saved
 * token by token, some tokens are well again, and the rest are in the trouble that was announced.
 */
export interface ClientCredentials extends ClientKey {
  /** `clientSecretHash` of it. */
  readonly secretHash: string;
}

export interface ClientHealth {
  /** Adds successes; nobody waits for an answer. */
  addRefreshed(client: ClientKey, count: number, nowMs: number, deadline: Deadline): Promise<void>;

  /** Adds a failure and says how the client has fared lately, this one included. */
  addFailure(
    client: ClientKey,
    failed: FailedAttempt,
    nowMs: number,
    deadline: Deadline,
  ): Promise<OutcomeCounts>;

  /**
   * Whether it falls to this token to have its client's trouble announced: to the first one that
   * asks, and again six hours later if there still is trouble.
   */
  announceBy(
    client: ClientCredentials,
    asking: AnnouncementRequest,
    nowMs: number,
    deadline: Deadline,
  ): Promise<boolean>;

  /** The client is well again with this secret: the next trouble is announced anew. */
  endTrouble(client: ClientCredentials, deadline: Deadline): Promise<void>;
}

export interface FailedAttempt {
  readonly kind: 'refused' | 'faults';
  /**
   * The same for whoever makes this attempt: it is counted once, also where a worker died that had
   * counted it, or where the answer to the counting was lost.
   */
  readonly attempt: string;
}

export interface AnnouncementRequest {
  readonly tokenId: string;
  /**
   * When a failure of this token was last noted. One that asked and died before it could note why
   * may ask again; one that noted it has had its announcement.
   */
  readonly notedAtMs: number | undefined;
}

/** Counts are kept per so many milliseconds; the present and the one before are looked at. */
export const BUCKET_MS = 600_000;
/** So many attempts are told apart in one of them: more are trouble, counted twice or not. */
export const MAX_ATTEMPTS = 20;
/** Trouble that lasts is announced so often. */
export const ANNOUNCED_FOR_MS = 6 * 3_600_000;

export const NO_OUTCOMES: OutcomeCounts = { refreshed: 0, refused: 0, faults: 0 };

export function sumOf(a: OutcomeCounts, b: OutcomeCounts): OutcomeCounts {
  return {
    refreshed: a.refreshed + b.refreshed,
    refused: a.refused + b.refused,
    faults: a.faults + b.faults,
  };
}
