/**
 * findToken and findTokenById: from keys to the living token, and fresh if it can be had. A find
 * answers with what is stored even where the provider fails: it is a look-up, not a promise.
 */
import type { Deadline } from '../deadline.ts';
import type { ByIdRequest, FindRequest } from '../requests.ts';
import type { Token } from '../token.ts';
import { lookupKeys } from '../token-index/lookup-key.ts';
import type { TokenRow } from '../token-index/token-index.ts';
import type { StoredToken } from '../token-reader.ts';
import { LivingRow } from './living-row.ts';
import type { StoreParts } from './store-parts.ts';

export type FindParts = Pick<StoreParts, 'lookup' | 'reader' | 'refresher' | 'policy'>;

export interface FoundToken {
  readonly stored: StoredToken;
  /** The request carried a grant or refresh token that this token never had. */
  readonly reauthorized: boolean;
}

export class FindToken {
  readonly #parts: FindParts;
  readonly #livingRow: LivingRow;

  constructor(parts: FindParts) {
    this.#parts = parts;
    this.#livingRow = new LivingRow(parts);
  }

  /**
   * The token that `request` means: by id, else by user (with the client if named), else by access
   * token where no client is named, else by grant, else by refresh token.
   * @throws LatchkeyError STORE_UNAVAILABLE
   */
  async find({ id, token }: FindRequest, deadline: Deadline): Promise<FoundToken | undefined> {
    const row =
      id === undefined
        ? await this.#livingRow.matching(token, deadline)
        : await this.#livingRow.byId(id, deadline);
    const stored = row && (await this.#fresh(row, deadline));
    return stored && { stored, reauthorized: isReauthorized(token, stored.row) };
  }

  /** @throws LatchkeyError STORE_UNAVAILABLE */
  async findById({ id }: ByIdRequest, deadline: Deadline): Promise<StoredToken | undefined> {
    const row = await this.#livingRow.byId(id, deadline);
    return row && this.#fresh(row, deadline);
  }

  async #fresh(row: TokenRow, deadline: Deadline): Promise<StoredToken | undefined> {
    const { reader, refresher, policy } = this.#parts;
    const stored = await reader.read(row, deadline);
    const freshened = stored && (await refresher.freshen(stored, policy.minValidMs, deadline));
    return freshened?.stored;
  }
}

/**
 * Whether the caller holds a newer authorization than the store: a grant or refresh token that is
 * neither the token's present one nor one it had before.
 */
function isReauthorized(named: Token, row: TokenRow): boolean {
  if (named.grantToken === undefined && named.refreshToken === undefined) return false;
  const { grant, refresh } = lookupKeys(named);
  const known = [...row.keys, ...row.formerKeys];
  return [grant, refresh].some((key) => key !== undefined && !known.includes(key));
}
