/** An operator's notes in memory, on the rows of a memory token index: for tests and simulations. */
import type { OperatorNotes } from './operator-notes.ts';
import { isTombstone, type TokenRow } from './token-index.ts';

export class MemoryOperatorNotes implements OperatorNotes {
  readonly #rows: Map<string, TokenRow>;

  /** @param rows - those of the `MemoryTokenIndex` */
  constructor(rows: Map<string, TokenRow>) {
    this.#rows = rows;
  }

  requestRefresh: OperatorNotes['requestRefresh'] = async ({ row, nowMs, dueAtMs }) => {
    const stored = this.#asRead(row);
    if (stored === undefined || stored.refreshRequestedAtMs !== undefined) return false;
    this.#rows.set(row.id, { ...stored, refreshRequestedAtMs: nowMs, dueAtMs });
    return true;
  };

  noteChecked: OperatorNotes['noteChecked'] = async ({ row, nowMs }) => {
    const stored = this.#asRead(row);
    if (stored?.failure === undefined) return false;
    this.#rows.set(row.id, { ...stored, checkedAtMs: nowMs });
    return true;
  };

  #asRead(row: TokenRow): TokenRow | undefined {
    const stored = this.#rows.get(row.id);
    const same = stored?.revision === row.revision && stored.state === row.state;
    return same && !isTombstone(row) ? stored : undefined;
  }
}
