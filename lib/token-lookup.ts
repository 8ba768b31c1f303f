/**
 * From lookup keys to living token rows in as few strongly consistent reads as can be: one where
 * this container has followed the key before, two where it has not.
 */
import type { Deadline } from './deadline.ts';
import type { LookupKey } from './token-index/lookup-key.ts';
import {
  type IndexSnapshot,
  isAlive,
  isTombstone,
  type KeyRow,
  type TokenIndex,
  type TokenRow,
} from './token-index/token-index.ts';
import type { LivingRows } from './token-match.ts';

/** What the index said of some keys, with every token that the followed ones lead to. */
export interface Lookup extends IndexSnapshot {
  readonly living: LivingRows;
}

export interface LookupRequest {
  readonly keys: readonly LookupKey[];
  /** Those of the keys whose tokens are asked for. Default: all. */
  readonly followed?: readonly LookupKey[];
  /** Rows to read besides. */
  readonly ids?: readonly string[];
}

/** Reads before it is settled that a key row leads to a row without that key. */
const CONSISTENCY_ATTEMPTS = 4;
const REMEMBERED_KEYS = 2_000;
/** Of one key: those that many tokens share are rare, and would fill the memory. */
const REMEMBERED_HOLDERS = 20;

export class TokenLookup {
  readonly #index: TokenIndex;
  /** Where keys led last time: a guess to read along, checked by the same read. */
  readonly #remembered = new Map<LookupKey, readonly string[]>();

  constructor(index: TokenIndex) {
    this.#index = index;
  }

  async read(
    { keys, followed = keys, ids: named = [] }: LookupRequest,
    deadline: Deadline,
  ): Promise<Lookup> {
    let ids = new Set([...named, ...followed.flatMap((key) => this.#recall(key))]);
    for (let attempt = 1; ; attempt += 1) {
      const snapshot = await this.#index.read({ ids: [...ids], keys }, deadline);
      const led = followed.flatMap((key) => idsOf(snapshot.keyRows.get(key)));
      const complete = led.every((id) => ids.has(id));
      if (complete && (attempt >= CONSISTENCY_ATTEMPTS || isConsistent(snapshot))) {
        this.#remember(snapshot);
        return { ...snapshot, living: livingRows(snapshot) };
      }
      ids = new Set([...named, ...led]);
    }
  }

  #recall(key: LookupKey): readonly string[] {
    return this.#remembered.get(key) ?? [];
  }

  #remember({ keyRows }: IndexSnapshot): void {
    for (const [key, row] of keyRows) {
      this.#remembered.delete(key);
      this.#remembered.set(key, idsOf(row).slice(-REMEMBERED_HOLDERS));
    }
    for (const key of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED_KEYS) break;
      this.#remembered.delete(key);
    }
  }
}

function idsOf(row: KeyRow | undefined): readonly string[] {
  return row?.entries.map(({ id }) => id) ?? [];
}

function livingRows({ rows, generation }: IndexSnapshot): LivingRows {
  return new Map([...rows].filter(([, row]) => isAlive(row, generation)));
}

/**
 * Items of one read are not read at one instant: a key row may lead to a token that had the key a
 * moment ago, or that was buried since, perhaps for another in its place; a row may be of a
 * generation that began since. Such a view is read again.
 */
function isConsistent({ keyRows, rows, generation }: IndexSnapshot): boolean {
  if ([...rows.values()].some((row) => row.generation > generation)) return false;
  return [...keyRows.values()].every(({ key, entries }) =>
    entries.every(({ id }) => {
      const row: TokenRow | undefined = rows.get(id);
      if (row === undefined) return true;
      if (isTombstone(row)) return false;
      return !isAlive(row, generation) || row.keys.includes(key);
    }),
  );
}
