/**
 * What becomes of one token, given its secret and what the index knows: the writes, each on
 * condition that the index is as it was seen. Secrets are not written at all.
 * Pure: no I/O, no clock, no environment.
 */

import { insertedByTime, keyRowWrites } from '../token-index/key-row-writes.ts';
import { keysOf, lookupKeys } from '../token-index/lookup-key.ts';
import {
  isAlive,
  isTombstone,
  type KeyRowWrite,
  type RowWrite,
  type TokenRow,
} from '../token-index/token-index.ts';
import type { Lookup } from '../token-lookup.ts';
import { deletedRow, isSecretGone, loggedOutRow, supersededRow } from '../token-row.ts';
import type { LabelledVersion, ListedSecret } from '../vault/token-vault.ts';
import { adoptedRow, broughtForwardRow, forgottenRow, TOMBSTONE_MS } from './recovered-row.ts';
import type { RecoveryOutcome } from './recovery-report.ts';

/**
 * A first save makes its secret before its row, and takes its secret back if another made the row;
 * and Secrets Manager may show what was so before a commit of moments ago. No save runs for longer
 * than 15 seconds; the rest is for clocks.
 */
const UNDER_WAY_MS = 300_000;
/** Secrets Manager keeps what is deleted for so long at least. */
const SHORTEST_WINDOW_MS = 7 * 86_400_000;

export interface TokenSeen {
  readonly id: string;
  /** Undefined: gone for good. */
  readonly secret: ListedSecret | undefined;
  /** What its secret holds; undefined in deletion, or where nothing in it was acknowledged. */
  readonly newest: LabelledVersion | undefined;
  /** Its row, and the rows of its keys: of those that it had, and of those that it has. */
  readonly lookup: Lookup;
  readonly nowMs: number;
  /** When everybody was logged out, where the index does not know of it any more. */
  readonly logoutAtMs?: number | undefined;
}

export interface RecoveryPlan {
  readonly outcome: RecoveryOutcome;
  readonly rows: readonly RowWrite[];
  readonly keyRows: readonly KeyRowWrite[];
}

export function recoveryPlan(seen: TokenSeen): RecoveryPlan {
  const { id, secret, lookup, newest, nowMs } = seen;
  const row = lookup.rows.get(id);
  if (secret === undefined) return withoutSecret(row, seen);
  if (secret.inDeletion) return withSecretInDeletion(row, secret, seen);
  if (newest === undefined) return nothing(row === undefined ? 'nothing-acknowledged' : 'level');
  const recovered = { newest, nowMs, generation: lookup.generation };
  const behind = row === undefined || isBehind(row, newest, lookup);
  const touchedMs = row?.writtenAtMs ?? secret.createdAtMs;
  if (behind && nowMs - touchedMs < UNDER_WAY_MS) return nothing('under-way');
  const after = behind
    ? row === undefined
      ? adoptedRow(secret, recovered)
      : broughtForwardRow(row, recovered)
    : row;
  if (wasLoggedOut(secret, after, seen)) {
    return buried('logged-out', row, loggedOutRow(after, nowMs, TOMBSTONE_MS), seen);
  }
  return behind ? established(row, after, seen) : nothing('level');
}

function nothing(outcome: RecoveryOutcome): RecoveryPlan {
  return { outcome, rows: [], keyRows: [] };
}

/** A deletion that was acknowledged and that the index has forgotten: its secret is gone by now. */
function withoutSecret(row: TokenRow | undefined, seen: TokenSeen): RecoveryPlan {
  const { lookup, nowMs } = seen;
  if (row === undefined || !isAlive(row, lookup.generation)) return nothing('level');
  // One that was written since can only have lost its secret by force: the housekeeper says so.
  const byForce = nowMs - row.writtenAtMs < SHORTEST_WINDOW_MS || isSecretGone(row);
  if (byForce) return nothing('level');
  return buried('deleted', row, deletedRow(row, nowMs, TOMBSTONE_MS), seen);
}

function withSecretInDeletion(
  row: TokenRow | undefined,
  secret: ListedSecret,
  seen: TokenSeen,
): RecoveryPlan {
  const { lookup, nowMs } = seen;
  if (row === undefined) {
    const tombstone = forgottenRow(secret, lookup.generation, nowMs);
    return buried('tombstone', undefined, tombstone, seen);
  }
  if (!isAlive(row, lookup.generation)) return nothing('level');
  return buried('deleted', row, deletedRow(row, nowMs, TOMBSTONE_MS), seen);
}

/** A token that came to be after the logout was saved since; the others were ended by it. */
function wasLoggedOut(
  { createdAtMs }: ListedSecret,
  after: TokenRow,
  { logoutAtMs, lookup }: TokenSeen,
): boolean {
  if (logoutAtMs === undefined || createdAtMs > logoutAtMs) return false;
  return isAlive(after, lookup.generation);
}

/**
 * Whether the secret tells of commits that the row does not know of. A tombstone is overtaken only
 * by who read it alive again: whoever was at it before its end wrote no higher revision than it has.
 */
function isBehind(row: TokenRow, { version, content }: LabelledVersion, lookup: Lookup): boolean {
  if (!isTombstone(row) && !isAlive(row, lookup.generation)) return false;
  if (content.revision > row.revision) return true;
  const pinned = version.versionId === row.versionId && version.secretArn === row.secretArn;
  return isAlive(row, lookup.generation) && pinned && !hasItsKeys(row, content.token);
}

function hasItsKeys(row: TokenRow, token: LabelledVersion['content']['token']): boolean {
  const keys = keysOf(token);
  return keys.length === row.keys.length && keys.every((key) => row.keys.includes(key));
}

/** Alive as `after`, unless its user has a later token of that client: one of them gives way. */
function established(row: TokenRow | undefined, after: TokenRow, seen: TokenSeen): RecoveryPlan {
  const { lookup, nowMs } = seen;
  const rival = rivalOf(after, lookup);
  if (rival !== undefined && isLater(rival, after)) {
    return buried('superseded', row, supersededRow(after, rival.id, nowMs, TOMBSTONE_MS), seen);
  }
  const rows: RowWrite[] = [{ row: after, expected: expectedOf(row) }];
  if (rival !== undefined) {
    const tombstone = supersededRow(rival, after.id, nowMs, TOMBSTONE_MS);
    rows.push({ row: tombstone, expected: { revision: rival.revision } });
  }
  const isGone = (id: string) => id === rival?.id || !lookup.living.has(id);
  const outcome = row === undefined ? 'adopted' : 'brought-forward';
  return { outcome, rows, keyRows: keyRowsOf(row, after, lookup, isGone) };
}

function buried(
  outcome: RecoveryOutcome,
  row: TokenRow | undefined,
  tombstone: TokenRow,
  { lookup }: TokenSeen,
): RecoveryPlan {
  const isGone = (id: string) => !lookup.living.has(id);
  return {
    outcome,
    rows: [{ row: tombstone, expected: expectedOf(row) }],
    keyRows: row === undefined ? [] : keyRowWrites(row, undefined, lookup.keyRows, isGone),
  };
}

function expectedOf(row: TokenRow | undefined): RowWrite['expected'] {
  return row === undefined ? 'absent' : { revision: row.revision };
}

/** The token that its user has of the same client: a user has one token per client. */
function rivalOf({ id, userName, clientId }: TokenRow, lookup: Lookup): TokenRow | undefined {
  const { user } = lookupKeys(userName === undefined ? {} : { userName });
  const entries = (user && lookup.keyRows.get(user)?.entries) ?? [];
  return entries
    .map((entry) => lookup.living.get(entry.id))
    .find((other) => other !== undefined && other.id !== id && other.clientId === clientId);
}

function isLater(a: TokenRow, b: TokenRow): boolean {
  return a.writtenAtMs === b.writtenAtMs ? a.id > b.id : a.writtenAtMs > b.writtenAtMs;
}

/** Keys that the token has lost let go of it; those that it has lead to it, in the order of time. */
function keyRowsOf(
  row: TokenRow | undefined,
  after: TokenRow,
  lookup: Lookup,
  isGone: (id: string) => boolean,
): KeyRowWrite[] {
  const lost = row?.keys.filter((key) => !after.keys.includes(key)) ?? [];
  const writtenAtMs = (id: string) => lookup.rows.get(id)?.writtenAtMs ?? 0;
  const gained = after.keys.flatMap((key): KeyRowWrite[] => {
    const expected = lookup.keyRows.get(key)?.entries ?? [];
    if (expected.some(({ id, clientId }) => id === after.id && clientId === after.clientId)) {
      return [];
    }
    const others = expected.filter(({ id }) => id !== after.id && !isGone(id));
    return [{ key, entries: insertedByTime(others, after, writtenAtMs), expected }];
  });
  const leaving = row && { ...row, keys: lost };
  return [...keyRowWrites(leaving, undefined, lookup.keyRows, isGone), ...gained];
}
