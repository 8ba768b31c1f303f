/**
 * restoreTokens, for operators: brings back one deleted token, or page by page what one deleteTokens
 * logged out. Secret first, index last. Never over a token that the user got since.
 *
 *   restore       row: tombstone ── secret back ─────────────── row alive ── secret back, again
 *   housekeeper                       row: tombstone ── secret into deletion ── row again
 *
 * Whatever the housekeeper sees in its last look, the secret stays: alive, and it takes its
 * deletion back; a tombstone still, and the restore's second step comes after it.
 */
import { awaitTurn } from '../contention.ts';
import type { RestoreTokensResult } from '../contract.ts';
import type { Deadline } from '../deadline.ts';
import type { RestoreRequest } from '../requests.ts';
import { keyRowWrites } from '../token-index/key-row-writes.ts';
import { kindOf, lookupKeys } from '../token-index/lookup-key.ts';
import {
  isAlive,
  isTombstone,
  type KeyRowWrite,
  type TokenRow,
} from '../token-index/token-index.ts';
import type { Lookup } from '../token-lookup.ts';
import { restoredRow } from '../token-row.ts';
import {
  earlierLogout,
  loggedOutSince,
  logoutOf,
  restoreCursor,
  restoreStart,
} from './logout-page.ts';
import { isFull } from './room-for-keys.ts';
import type { StoreParts } from './store-parts.ts';

export type RestoreParts = Pick<StoreParts, 'index' | 'vault' | 'lookup' | 'clock' | 'random'>;

/** Whether a row, as it is read anew, is one that the request is about. */
type IsMeant = (row: TokenRow, generation: number) => boolean;

const CHANGED = 'it changed meanwhile: repeat the call';

type Outcome = { readonly restored: true } | { readonly skipped: string };

/** Restored per call: each takes up to five AWS calls, and RestoreSecret has a quota of 50 a second. */
const PAGE_SIZE = 25;

export class RestoreTokens {
  readonly #parts: RestoreParts;

  constructor(parts: RestoreParts) {
    this.#parts = parts;
  }

  /**
   * @throws LatchkeyError INVALID_REQUEST for a cursor of no page, CONFLICT where it would go on
   *   past another logout, STORE_UNAVAILABLE; what was restored until then stays restored
   */
  async restore(request: RestoreRequest, deadline: Deadline): Promise<RestoreTokensResult> {
    if ('id' in request) return this.#restoreAll([request.id], () => true, deadline);
    const { logout, cursor } = request;
    const from = cursor === undefined ? undefined : restoreStart(cursor);
    const { rows, generation, ...next } = await this.#parts.index.page(
      { limit: PAGE_SIZE, ...(from && { cursor: from.page }) },
      deadline,
    );
    if (from !== undefined && from.generation !== generation) {
      throw loggedOutSince(logout + generation - from.generation);
    }
    const isMeant: IsMeant = (row, now) => logoutOf(row, now) === logout;
    const meant = rows.filter((row) => isMeant(row, generation)).map(({ id }) => id);
    const earlier = earlierLogout(rows, generation, logout);
    return {
      ...(await this.#restoreAll(meant, isMeant, deadline)),
      ...(meant.length === 0 && earlier !== undefined && { earlierLogout: earlier }),
      ...(next.cursor !== undefined && { cursor: restoreCursor(generation, next.cursor) }),
    };
  }

  async #restoreAll(
    ids: readonly string[],
    isMeant: IsMeant,
    deadline: Deadline,
  ): Promise<RestoreTokensResult> {
    const restored: string[] = [];
    const skipped: { id: string; reason: string }[] = [];
    for (const id of ids) {
      const outcome = await this.#restoreOne(id, isMeant, deadline);
      if ('restored' in outcome) restored.push(id);
      else skipped.push({ id, reason: outcome.skipped });
    }
    return { restored, skipped };
  }

  /** A conflict may be no more than another transaction at a key row: what stands is read again. */
  async #restoreOne(id: string, isMeant: IsMeant, deadline: Deadline): Promise<Outcome> {
    for (let conflicts = 0; ; conflicts += 1) {
      if (conflicts > 0) await awaitTurn(conflicts, this.#parts.random(), deadline);
      const outcome = await this.#tryRestore(id, isMeant, deadline);
      if (outcome !== 'conflict') return outcome;
    }
  }

  async #tryRestore(
    id: string,
    isMeant: IsMeant,
    deadline: Deadline,
  ): Promise<Outcome | 'conflict'> {
    const { index, vault, lookup, clock } = this.#parts;
    const { rows } = await index.read({ ids: [id] }, deadline);
    const keys = rows.get(id)?.keys ?? [];
    const followed = keys.filter((key) => kindOf(key) === 'user');
    const seen = await lookup.read({ ids: [id], keys, followed }, deadline);
    const row = seen.rows.get(id);
    const obstacle = obstacleTo(row, seen);
    if (row === undefined || obstacle !== undefined) return { skipped: obstacle ?? 'unknown id' };
    if (!isMeant(row, seen.generation)) return { skipped: CHANGED };
    const buried = isTombstone(row);
    if (buried && !(await vault.cancelDeletion(row.secretArn, deadline))) {
      return { skipped: 'its secret is gone: the recovery window has passed' };
    }
    const back = restoredRow(row, seen.generation, clock.nowMs());
    const keyRows = keyRowsOf(back, seen);
    const outcome = await index.commit(
      { rows: [{ row: back, expected: { revision: row.revision } }], keyRows },
      deadline,
    );
    if (outcome === 'conflict') return 'conflict';
    if (buried) await vault.cancelDeletion(row.secretArn, deadline);
    return { restored: true };
  }
}

/**
 * Every key row of the token, also those that it is in already: that its user has no other token
 * since is true only as long as they stand as they were read.
 */
function keyRowsOf(back: TokenRow, { keyRows }: Lookup): KeyRowWrite[] {
  const changed = keyRowWrites(undefined, back, keyRows, () => false);
  return back.keys.map((key) => {
    const standing = keyRows.get(key)?.entries ?? [];
    const write = changed.find((each) => each.key === key);
    return write ?? { key, entries: standing, expected: standing };
  });
}

function obstacleTo(row: TokenRow | undefined, seen: Lookup): string | undefined {
  if (row === undefined) return 'unknown id';
  if (row.supersededBy !== undefined) return `token ${row.supersededBy} took its place`;
  if (isAlive(row, seen.generation)) return 'it is not deleted';
  if (isTombstone(row) && row.keys.some((key) => isFull(seen.keyRows.get(key)?.entries))) {
    return 'too many other tokens share its user or a credential by now';
  }
  if (row.userName === undefined) return undefined;
  const { user } = lookupKeys({ userName: row.userName });
  const entries = (user && seen.keyRows.get(user)?.entries) ?? [];
  const since = entries.find(
    ({ id, clientId }) => seen.living.has(id) && clientId === row.clientId,
  );
  return since && `its user has token ${since.id} since`;
}
