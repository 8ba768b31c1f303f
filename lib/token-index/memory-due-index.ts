/** The due index in memory, over the rows of a memory token index: for tests and simulations. */
import { type DueIndex, dueShardOf } from './due-index.ts';
import type { TokenRow } from './token-index.ts';

export class MemoryDueIndex implements DueIndex {
  readonly #rows: Map<string, TokenRow>;

  /** @param rows - those of the `MemoryTokenIndex` */
  constructor(rows: Map<string, TokenRow>) {
    this.#rows = rows;
  }

  due: DueIndex['due'] = async ({ shard, untilMs, limit }) => {
    const found = [];
    for (const { id, dueAtMs, dispatches = 0 } of this.#rows.values()) {
      if (dueAtMs === undefined || dueAtMs > untilMs || dueShardOf(id) !== shard) continue;
      found.push({ id, dueAtMs, dispatches });
    }
    return found.sort((a, b) => a.dueAtMs - b.dueAtMs).slice(0, limit);
  };

  claim: DueIndex['claim'] = async ({ id, dueAtMs }, untilMs) => {
    const row = this.#rows.get(id);
    if (row?.dueAtMs !== dueAtMs) return false;
    this.#rows.set(id, { ...row, dueAtMs: untilMs, dispatches: (row.dispatches ?? 0) + 1 });
    return true;
  };

  settle: DueIndex['settle'] = async ({ row, dueAtMs, state }) => {
    const stored = this.#asRead(row);
    if (stored?.usedAtMs !== row.usedAtMs || stored.announce !== row.announce) return false;
    if (stored.refreshRequestedAtMs !== row.refreshRequestedAtMs) return false;
    const { dueAtMs: _due, dispatches: _sent, announce: _made, ...settled } = stored;
    this.#rows.set(row.id, {
      ...settled,
      ...(dueAtMs !== undefined && { dueAtMs }),
      ...(state !== undefined && { state }),
    });
    return true;
  };

  noteUse: DueIndex['noteUse'] = async (row, usedAtMs) => {
    const stored = this.#asRead(row);
    if (stored === undefined) return;
    const woken = { state: 'active' as const, dueAtMs: usedAtMs };
    this.#rows.set(row.id, { ...stored, usedAtMs, ...(row.state === 'idle' && woken) });
  };

  #asRead({ id, revision, state }: TokenRow): TokenRow | undefined {
    const stored = this.#rows.get(id);
    return stored?.revision === revision && stored.state === state ? stored : undefined;
  }
}
