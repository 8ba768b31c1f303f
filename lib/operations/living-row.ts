/** The living row that a request means, by id or by keys: what every read begins with. */
import type { Deadline } from '../deadline.ts';
import type { Token } from '../token.ts';
import { isAlive, type TokenRow } from '../token-index/token-index.ts';
import type { TokenLookup } from '../token-lookup.ts';
import { findKeys, matchFind, sameClient, sameUser } from '../token-match.ts';

export class LivingRow {
  readonly #lookup: TokenLookup;

  constructor({ lookup }: { readonly lookup: TokenLookup }) {
    this.#lookup = lookup;
  }

  /** Follows the id of a token that another took over. */
  async byId(id: string, deadline: Deadline): Promise<TokenRow | undefined> {
    const { rows, generation } = await this.#lookup.read({ keys: [], ids: [id] }, deadline);
    const row = rows.get(id);
    if (row?.supersededBy !== undefined) return this.byId(row.supersededBy, deadline);
    return row && isAlive(row, generation) ? row : undefined;
  }

  /** By the id, if what else is named is not somebody else's: as a save would have it. */
  async named(id: string, named: Token, deadline: Deadline): Promise<TokenRow | undefined> {
    const row = await this.byId(id, deadline);
    if (row === undefined) return undefined;
    if (!sameClient(named.clientId, row.clientId)) return this.matching(named, deadline);
    return sameUser(named.userName, row.userName) ? row : undefined;
  }

  async matching(named: Token, deadline: Deadline): Promise<TokenRow | undefined> {
    const keys = findKeys(named);
    if (keys.length === 0) return undefined;
    const { keyRows, living } = await this.#lookup.read({ keys }, deadline);
    return matchFind(named, keyRows, living);
  }
}
