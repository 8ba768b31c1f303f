/**
 * deleteToken: the index goes first, and from then on nobody finds the token; its secret follows
 * and stays restorable through the recovery window. Then a last look at the row: a restore that
 * came in between has the secret back as well.
 *
 *   delete    row: tombstone ──────────────────────────── secret into deletion ── row: alive ── back
 *   restore                    secret back ── row alive
 *
 * A refresh that is under way is waited for, since its secret takes no version in deletion:
 *
 *   worker    lease ── provider rotates ────── version ── commit refused: row left open
 *   delete                    row: tombstone ─────────────────────────── secret into deletion
 *   restore                                                              secret back ── row alive
 *   worker                                                                 lease ── version adopted
 */
import { lookAgainMs } from '../backoff.ts';
import { awaitTurn } from '../contention.ts';
import type { DeleteTokenResult } from '../contract.ts';
import type { Deadline } from '../deadline.ts';
import { LatchkeyError } from '../errors.ts';
import { SecretSettler } from '../housekeeping/secret-settler.ts';
import type { DeleteRequest } from '../requests.ts';
import { keyRowWrites } from '../token-index/key-row-writes.ts';
import { kindOf, lookupKeys } from '../token-index/lookup-key.ts';
import { isAlive, type TokenRow } from '../token-index/token-index.ts';
import type { Lookup } from '../token-lookup.ts';
import { deletedRow } from '../token-row.ts';
import type { StoreParts } from './store-parts.ts';

export type DeleteParts = Pick<
  StoreParts,
  'index' | 'vault' | 'provider' | 'reader' | 'lookup' | 'clock' | 'random' | 'recoveryWindowMs'
>;

const REVOKE_TIMEOUT_MS = 5_000;
/** Kept back for the secret, with what the client repeats. */
const SETTLE_MS = 3_000;

export class DeleteToken {
  readonly #parts: DeleteParts;
  readonly #settler: SecretSettler;

  constructor(parts: DeleteParts) {
    this.#parts = parts;
    this.#settler = new SecretSettler(parts);
  }

  /**
   * Deletes a token; none with that id is no error. With `revoke` the grant ends at the provider
   * first, unless another token of the store shares it.
   * @throws LatchkeyError PROVIDER_UNAVAILABLE when revoking failed: the token is then still there
   */
  async delete({ id, revoke }: DeleteRequest, deadline: Deadline): Promise<DeleteTokenResult> {
    const { lookup, random } = this.#parts;
    let known: readonly TokenRow['keys'][number][] = [];
    for (let conflicts = 0; ; ) {
      // Who else holds a key matters to nobody but the provider: a token of any can be deleted.
      const followed = revoke ? known.filter((key) => kindOf(key) === 'refresh') : [];
      const seen: Lookup = await lookup.read({ ids: [id], keys: known, followed }, deadline);
      const row = seen.rows.get(id);
      if (row?.supersededBy !== undefined) {
        return this.delete({ id: row.supersededBy, revoke }, deadline);
      }
      if (row === undefined || !isAlive(row, seen.generation)) {
        if (row?.state === 'deleted') await this.#letSecretGo(row, deadline);
        return { deleted: false };
      }
      const keysSeen = row.keys.every((key) => known.includes(key));
      known = row.keys;
      if (!keysSeen) continue;
      if (revoke) await this.#revoke(row, seen, deadline);
      if (await this.#bury(row, seen, deadline)) {
        await this.#letSecretGo(row, deadline);
        return { deleted: true };
      }
      conflicts += 1;
      await awaitTurn(conflicts, random(), deadline);
    }
  }

  async #bury(row: TokenRow, seen: Lookup, deadline: Deadline): Promise<boolean> {
    const { index, clock, recoveryWindowMs } = this.#parts;
    const tombstone = deletedRow(row, clock.nowMs(), recoveryWindowMs);
    const keyRows = keyRowWrites(row, undefined, seen.keyRows, () => false);
    const rows = [{ row: tombstone, expected: { revision: row.revision, fence: row.fence } }];
    return (await index.commit({ rows, keyRows }, deadline)) === 'committed';
  }

  /**
   * A refresh that is under way may hold a rotated refresh token, the only one that still works if
   * the token is restored: its secret takes a version until then. Most end within a second, and a
   * lease with its worker; where time is short the secret goes at once.
   */
  async #awaitRefresh({ id, lease }: TokenRow, deadline: Deadline): Promise<void> {
    const { index, clock, random } = this.#parts;
    const sinceMs = clock.nowMs();
    let held = lease;
    while (held !== undefined && held.untilMs > clock.nowMs()) {
      if (deadline.remainingMs() < SETTLE_MS) return;
      await deadline.wait(lookAgainMs(clock.nowMs() - sinceMs, random()));
      held = (await index.read({ ids: [id] }, deadline)).rows.get(id)?.lease;
    }
  }

  /** Also for a tombstone: a crash may have come between the index and the secret. */
  async #letSecretGo(row: TokenRow, deadline: Deadline): Promise<void> {
    await this.#awaitRefresh(row, deadline);
    await this.#settler.settle(row, 'in-deletion', deadline);
  }

  async #revoke(row: TokenRow, seen: Lookup, deadline: Deadline): Promise<void> {
    const { reader, provider, clock } = this.#parts;
    const stored = await reader.read(row, deadline);
    const refreshToken = stored?.token.refreshToken;
    if (stored === undefined || refreshToken === undefined) return;
    const { refresh } = lookupKeys(stored.token);
    const entries = (refresh && seen.keyRows.get(refresh)?.entries) ?? [];
    if (entries.some(({ id }) => id !== row.id && seen.living.has(id))) return;
    const { apiDomain, clientId, clientSecret, provider: name } = stored.token;
    const outcome = await provider.revoke(
      {
        refreshToken,
        ...(apiDomain !== undefined && { apiDomain }),
        ...(clientId !== undefined && { clientId }),
        ...(clientSecret !== undefined && { clientSecret }),
        ...(name !== undefined && { provider: name }),
      },
      { timeoutMs: REVOKE_TIMEOUT_MS, signal: deadline.signal, nowMs: clock.nowMs() },
    );
    if (outcome === 'revoked') return;
    throw new LatchkeyError(
      'PROVIDER_UNAVAILABLE',
      `The provider did not revoke token ${row.id}; it was not deleted. Repeat the call, or ` +
        'delete it without revoking.',
    );
  }
}
