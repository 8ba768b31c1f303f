/** Everything that a store holds, as its ports show it while nobody works. */
import type { Deadline } from '../../../lib/deadline.ts';
import {
  isAlive,
  type KeyRow,
  type TokenIndex,
  type TokenRow,
} from '../../../lib/token-index/token-index.ts';
import type { ListedSecret, SecretContent, TokenVault } from '../../../lib/vault/token-vault.ts';

/** What the invariants are checked over. Hand in ports that fail no call and show no old state. */
export interface StorePorts {
  readonly index: TokenIndex;
  readonly vault: TokenVault;
}

export interface StoreSnapshot {
  readonly generation: number;
  readonly rows: ReadonlyMap<string, TokenRow>;
  readonly keyRows: readonly KeyRow[];
  /** The rows whose tokens are in the store. */
  readonly living: readonly TokenRow[];
  /** What their pinned versions hold, by token id; absent where it cannot be read. */
  readonly contents: ReadonlyMap<string, SecretContent>;
  readonly secrets: readonly ListedSecret[];
}

const PAGE = 100;

export async function takeSnapshot(
  { index, vault }: StorePorts,
  deadline: Deadline,
): Promise<StoreSnapshot> {
  const { rows, keyRows, generation } = await everyItem(index, deadline);
  const living = [...rows.values()].filter((row) => isAlive(row, generation));
  const contents = new Map<string, SecretContent>();
  for (const row of living) {
    const content = await vault.read(row, deadline);
    if (content !== undefined) contents.set(row.id, content);
  }
  return {
    generation,
    rows,
    keyRows,
    living,
    contents,
    secrets: await everySecret(vault, deadline),
  };
}

async function everyItem(index: TokenIndex, deadline: Deadline) {
  const rows = new Map<string, TokenRow>();
  const keyRows: KeyRow[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await index.scan({ limit: PAGE, ...(cursor && { cursor }) }, deadline);
    for (const row of page.rows) rows.set(row.id, row);
    keyRows.push(...page.keyRows);
    cursor = page.cursor;
    if (cursor === undefined) return { rows, keyRows, generation: page.generation };
  }
}

async function everySecret(vault: TokenVault, deadline: Deadline): Promise<ListedSecret[]> {
  const secrets: ListedSecret[] = [];
  let cursor: string | undefined;
  do {
    const page = await vault.list({ limit: PAGE, ...(cursor && { cursor }) }, deadline);
    secrets.push(...page.secrets);
    cursor = page.cursor;
  } while (cursor !== undefined);
  return secrets;
}
