/**
 * Carries one token's secret from one store to another, under the same id: what the source's index
 * pins, as it is, so that a recovery at the target finds the token with its revision. What the
 * target has of its own since is never overwritten.
 */
import type { Deadline } from '../deadline.ts';
import { isAlive, isTombstone, type TokenRow } from '../token-index/token-index.ts';
import { secretJson, versionToken } from '../vault/secret-json.ts';
import type { TokenVault } from '../vault/token-vault.ts';

export const RELOCATION_OUTCOMES = [
  /** Made at the target. */
  'created',
  /** The target had an older version. */
  'updated',
  /** The target has this very version. */
  'same',
  /** The target has written to it since: it is in use there. */
  'ahead',
  /** Deleted at the source, and now at the target too. */
  'deleted',
  /** Not alive at the source, and not at the target. */
  'absent',
  /** In deletion at the target: restore it there, or leave it. */
  'in-deletion',
] as const;

export type RelocationOutcome = (typeof RELOCATION_OUTCOMES)[number];

export interface TokenRelocationOptions {
  readonly source: TokenVault;
  readonly target: TokenVault;
  /** False: only says what would be done. */
  readonly write: boolean;
}

export class TokenRelocation {
  readonly #o: TokenRelocationOptions;

  constructor(options: TokenRelocationOptions) {
    this.#o = options;
  }

  /** @throws Error where the source's secret cannot be read */
  async relocate(
    row: TokenRow,
    generation: number,
    deadline: Deadline,
  ): Promise<RelocationOutcome> {
    return isAlive(row, generation) ? this.#carry(row, deadline) : this.#letGo(row, deadline);
  }

  async #carry(row: TokenRow, deadline: Deadline): Promise<RelocationOutcome> {
    const { source, target, write } = this.#o;
    const content = await source.read(row, deadline);
    if (content?.id !== row.id) throw new Error(`The secret of token ${row.id} cannot be read.`);
    const standing = await target.find(row.id, deadline);
    if (standing === undefined) {
      if (write) await target.create(content, content.token, deadline);
      return 'created';
    }
    if (standing.inDeletion) return 'in-deletion';
    if (standing.currentVersionId === versionToken(secretJson(content))) return 'same';
    const current = await target.readCurrent(standing.secretArn, deadline);
    if (current !== undefined && current.content.revision >= content.revision) return 'ahead';
    if (write) await target.write(standing.secretArn, content, deadline);
    return 'updated';
  }

  /** Deleted or logged out here after it was carried there; in use there, it is left. */
  async #letGo(row: TokenRow, deadline: Deadline): Promise<RelocationOutcome> {
    const { target, write } = this.#o;
    const standing = await target.find(row.id, deadline);
    if (standing === undefined || standing.inDeletion) return 'absent';
    const current = await target.readCurrent(standing.secretArn, deadline);
    // A tombstone is one revision past the last that a secret was written for.
    const last = isTombstone(row) ? row.revision - 1 : row.revision;
    if (current !== undefined && current.content.revision > last) return 'ahead';
    if (write) await target.scheduleDeletion(standing.secretArn, deadline);
    return 'deleted';
  }
}
