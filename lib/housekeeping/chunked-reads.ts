/** Reads of as many rows or key rows as a page leads to, in as few calls as the index takes. */
import type { Deadline } from '../deadline.ts';
import type { LookupKey } from '../token-index/lookup-key.ts';
import {
  type IndexSnapshot,
  type KeyRow,
  MAX_READ_ITEMS,
  type TokenIndex,
  type TokenRow,
} from '../token-index/token-index.ts';

export async function readRows(
  index: TokenIndex,
  ids: readonly string[],
  deadline: Deadline,
): Promise<Pick<IndexSnapshot, 'generation' | 'rows'>> {
  const rows = new Map<string, TokenRow>();
  let generation = 0;
  for (const chunk of chunksOf(ids)) {
    const seen = await index.read({ ids: chunk }, deadline);
    for (const [id, row] of seen.rows) rows.set(id, row);
    generation = Math.max(generation, seen.generation);
  }
  return { generation, rows };
}

export async function readKeyRows(
  index: TokenIndex,
  keys: readonly LookupKey[],
  deadline: Deadline,
): Promise<ReadonlyMap<LookupKey, KeyRow>> {
  const keyRows = new Map<LookupKey, KeyRow>();
  for (const chunk of chunksOf(keys)) {
    const seen = await index.read({ keys: chunk }, deadline);
    for (const [key, row] of seen.keyRows) keyRows.set(key, row);
  }
  return keyRows;
}

function chunksOf<Name>(names: readonly Name[]): Name[][] {
  const once = [...new Set(names)];
  return Array.from({ length: Math.ceil(once.length / MAX_READ_ITEMS) }, (_, index) =>
    once.slice(index * MAX_READ_ITEMS, (index + 1) * MAX_READ_ITEMS),
  );
}
