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
import { FreshToken, type FreshTokenParts } from './fresh-token.ts';
import { LivingRow } from './living-row.ts';
import type { StoreParts } from './store-parts.ts';

export type FindParts = FreshTokenParts & Pick<StoreParts, 'lookup'>;

export interface FoundToken {
  readonly stored: StoredToken;
  /** The request carried a grant or refresh token that this token never had. */
  readonly reauthorized: boolean;
}

export class FindToken {
  readonly #livingRow: LivingRow;
  readonly #freshToken: FreshToken;

  constructor(parts: FindParts) {
    this.#livingRow = new LivingRow(parts);
    this.#freshToken = new FreshToken(parts);
  }

  /**
   * The token that `request` means: by id, else by user (with the client if named), else by access
   * token where no client is named, else by grant, else by refresh token. By the id of another
   * user's token it is none, and by that of another client's the one that a save would mean.
   * @throws LatchkeyError STORE_UNAVAILABLE
   */
  async find({ id, token }: FindRequest, deadline: Deadline): Promise<FoundToken | undefined> {
    const meant = () =>
      id === undefined
        ? this.#livingRow.matching(token, deadline)
        : this.#livingRow.named(id, token, deadline);
    const stored = await this.#fresh(meant, deadline);
    return stored && { stored, reauthorized: isReauthorized(token, stored.row) };
  }

  /** @throws LatchkeyError STORE_UNAVAILABLE */
  findById({ id }: ByIdRequest, deadline: Deadline): Promise<StoredToken | undefined> {
    return this.#fresh(() => this.#livingRow.byId(id, deadline), deadline);
  }

  async #fresh(
    look: () => Promise<TokenRow | undefined>,
    deadline: Deadline,
  ): Promise<StoredToken | undefined> {
    return (await this.#freshToken.of(look, 0, deadline))?.stored;
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
