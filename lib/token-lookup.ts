/**
 * From lookup keys to living token rows in as few strongly consistent reads as can be: one where
 * this container has followed the key before, two where it has not.
 */
import type { Deadline } from './deadline.ts';
import { LatchkeyError } from './errors.ts';
import type { LookupKey } from './token-index/lookup-key.ts';
import {
  type IndexSnapshot,
  isAlive,
  isTombstone,
  MAX_READ_ITEMS,
  type TokenIndex,
  type TokenRow,
} from './token-index/token-index.ts';
import type { LivingRows } from './token-match.ts';

/** What the index said of some keys, with every token that they lead to. */
export interface Lookup extends IndexSnapshot {
  readonly living: LivingRows;
}

/** Reads before it is settled that a key row leads to a row without that key. */
const CONSISTENCY_ATTEMPTS = 4;
const REMEMBERED_KEYS = 2_000;

export class TokenLookup {
  readonly #index: TokenIndex;
  /** Where keys led last time: a guess to read along, checked by the same read. */
  readonly #remembered = new Map<LookupKey, readonly string[]>();

  constructor(index: TokenIndex) {
    this.#index = index;
  }

  /** Reads the keys, the tokens behind them, and any `ids` besides. */
  async read(
    request: { readonly keys: readonly LookupKey[]; readonly ids?: readonly string[] },
    deadline: Deadline,
  ): Promise<Lookup> {
    const { keys } = request;
    let ids = new Set([...(request.ids ?? []), ...keys.flatMap((key) => this.#recall(key))]);
    for (let attempt = 1; ; attempt += 1) {
      const snapshot = await this.#index.read({ ids: within(ids, keys), keys }, deadline);
      const led = [...snapshot.keyRows.values()].flatMap(({ entries }) =>
        entries.map(({ id }) => id),
      );
      const complete = led.every((id) => ids.has(id));
      if (complete && (attempt >= CONSISTENCY_ATTEMPTS || isConsistent(snapshot))) {
        this.#remember(snapshot);
        return { ...snapshot, living: livingRows(snapshot) };
      }
      ids = new Set([...(request.ids ?? []), ...led]);
    }
  }

  #recall(key: LookupKey): readonly string[] {
    return this.#remembered.get(key) ?? [];
  }

  #remember({ keyRows }: IndexSnapshot): void {
    for (const { key, entries } of keyRows.values()) {
      this.#remembered.delete(key);
      this.#remembered.set(
        key,
        entries.map(({ id }) => id),
      );
    }
    for (const key of this.#remembered.keys()) {
      if (this.#remembered.size <= REMEMBERED_KEYS) break;
      this.#remembered.delete(key);
    }
  }
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

function within(ids: ReadonlySet<string>, keys: readonly LookupKey[]): readonly string[] {
  if (ids.size + keys.length <= MAX_READ_ITEMS) return [...ids];
  throw new LatchkeyError(
    'CONFLICT',
    `More than ${MAX_READ_ITEMS - keys.length} tokens share a user or a credential. ` +
      'Delete those that are not used any more.',
  );
}
