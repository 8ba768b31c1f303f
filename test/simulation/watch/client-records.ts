/** How the tokens of each OAuth client fare, as the store may see it from their refreshes. */
import type { RefreshVerdict } from '../../../lib/provider/token-provider.ts';
import type { Account } from '../world/account.ts';
import type { TokenRecord } from './token-record.ts';

/** So many refusals of a client's tokens, in so long, are believed of none of them. */
const INCIDENT_REFUSALS = 5;
const INCIDENT_MS = 1_200_000;
/**
 * A success is counted for its client for ten minutes at least; but not one on demand, or whose
 * worker died before the end of its batch. Of so many one is counted.
 */
const COUNTED_MS = 540_000;
const SURELY_COUNTED = 4;

/** When tokens of a client were refused, and refreshed. */
interface ClientRecord {
  readonly refusedAtMs: number[];
  readonly refreshedAtMs: number[];
}

export class ClientRecords {
  readonly #accounts: readonly Account[];
  readonly #clients = new Map<string, ClientRecord>();

  constructor(accounts: readonly Account[]) {
    this.#accounts = accounts;
  }

  /** @param owner - whose token was asked for */
  answered(owner: number, verdict: RefreshVerdict['verdict'], nowMs: number): void {
    const { refusedAtMs, refreshedAtMs } = this.#of(owner);
    if (verdict === 'revoked') refusedAtMs.push(nowMs);
    if (verdict === 'refreshed') refreshedAtMs.push(nowMs);
  }

  /** Whether the store may take this token's client, or the provider, to be in trouble. */
  isIncident({ owner, refusalsNoted }: TokenRecord, nowMs: number): boolean {
    const { refusedAtMs, refreshedAtMs } = this.#of(owner);
    const recent = refusedAtMs.filter((atMs) => atMs > nowMs - INCIDENT_MS);
    const counted = refreshedAtMs.filter((atMs) => atMs > nowMs - COUNTED_MS);
    const othersToo = counted.length < SURELY_COUNTED && recent.length > refusalsNoted;
    return othersToo || recent.length >= INCIDENT_REFUSALS;
  }

  #of(owner: number): ClientRecord {
    const account = this.#accounts[owner];
    const name = `${account?.clientId} ${account?.rotates}`;
    const known = this.#clients.get(name) ?? { refusedAtMs: [], refreshedAtMs: [] };
    this.#clients.set(name, known);
    return known;
  }
}
