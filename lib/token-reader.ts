/**
 * From an index row to the token it pins. Owns what to do when the pinned version is not there:
 * Secrets Manager is eventually consistent, and the row may have moved on meanwhile.
 */
import { backoffMs } from './backoff.ts';
import type { Deadline } from './deadline.ts';
import { LatchkeyError } from './errors.ts';
import type { Token } from './token.ts';
import { isAlive, type TokenIndex, type TokenRow } from './token-index/token-index.ts';
import type { SecretContent, SecretVersion, TokenVault } from './vault/token-vault.ts';
import { VersionCache } from './vault/version-cache.ts';

/** A living token: what the index knows of it, and what the version it pins holds. */
export interface StoredToken {
  readonly row: TokenRow;
  readonly token: Token;
}

/** Together about two seconds: longer than Secrets Manager was ever seen to lag. */
const READ_ATTEMPTS = 8;

export interface TokenReaderOptions {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
  readonly random: () => number;
  readonly cache?: VersionCache;
}

export class TokenReader {
  readonly #index: TokenIndex;
  readonly #vault: TokenVault;
  readonly #random: () => number;
  readonly #cache: VersionCache;

  constructor({ index, vault, random, cache = new VersionCache() }: TokenReaderOptions) {
    this.#index = index;
    this.#vault = vault;
    this.#random = random;
    this.#cache = cache;
  }

  /** Keeps a version that was just written, so that reading it back costs nothing. */
  remember(version: SecretVersion, content: SecretContent): void {
    this.#cache.set(version, content);
  }

  /**
   * The token that a living row pins, or that it pins by the time it can be read; undefined when
   * the token has gone meanwhile.
   * @throws LatchkeyError STORE_UNAVAILABLE when its secret cannot be read
   */
  async read(row: TokenRow, deadline: Deadline): Promise<StoredToken | undefined> {
    const stored = await this.tryRead(row, deadline);
    if (stored !== 'unreadable') return stored;
    throw new LatchkeyError(
      'STORE_UNAVAILABLE',
      `The secret of token ${row.id} cannot be read. If it was deleted by hand, restore it in ` +
        'Secrets Manager, save the token anew, or delete the token.',
      { retryable: false },
    );
  }

  /** The same, with `unreadable` for a row that lives and whose secret is not there. */
  async tryRead(
    found: TokenRow,
    deadline: Deadline,
  ): Promise<StoredToken | undefined | 'unreadable'> {
    let row: TokenRow | undefined = found;
    for (let attempt = 0; attempt < READ_ATTEMPTS; attempt += 1) {
      if (attempt > 0) {
        await deadline.wait(backoffMs(attempt, this.#random()));
        row = await this.livingRow(found.id, deadline);
      }
      if (row === undefined) return undefined;
      const content = await this.#readVersion(row, deadline);
      if (content !== undefined) return { row, token: content.token };
    }
    return this.#readCurrent(row, deadline);
  }

  /** The token as it is now, or undefined when there is none any more. */
  async reload(id: string, deadline: Deadline): Promise<StoredToken | undefined> {
    const row = await this.livingRow(id, deadline);
    return row && this.read(row, deadline);
  }

  async livingRow(id: string, deadline: Deadline): Promise<TokenRow | undefined> {
    const { rows, generation } = await this.#index.read({ ids: [id] }, deadline);
    const row = rows.get(id);
    return row && isAlive(row, generation) ? row : undefined;
  }

  async #readVersion(row: TokenRow, deadline: Deadline): Promise<SecretContent | undefined> {
    const cached = this.#cache.get(row);
    if (cached !== undefined) return cached;
    const content = await this.#vault.read(row, deadline);
    if (content === undefined) return undefined;
    assertOwner(content, row);
    this.#cache.set(row, content);
    return content;
  }

  /**
   * The pinned version is gone for good, as after a restore of the table to an earlier time: what
   * is current will do if it is as new as the row. Never an older one.
   */
  async #readCurrent(row: TokenRow, deadline: Deadline): Promise<StoredToken | 'unreadable'> {
    const current = await this.#vault.readCurrent(row.secretArn, deadline);
    if (current === undefined || current.content.revision < row.revision) return 'unreadable';
    assertOwner(current.content, row);
    return { row, token: current.content.token };
  }
}

function assertOwner(content: SecretContent, row: TokenRow): void {
  if (content.id === row.id) return;
  throw new Error(`The secret that token ${row.id} pins belongs to token ${content.id}.`);
}
