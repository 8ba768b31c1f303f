/**
 * A whole store over the memory twins with a virtual clock, counted ids and a scripted provider.
 * Every container of it has caches of its own over the same index and vault, as Lambda's have.
 */
import type {
  DeleteTokenResult,
  GetAccessTokenResult,
  GetTokensResult,
  Operations,
  RestoreTokensResult,
  SaveTokenResult,
  TokenJson,
} from '../../../lib/contract.ts';
import type { FoundToken } from '../../../lib/operations/find-token.ts';
import type { StoreParts } from '../../../lib/operations/store-parts.ts';
import type { TokenProvider } from '../../../lib/provider/token-provider.ts';
import { DEFAULT_REFRESH_POLICY } from '../../../lib/refresh-policy.ts';
import {
  parseDeleteToken,
  parseDeleteTokens,
  parseFindToken,
  parseFindTokenById,
  parseGetAccessToken,
  parseGetTokens,
  parseRestoreTokens,
  parseSaveToken,
} from '../../../lib/requests.ts';
import { revealToken } from '../../../lib/token.ts';
import { MemoryTokenIndex } from '../../../lib/token-index/memory-token-index.ts';
import type { TokenIndex } from '../../../lib/token-index/token-index.ts';
import { TokenLookup } from '../../../lib/token-lookup.ts';
import { TokenReader } from '../../../lib/token-reader.ts';
import { DEFAULT_REFRESH_TIMINGS, TokenRefresher } from '../../../lib/token-refresher.ts';
import { TokenStore } from '../../../lib/token-store.ts';
import { MemoryVault } from '../../../lib/vault/memory-vault.ts';
import type { TokenVault } from '../../../lib/vault/token-vault.ts';
import { ampleDeadline } from './deadlines.ts';
import { Interception } from './interception.ts';
import { ScriptedProvider } from './scripted-provider.ts';
import { seededRandom } from './seeded-random.ts';
import { VirtualClock } from './virtual-clock.ts';

export const RECOVERY_WINDOW_MS = 7 * 86_400_000;

export class MemoryStore {
  readonly clock = new VirtualClock();
  readonly memoryVault = new MemoryVault();
  readonly index = new Interception<TokenIndex>(new MemoryTokenIndex());
  readonly vault = new Interception<TokenVault>(this.memoryVault);
  readonly scripted = new ScriptedProvider();
  readonly provider = new Interception<TokenProvider>(this.scripted);
  readonly #random = seededRandom(1);
  #lastId = 0;

  /** A container that was just started: nothing cached, nothing remembered. */
  container(): Container {
    const { clock } = this;
    const index = this.index.port;
    const vault = this.vault.port;
    const provider = this.provider.port;
    const random = this.#random;
    const newId = () => String(++this.#lastId).padStart(32, '0');
    const policy = DEFAULT_REFRESH_POLICY;
    const reader = new TokenReader({ index, vault, random });
    const refresher = new TokenRefresher({
      ...{ index, vault, reader, provider, clock, newId, random, policy },
      timings: DEFAULT_REFRESH_TIMINGS,
    });
    const parts: StoreParts = {
      ...{ index, vault, provider, clock, newId, random, policy, reader, refresher },
      lookup: new TokenLookup(index),
      recoveryWindowMs: RECOVERY_WINDOW_MS,
    };
    return new Container(parts);
  }

  /** The row of a token, whatever its state. */
  async row(id: string) {
    const { rows } = await this.index.port.read({ ids: [id] }, ampleDeadline(this.clock));
    return rows.get(id);
  }
}

/** The operations as a caller sees them: JSON in, JSON out. */
export class Container {
  readonly parts: StoreParts;
  readonly #store: TokenStore;

  constructor(parts: StoreParts) {
    this.parts = parts;
    this.#store = new TokenStore(parts);
  }

  save(token: TokenJson): Promise<SaveTokenResult> {
    return this.#store.saveToken(parseSaveToken({ token }), this.#deadline());
  }

  /** The token found, or null; whether it was re-authorized is `found`'s to say. */
  async find(token: TokenJson): Promise<TokenJson | null> {
    const found = await this.found(token);
    return found ? { id: found.stored.row.id, ...revealToken(found.stored.token) } : null;
  }

  found(token: TokenJson): Promise<FoundToken | undefined> {
    return this.#store.findToken(parseFindToken({ token }), this.#deadline());
  }

  async findById(id: string): Promise<TokenJson | null> {
    const found = await this.#store.findTokenById(parseFindTokenById({ id }), this.#deadline());
    return found ? { id: found.row.id, ...revealToken(found.token) } : null;
  }

  delete(id: string, revoke = false): Promise<DeleteTokenResult> {
    return this.#store.deleteToken(parseDeleteToken({ id, revoke }), this.#deadline());
  }

  deleteAll(requestId?: string): Promise<void> {
    return this.#store.deleteTokens(parseDeleteTokens({ requestId }), this.#deadline());
  }

  list(request: Operations['getTokens']['event'] = {}): Promise<GetTokensResult> {
    return this.#store.getTokens(parseGetTokens(request), this.#deadline());
  }

  accessToken(request: Operations['getAccessToken']['event']): Promise<GetAccessTokenResult> {
    return this.#store.getAccessToken(parseGetAccessToken(request), this.#deadline());
  }

  restore(request: Operations['restoreTokens']['event']): Promise<RestoreTokensResult> {
    return this.#store.restoreTokens(parseRestoreTokens(request), this.#deadline());
  }

  #deadline() {
    return ampleDeadline(this.parts.clock);
  }
}
