/**
 * The events that applications can listen to: what became of a token, by ids, never a secret.
 * docs/EVENTS.md and the JSON schemas beside it describe them to their readers. Pure.
 */
import type { Announcement, TokenRow } from '../token-index/token-index.ts';

/** EventBridge detail-types, by what is announced. */
export const DETAIL_TYPES = {
  refreshed: 'Token Refreshed',
  'needs-reauthorization': 'Token Needs Reauthorization',
  'client-fault': 'OAuth Client Fault',
  healed: 'Token Healed',
  deleted: 'Token Deleted',
} as const satisfies Record<Announcement, string>;

export interface TokenEvent {
  readonly type: Announcement;
  readonly detail: {
    readonly schema: 1;
    readonly store: string;
    readonly tokenId: string;
    readonly userName?: string;
    readonly clientId?: string;
    readonly provider: string;
    /** Why, for what went wrong: for example `revoked: invalid_code`. */
    readonly reason?: string;
    /** When the access token expires, where there is one; Unix epoch in milliseconds. */
    readonly expiresAt?: number;
    /** When it became so; Unix epoch in milliseconds. */
    readonly at: number;
  };
}

export function tokenEvent(
  type: Announcement,
  row: TokenRow,
  { store, nowMs }: { readonly store: string; readonly nowMs: number },
): TokenEvent {
  const { id, userName, clientId, provider = 'zoho', failure, expiresAtMs } = row;
  return {
    type,
    detail: {
      schema: 1,
      store,
      tokenId: id,
      ...(userName !== undefined && { userName }),
      ...(clientId !== undefined && { clientId }),
      provider,
      ...reasonOf(type, row, failure?.verdict),
      ...(type === 'refreshed' && expiresAtMs !== undefined && { expiresAt: expiresAtMs }),
      at: happenedAtMs(type, row) ?? nowMs,
    },
  };
}

function reasonOf(type: Announcement, { state }: TokenRow, verdict: string | undefined) {
  if (type === 'deleted') return { reason: state };
  const failed = type === 'needs-reauthorization' || type === 'client-fault';
  return failed && verdict !== undefined ? { reason: verdict } : {};
}

function happenedAtMs(type: Announcement, row: TokenRow): number | undefined {
  switch (type) {
    case 'refreshed':
      return Math.max(row.refreshedAtMs ?? 0, row.accessTokenSinceMs ?? 0) || undefined;
    case 'healed':
      return row.writtenAtMs;
    case 'needs-reauthorization':
    case 'client-fault':
      return row.failure?.atMs;
    case 'deleted':
      return row.deletedAtMs;
  }
}
