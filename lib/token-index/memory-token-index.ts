/**
 * The index in memory, for tests and simulations: the same answers as DynamoDB's, no network.
 * Every operation takes effect at one instant, as a strongly consistent table's would.
 */
import type { LookupKey } from './lookup-key.ts';
import { noSuchPage, pageCursor, pageStart } from './page-cursor.ts';
import {
  isAlive,
  judgedRow,
  type KeyEntry,
  type KeyRow,
  type KeyRowWrite,
  MAX_COMMIT_ITEMS,
  type OperatorMarks,
  type RowCheck,
  type RowWrite,
  type TokenIndex,
  type TokenRow,
} from './token-index.ts';

/** Everything that an index holds at one moment. */
export interface IndexCopy {
  readonly generation: number;
  readonly rows: readonly (readonly [string, TokenRow])[];
  readonly keyRows: readonly (readonly [LookupKey, KeyRow])[];
}

const EMPTY: IndexCopy = { generation: 0, rows: [], keyRows: [] };

let stores = 0;

export class MemoryTokenIndex implements TokenIndex {
  readonly #name = `memory-${++stores}`;
  #generation = 0;
  readonly #rows: Map<string, TokenRow>;
  readonly #keyRows = new Map<LookupKey, KeyRow>();
  readonly #logoutRequests = new Set<string>();

  /** @param rows - shared with what sees the same rows in another order */
  constructor(rows = new Map<string, TokenRow>()) {
    this.#rows = rows;
  }

  read: TokenIndex['read'] = async ({ ids = [], keys = [] }) => ({
    generation: this.#generation,
    rows: pick(this.#rows, ids),
    keyRows: pick(this.#keyRows, keys),
  });

  commit: TokenIndex['commit'] = async ({ rows, keyRows, checks = [] }) => {
    const items = rows.length + keyRows.length + checks.length;
    if (items > MAX_COMMIT_ITEMS) throw new Error(`A commit of ${items} items is refused.`);
    const holds =
      checks.every((check) => this.#checkHolds(check)) &&
      rows.every((write) => this.#rowExpectationHolds(write)) &&
      keyRows.every(({ key, expected }) => sameEntries(this.#keyRows.get(key)?.entries, expected));
    if (!holds) return 'conflict';
    for (const write of rows) this.#writeRow(write);
    for (const write of keyRows) this.#writeKeyRow(write);
    return 'committed';
  };

  acquireLease: TokenIndex['acquireLease'] = async ({ row, owner, nowMs, untilMs }) => {
    const stored = this.#rows.get(row.id);
    if (!sameAsRead(stored, row)) return { outcome: 'changed' };
    if (stored.lease && stored.lease.owner !== owner && stored.lease.untilMs > nowMs) {
      return { outcome: 'held' };
    }
    const fence = stored.fence + 1;
    const openFence = stored.openFence ?? fence;
    const leased = { ...stored, fence, openFence, lease: { owner, untilMs } };
    this.#rows.set(row.id, leased);
    return { outcome: 'acquired', row: leased, abandoned: stored.lease !== undefined };
  };

  endLease: TokenIndex['endLease'] = async (request) => {
    const { id, owner, fence, revision, judged, leavesOpen = false } = request;
    const stored = this.#rows.get(id);
    if (stored?.lease?.owner !== owner || stored.fence !== fence) return false;
    const { lease: _ended, openFence, ...closed } = stored;
    const free = { ...closed, ...(leavesOpen && openFence !== undefined && { openFence }) };
    if (judged === undefined || stored.revision !== revision) {
      this.#rows.set(id, free);
      return false;
    }
    this.#rows.set(id, judgedRow(free, judged));
    return true;
  };

  startNextGeneration: TokenIndex['startNextGeneration'] = async (requestId) => {
    if (this.#logoutRequests.has(requestId)) return;
    this.#logoutRequests.add(requestId);
    this.#generation += 1;
  };

  page: TokenIndex['page'] = async ({ cursor, limit }) => {
    const all = [...this.#rows.keys()];
    const start = cursor === undefined ? 0 : all.indexOf(pageStart(this.#name, cursor)) + 1;
    if (cursor !== undefined && start === 0) throw noSuchPage();
    const ids = all.slice(start, start + limit);
    const last = ids.at(-1);
    return {
      generation: this.#generation,
      rows: [...pick(this.#rows, ids).values()],
      ...(last !== undefined && start + limit < all.length && { cursor: this.cursorAfter(last) }),
    };
  };

  scan: TokenIndex['scan'] = async ({ cursor, limit }) => {
    const start = cursor === undefined ? '' : pageStart(this.#name, cursor);
    const all = [...this.#rows.keys(), ...this.#keyRows.keys()].sort();
    const left = all.filter((name) => name > start);
    const names = left.slice(0, limit);
    const last = names.at(-1);
    return {
      generation: this.#generation,
      rows: [...pick(this.#rows, names).values()],
      keyRows: [...pick(this.#keyRows, names as LookupKey[]).values()],
      ...(last !== undefined && left.length > limit && { cursor: this.cursorAfter(last) }),
    };
  };

  cursorAfter = (name: string): string => pageCursor(this.#name, name);

  /** For tests: DynamoDB's time to live, or somebody with the console, takes a row away. */
  removeRow(id: string): void {
    this.#rows.delete(id);
  }

  /** For tests: what a point-in-time restore brings back. */
  snapshot(): IndexCopy {
    const generation = this.#generation;
    return { generation, rows: [...this.#rows], keyRows: [...this.#keyRows] };
  }

  /** For tests: the table as it was then; without a copy, a new and empty one. */
  restore({ generation, rows, keyRows }: IndexCopy = EMPTY): void {
    this.#generation = generation;
    this.#rows.clear();
    this.#keyRows.clear();
    for (const [id, row] of rows) this.#rows.set(id, row);
    for (const [key, row] of keyRows) this.#keyRows.set(key, row);
  }

  #checkHolds({ id, expected }: RowCheck): boolean {
    const stored = this.#rows.get(id);
    return expected === 'absent' ? stored === undefined : stored?.revision === expected.revision;
  }

  #rowExpectationHolds({ row, expected }: RowWrite): boolean {
    const stored = this.#rows.get(row.id);
    if (expected === 'absent') return stored === undefined;
    if (stored?.revision !== expected.revision) return false;
    if (expected.fence !== undefined && stored.fence !== expected.fence) return false;
    if (expected.marks !== undefined && !sameMarks(stored, expected.marks)) return false;
    if (expected.lease === undefined) return true;
    return stored.lease?.owner === expected.lease.owner && stored.fence === expected.lease.fence;
  }

  #writeRow({ row, expected }: RowWrite): void {
    const stored = this.#rows.get(row.id);
    const { lease: _lease, openFence: _open, ...written } = row;
    const endsLease = expected !== 'absent' && expected.lease !== undefined;
    this.#rows.set(row.id, {
      ...written,
      fence: stored?.fence ?? 0,
      ...(stored?.lease && !endsLease && { lease: stored.lease }),
      ...(stored?.openFence && !endsLease && { openFence: stored.openFence }),
    });
  }

  #writeKeyRow({ key, entries }: KeyRowWrite): void {
    if (entries.length === 0) this.#keyRows.delete(key);
    else this.#keyRows.set(key, { key, entries });
  }
}

function sameAsRead(stored: TokenRow | undefined, row: TokenRow): stored is TokenRow {
  return (
    stored?.revision === row.revision &&
    stored.state === row.state &&
    isAlive(stored, row.generation)
  );
}

function sameMarks(stored: OperatorMarks, expected: OperatorMarks): boolean {
  const { refreshRequestedAtMs, checkedAtMs } = stored;
  return (
    refreshRequestedAtMs === expected.refreshRequestedAtMs && checkedAtMs === expected.checkedAtMs
  );
}

function sameEntries(stored: readonly KeyEntry[] = [], expected: readonly KeyEntry[]): boolean {
  return JSON.stringify(stored) === JSON.stringify(expected);
}

function pick<Key, Value>(from: ReadonlyMap<Key, Value>, keys: readonly Key[]): Map<Key, Value> {
  const picked = new Map<Key, Value>();
  for (const key of keys) {
    const value = from.get(key);
    if (value !== undefined) picked.set(key, value);
  }
  return picked;
}
