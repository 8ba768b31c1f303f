/**
 * A store of Latchkey in memory, as much of it as the clients' tests need: the six operations of
 * the contract, matched by id, user and client, access, grant or refresh token.
 */

import type { TokenStoreOperations } from '../../../lib/client/token-operations.ts';
import type { OperationName, TokenJson } from '../../../lib/contract.ts';
import { LatchkeyError } from '../../../lib/errors.ts';

export class MemoryOperations implements TokenStoreOperations {
  readonly tokens = new Map<string, TokenJson>();
  readonly calls: { readonly operation: OperationName; readonly event: unknown }[] = [];
  pageSize = 100;
  unreadable: readonly string[] = [];
  /** Every operation rejects with this, when set. */
  failure: unknown;
  #lastId = 0;

  async findToken(event: { token: TokenJson }) {
    this.#called('findToken', event);
    const found = this.#match(event.token);
    if (found === undefined) return { token: null };
    const { grantToken, refreshToken } = event.token;
    const isNew =
      (grantToken !== undefined && grantToken !== found.grantToken) ||
      (refreshToken !== undefined && refreshToken !== found.refreshToken);
    return isNew ? { token: found, reauthorized: true as const } : { token: found };
  }

  async findTokenById(event: { id: string }) {
    this.#called('findTokenById', event);
    return { token: this.tokens.get(event.id) ?? null };
  }

  async saveToken(event: { token: TokenJson }) {
    this.#called('saveToken', event);
    const { id: givenId } = event.token;
    if (givenId !== undefined && !this.tokens.has(givenId)) {
      throw new LatchkeyError('TOKEN_NOT_FOUND', 'The token was deleted');
    }
    const stored = this.#match(event.token);
    const id = stored?.id ?? `id-${++this.#lastId}`;
    this.tokens.set(id, { ...stored, ...event.token, id });
    return { id, created: stored === undefined };
  }

  async deleteToken(event: { id: string; revoke?: boolean }) {
    this.#called('deleteToken', event);
    return { deleted: this.tokens.delete(event.id) };
  }

  async getTokens(event: { cursor?: string; limit?: number }) {
    this.#called('getTokens', event);
    const start = Number(event.cursor ?? 0);
    const end = start + (event.limit ?? this.pageSize);
    const tokens = [...this.tokens.values()].slice(start, end);
    return {
      tokens,
      ...(end < this.tokens.size ? { cursor: String(end) } : {}),
      ...(start === 0 && this.unreadable.length > 0 ? { unreadable: this.unreadable } : {}),
    };
  }

  async deleteTokens(event: { requestId?: string }) {
    this.#called('deleteTokens', event);
    this.tokens.clear();
    return {};
  }

  /** The events of the calls of one operation. */
  eventsOf(operation: OperationName): unknown[] {
    return this.calls.filter((call) => call.operation === operation).map(({ event }) => event);
  }

  #called(operation: OperationName, event: unknown): void {
    this.calls.push({ operation, event });
    if (this.failure !== undefined) throw this.failure;
  }

  #match(given: TokenJson): TokenJson | undefined {
    if (given.id !== undefined) return this.tokens.get(given.id);
    const by = (field: keyof TokenJson) =>
      given[field] === undefined
        ? undefined
        : [...this.tokens.values()].find(
            (token) =>
              token[field] === given[field] &&
              (given.clientId ?? token.clientId) === token.clientId,
          );
    if (given.userName !== undefined) return by('userName');
    if (given.clientId === undefined && given.accessToken !== undefined) return by('accessToken');
    return by('grantToken') ?? by('refreshToken');
  }
}
