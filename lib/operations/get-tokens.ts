/**
 * getTokens: a page of the store's living tokens, as they are stored. A page ends early rather
 * than outgrow what a function may answer.
 */
import type { GetTokensResult, TokenJson } from '../contract.ts';
import type { Deadline } from '../deadline.ts';
import type { ListRequest } from '../requests.ts';
import { describeToken, revealToken, type Token } from '../token.ts';
import { isAlive, type TokenRow } from '../token-index/token-index.ts';
import type { StoreParts } from './store-parts.ts';

export type GetTokensParts = Pick<StoreParts, 'index' | 'vault' | 'reader'>;

/**
 * Lambda answers 6 MB (6,291,556 bytes) at most. The rest is for escapes: a page is measured as
 * JSON once, and clients that wrap the answer in JSON quote it again.
 */
const MAX_PAGE_BYTES = 4 * 1024 * 1024;
/** With less time than this an empty page with a cursor is answered rather than none. */
const RESERVE_MS = 2_000;

/** A token as the page shows it, or that it cannot be read. */
type Listed = { readonly id: string } & (
  | { readonly json: TokenJson }
  | { readonly unreadable: true }
);

export class GetTokens {
  readonly #parts: GetTokensParts;

  constructor(parts: GetTokensParts) {
    this.#parts = parts;
  }

  /**
   * At most `limit` tokens and a cursor where there may be more. A page can be short, or empty
   * with a cursor.
   * @throws LatchkeyError INVALID_REQUEST for a cursor of no page, STORE_UNAVAILABLE
   */
  async list(request: ListRequest, deadline: Deadline): Promise<GetTokensResult> {
    let { cursor } = request;
    for (;;) {
      const { rows, generation, ...next } = await this.#parts.index.page(
        { limit: request.limit, ...(cursor !== undefined && { cursor }) },
        deadline,
      );
      const living = rows.filter((row) => isAlive(row, generation));
      const listed = request.includeSecrets
        ? await this.#withSecrets(living, deadline)
        : living.map(withoutSecrets);
      const hurry = deadline.remainingMs() < RESERVE_MS;
      if (listed.length > 0 || next.cursor === undefined || hurry) {
        return this.#fitting(listed, next.cursor);
      }
      cursor = next.cursor;
    }
  }

  async #withSecrets(rows: readonly TokenRow[], deadline: Deadline): Promise<Listed[]> {
    const { vault, reader } = this.#parts;
    const contents = await vault.readMany(rows, deadline);
    const listed = await Promise.all(
      rows.map(async (row): Promise<Listed | undefined> => {
        const content = contents.get(row.secretArn);
        if (content?.id === row.id) return { id: row.id, json: json(row.id, content.token) };
        const stored = await reader.tryRead(row, deadline);
        if (stored === 'unreadable') return { id: row.id, unreadable: true };
        return stored && { id: row.id, json: json(row.id, stored.token) };
      }),
    );
    return listed.filter((token) => token !== undefined);
  }

  #fitting(listed: readonly Listed[], cursor: string | undefined): GetTokensResult {
    const tokens: TokenJson[] = [];
    const unreadable: string[] = [];
    let bytes = 0;
    let next = cursor;
    for (const [index, token] of listed.entries()) {
      if ('unreadable' in token) {
        unreadable.push(token.id);
        continue;
      }
      bytes += Buffer.byteLength(JSON.stringify(token.json), 'utf8');
      const before = listed[index - 1];
      if (bytes > MAX_PAGE_BYTES && before !== undefined) {
        next = this.#parts.index.cursorAfter(before.id);
        break;
      }
      tokens.push(token.json);
    }
    return {
      tokens,
      ...(next !== undefined && { cursor: next }),
      ...(unreadable.length > 0 && { unreadable }),
    };
  }
}

function json(id: string, token: Token): TokenJson {
  return { id, ...revealToken(token) };
}

function withoutSecrets({ id, ...row }: TokenRow): Listed {
  return { id, json: { id, ...describeToken(row) } };
}
