/**
 * The index as DynamoDB shows it: each item is read at an instant of its own. A batch, a page or a
 * scan is no snapshot, and what one transaction wrote may be seen in one item and not in the other.
 */
import type { Deadline } from '../../../lib/deadline.ts';
import type { KeyRow, TokenIndex, TokenRow } from '../../../lib/token-index/token-index.ts';

/** In which order the items of a batch are read, unless somebody's choice mixes them. */
export const READ_ORDERS = ['rows first', 'keys first', 'keys first, generation last'] as const;
export type ReadOrder = (typeof READ_ORDERS)[number];

/** Carries out the read of one item, when its time has come. */
export type ReadItem = <Item>(what: string, read: () => Promise<Item>) => Promise<Item>;

export function tornReads(
  inner: TokenIndex,
  readItem: ReadItem,
  order: ReadOrder,
): Pick<TokenIndex, 'read' | 'page' | 'scan'> {
  const generationNow = (deadline: Deadline) =>
    readItem('generation', async () => (await inner.read({}, deadline)).generation);
  const rowNow = (id: string, deadline: Deadline) =>
    readItem(`token ${nameOf(id)}`, async () => {
      return (await inner.read({ ids: [id] }, deadline)).rows.get(id);
    });
  const keyRowNow = (key: KeyRow['key'], deadline: Deadline) =>
    readItem(`key ${key.slice(0, key.indexOf('#') + 5)}`, async () => {
      return (await inner.read({ keys: [key] }, deadline)).keyRows.get(key);
    });
  const rowsNow = async (ids: readonly string[], deadline: Deadline): Promise<TokenRow[]> => {
    const rows = await Promise.all(ids.map((id) => rowNow(id, deadline)));
    return rows.filter((row) => row !== undefined);
  };
  const keyRowsNow = async (
    keys: readonly KeyRow['key'][],
    deadline: Deadline,
  ): Promise<KeyRow[]> => {
    const keyRows = await Promise.all(keys.map((key) => keyRowNow(key, deadline)));
    return keyRows.filter((row) => row !== undefined);
  };
  return {
    read: async ({ ids = [], keys = [] }, deadline) => {
      const reads = {
        generation: () => generationNow(deadline),
        rows: () => rowsNow([...new Set(ids)], deadline),
        keys: () => keyRowsNow([...new Set(keys)], deadline),
      };
      const { generation, rows, keys: keyRows } = await sideBySide(reads, order);
      return {
        generation,
        rows: new Map(rows.map((row) => [row.id, row])),
        keyRows: new Map(keyRows.map((row) => [row.key, row])),
      };
    },
    page: async (request, deadline) => {
      const { rows: listed, ...page } = await readItem('page', () => inner.page(request, deadline));
      const ids = listed.map(({ id }) => id);
      const [generation, rows] = await Promise.all([
        generationNow(deadline),
        rowsNow(ids, deadline),
      ]);
      return { ...page, generation, rows };
    },
    scan: async (request, deadline) => {
      const {
        rows: listed,
        keyRows: keys,
        ...page
      } = await readItem('scan', () => inner.scan(request, deadline));
      const [generation, rows, keyRows] = await Promise.all([
        generationNow(deadline),
        rowsNow(
          listed.map(({ id }) => id),
          deadline,
        ),
        keyRowsNow(
          keys.map(({ key }) => key),
          deadline,
        ),
      ]);
      return { ...page, generation, rows, keyRows };
    },
  };
}

/** All are begun at once; what is begun first is read first. */
async function sideBySide<Generation, Rows, Keys>(
  reads: {
    readonly generation: () => Promise<Generation>;
    readonly rows: () => Promise<Rows>;
    readonly keys: () => Promise<Keys>;
  },
  order: ReadOrder,
): Promise<{ generation: Generation; rows: Rows; keys: Keys }> {
  const early = order === 'keys first, generation last' ? undefined : reads.generation();
  const keysEarly = order === 'rows first' ? undefined : reads.keys();
  const begun = [reads.rows(), keysEarly ?? reads.keys(), early ?? reads.generation()] as const;
  const [rows, keys, generation] = await Promise.all(begun);
  return { generation, rows, keys };
}

/** Ids here are counted: the last digits tell them apart. */
function nameOf(id: string): string {
  return id.replace(/^0+(?=.)/, '');
}
