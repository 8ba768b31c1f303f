/**
 * What looks wrong between token rows and key rows: keys that lead to tokens which do not have
 * them, and tokens that a key of theirs does not lead to. Both are written in one transaction, so
 * whoever sees them differ at one moment sees damage. That moment is made of three reads:
 *
 *   token row r7 ────── key row ────── token row r7 still: so it was while the key row was read
 *
 * A repair then commits on condition that neither has changed since.
 */
import type { Deadline } from '../deadline.ts';
import { insertedByTime } from '../token-index/key-row-writes.ts';
import { kindOf, type LookupKey } from '../token-index/lookup-key.ts';
import {
  type IndexSnapshot,
  isAlive,
  isTombstone,
  type KeyEntry,
  type KeyRow,
  type TokenIndex,
  type TokenRow,
} from '../token-index/token-index.ts';
import type { Confirmed, RepairOutcome, Suspect } from './suspect.ts';

/** A token row, a key row, and the tokens it leads to, as they stood at one moment. */
interface Moment {
  readonly row: TokenRow | undefined;
  readonly entries: readonly KeyEntry[];
  readonly others: Pick<IndexSnapshot, 'generation' | 'rows'>;
}

export class KeySuspects {
  readonly #index: TokenIndex;

  constructor({ index }: { readonly index: TokenIndex }) {
    this.#index = index;
  }

  async among(
    page: {
      readonly generation: number;
      readonly rows: readonly TokenRow[];
      readonly keyRows: readonly KeyRow[];
    },
    deadline: Deadline,
  ): Promise<Suspect[]> {
    const living = page.rows.filter((row) => isAlive(row, page.generation));
    const keys = living.flatMap((row) => row.keys);
    const { keyRows } = await this.#index.read({ keys }, deadline);
    const led = page.keyRows.flatMap(({ entries }) => entries.map(({ id }) => id));
    const { rows } = await this.#index.read({ ids: led }, deadline);
    return [
      ...living.flatMap((row) =>
        row.keys
          .filter((key) => !leadsTo(keyRows.get(key)?.entries, row.id))
          .map((key) => this.#suspect('missing-key', row.id, key)),
      ),
      ...page.keyRows.flatMap(({ key, entries }) =>
        entries
          .filter(({ id }) => isStray(key, rows.get(id)))
          .map(({ id }) => this.#suspect('stray-key', id, key)),
      ),
    ];
  }

  #suspect(kind: 'missing-key' | 'stray-key', id: string, key: LookupKey): Suspect {
    const look = kind === 'stray-key' ? this.#stray : this.#missing;
    return { kind, id, confirm: (deadline) => look(id, key, deadline) };
  }

  #stray = async (
    id: string,
    key: LookupKey,
    deadline: Deadline,
  ): Promise<Confirmed | undefined> => {
    const moment = await this.#moment(id, key, deadline);
    if (moment === undefined) return undefined;
    const { row, entries } = moment;
    if (!leadsTo(entries, id) || !isStray(key, row)) return undefined;
    const others = entries.filter((entry) => entry.id !== id);
    const repair = (until: Deadline) => this.#rewrite(id, key, moment, others, until);
    return { kind: 'stray-key', id, repair };
  };

  #missing = async (
    id: string,
    key: LookupKey,
    deadline: Deadline,
  ): Promise<Confirmed | undefined> => {
    const moment = await this.#moment(id, key, deadline);
    if (moment === undefined) return undefined;
    const { row, entries, others } = moment;
    if (row === undefined || !isAlive(row, others.generation)) return undefined;
    if (!row.keys.includes(key) || leadsTo(entries, id)) return undefined;
    if (hasRival(row, key, moment)) return { kind: 'conflicting-key', id };
    const whole = inserted(row, moment);
    const repair = (until: Deadline) => this.#rewrite(id, key, moment, whole, until);
    return { kind: 'missing-key', id, repair };
  };

  /** Undefined where the token changed between the reads: its writer leaves it whole. */
  async #moment(id: string, key: LookupKey, deadline: Deadline): Promise<Moment | undefined> {
    const before = (await this.#index.read({ ids: [id] }, deadline)).rows.get(id);
    const { keyRows } = await this.#index.read({ keys: [key] }, deadline);
    const entries = keyRows.get(key)?.entries ?? [];
    const ids = [id, ...entries.map((entry) => entry.id)];
    const others = await this.#index.read({ ids }, deadline);
    const row = others.rows.get(id);
    return row?.revision === before?.revision ? { row, entries, others } : undefined;
  }

  async #rewrite(
    id: string,
    key: LookupKey,
    { row, entries: expected }: Moment,
    entries: readonly KeyEntry[],
    deadline: Deadline,
  ): Promise<RepairOutcome> {
    const check = { id, expected: row ? { revision: row.revision } : ('absent' as const) };
    const outcome = await this.#index.commit(
      { rows: [], keyRows: [{ key, entries, expected }], checks: [check] },
      deadline,
    );
    return outcome === 'conflict' ? 'changed' : 'repaired';
  }
}

function leadsTo(entries: readonly KeyEntry[] | undefined, id: string): boolean {
  return entries?.some((entry) => entry.id === id) ?? false;
}

/** A logged-out token has its keys until it becomes a tombstone, in the same transaction. */
function isStray(key: LookupKey, row: TokenRow | undefined): boolean {
  return row === undefined || isTombstone(row) || !row.keys.includes(key);
}

/** A user has one token per client: two would take turns in being found. */
function hasRival(row: TokenRow, key: LookupKey, { entries, others }: Moment): boolean {
  if (kindOf(key) !== 'user') return false;
  return entries.some(({ id }) => {
    const other = others.rows.get(id);
    return other && isAlive(other, others.generation) && other.clientId === row.clientId;
  });
}

/** The most recently saved token stands last. */
function inserted(row: TokenRow, { entries, others }: Moment): KeyEntry[] {
  return insertedByTime(entries, row, (id) => others.rows.get(id)?.writtenAtMs ?? 0);
}
