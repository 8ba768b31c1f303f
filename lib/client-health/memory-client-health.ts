/** How clients fare, in memory: for tests and simulations. */
import {
  ANNOUNCED_FOR_MS,
  BUCKET_MS,
  type ClientCredentials,
  type ClientHealth,
  type ClientKey,
  MAX_ATTEMPTS,
  NO_OUTCOMES,
  type OutcomeCounts,
  sumOf,
} from './client-health.ts';

export class MemoryClientHealth implements ClientHealth {
  readonly #buckets = new Map<string, OutcomeCounts>();
  readonly #attempts = new Map<string, Set<string>>();
  readonly #announced = new Map<string, { readonly tokenId: string; readonly atMs: number }>();

  addRefreshed: ClientHealth['addRefreshed'] = async (client, count, nowMs) => {
    this.#add(client, nowMs, 'refreshed', count);
  };

  addFailure: ClientHealth['addFailure'] = async (client, { kind, attempt }, nowMs) => {
    const known = this.#attemptsOf(client, nowMs);
    const isNew = !known.has(attempt) && !this.#attemptsOf(client, nowMs - BUCKET_MS).has(attempt);
    if (known.size < MAX_ATTEMPTS) known.add(attempt);
    const current = this.#add(client, nowMs, kind, isNew ? 1 : 0);
    return sumOf(current, this.#bucket(client, nowMs - BUCKET_MS));
  };

  announceBy: ClientHealth['announceBy'] = async (client, { tokenId, notedAtMs = 0 }, nowMs) => {
    const name = credentialsName(client);
    const standing = this.#announced.get(name);
    const free = standing === undefined || standing.atMs <= nowMs - ANNOUNCED_FOR_MS;
    const mine = standing?.tokenId === tokenId && standing.atMs > notedAtMs;
    if (free || mine) this.#announced.set(name, { tokenId, atMs: nowMs });
    return free || mine;
  };

  endTrouble: ClientHealth['endTrouble'] = async (client) => {
    this.#announced.delete(credentialsName(client));
  };

  #attemptsOf(client: ClientKey, nowMs: number): Set<string> {
    const name = bucketName(client, nowMs);
    const known = this.#attempts.get(name) ?? new Set();
    this.#attempts.set(name, known);
    return known;
  }

  #add(client: ClientKey, nowMs: number, kind: keyof OutcomeCounts, count: number): OutcomeCounts {
    const before = this.#bucket(client, nowMs);
    const after = { ...before, [kind]: before[kind] + count };
    this.#buckets.set(bucketName(client, nowMs), after);
    return after;
  }

  #bucket(client: ClientKey, nowMs: number): OutcomeCounts {
    return this.#buckets.get(bucketName(client, nowMs)) ?? NO_OUTCOMES;
  }
}

function clientName({ provider = 'zoho', clientId }: ClientKey): string {
  return JSON.stringify([provider, clientId]);
}

function credentialsName({ secretHash, ...client }: ClientCredentials): string {
  return `${clientName(client)} ${secretHash}`;
}

function bucketName(client: ClientKey, nowMs: number): string {
  return `${clientName(client)} ${Math.floor(nowMs / BUCKET_MS)}`;
}
