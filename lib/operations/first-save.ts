/**
 * The first save of a token: its secret first, its row last. A save that others got ahead of keeps
 * the secret that it made for the next attempt: making secrets and letting them go would take most
 * of its time, and of the account's quota.
 *
 *   save A   reads ── secret A ── commit refused ── reads ── commit
 *   save B   reads ── secret B ── commit
 */
import type { SaveTokenResult } from '../contract.ts';
import type { Deadline } from '../deadline.ts';
import { LatchkeyError } from '../errors.ts';
import { hasCredential, type Token } from '../token.ts';
import { keyRowWrites } from '../token-index/key-row-writes.ts';
import { keysOf } from '../token-index/lookup-key.ts';
import type { Lookup } from '../token-lookup.ts';
import { firstRow, type Writing } from '../token-row.ts';
import type { SecretVersion } from '../vault/token-vault.ts';
import { assertRoom } from './room-for-keys.ts';
import { goneIn, stillLoggedOut } from './save-neighbours.ts';
import type { StoreParts } from './store-parts.ts';

const FIRST_REVISION = 1;

export type FirstSaveParts = Pick<StoreParts, 'index' | 'vault' | 'reader' | 'newId'>;

/** One save's attempts at a new token. */
export class FirstSave {
  readonly #parts: FirstSaveParts;
  /** A secret that no row names. */
  #made: { readonly id: string; readonly version: SecretVersion } | undefined;

  constructor(parts: FirstSaveParts) {
    this.#parts = parts;
  }

  /**
   * @param token - the same in each attempt
   * @returns undefined where others came first
   * @throws LatchkeyError NOTHING_TO_STORE, TOKEN_TOO_LARGE, CONFLICT, STORE_UNAVAILABLE
   */
  async attempt(
    token: Token,
    lookup: Lookup,
    writing: Writing,
    deadline: Deadline,
  ): Promise<SaveTokenResult | undefined> {
    if (!hasCredential(token)) {
      throw new LatchkeyError(
        'NOTHING_TO_STORE',
        'No token matches, and there is no access, refresh or grant token to store a new one.',
      );
    }
    assertRoom(keysOf(token), lookup.keyRows, goneIn(lookup));
    const { index, reader } = this.#parts;
    const { id, version } = await this.#secretOf(token, deadline);
    const row = firstRow(id, token, version, lookup.generation, writing);
    const keyRows = keyRowWrites(undefined, row, lookup.keyRows, goneIn(lookup));
    const outcome = await index.commit(
      { rows: [{ row, expected: 'absent' }], keyRows, checks: stillLoggedOut(lookup) },
      deadline,
    );
    if (outcome === 'conflict') {
      this.#made = { id, version };
      return undefined;
    }
    reader.remember(version, { id, revision: FIRST_REVISION, token });
    return { id, created: true };
  }

  /** For a save that comes to another end: what its attempts made is not needed. */
  async letGo(deadline: Deadline): Promise<void> {
    const made = this.#made;
    this.#made = undefined;
    if (made) await this.#parts.vault.scheduleDeletion(made.version.secretArn, deadline);
  }

  async #secretOf(token: Token, deadline: Deadline) {
    if (this.#made) return this.#made;
    const { vault, newId } = this.#parts;
    const id = newId();
    const version = await vault.create({ id, revision: FIRST_REVISION, token }, token, deadline);
    return { id, version };
  }
}
