/** Bugs of each class that the histories are there to find, as a careless change would make them. */
import type { TokenIndex } from '../../lib/token-index/token-index.ts';
import type { StoredToken } from '../../lib/token-reader.ts';
import { TokenReader } from '../../lib/token-reader.ts';
import { secretJson, versionToken } from '../../lib/vault/secret-json.ts';
import type { Plant } from './machine/machine.ts';

/** The row first, what it pins after it. */
const commitBeforeSecret: Plant = {
  ports: (ports) => {
    let write = async (): Promise<unknown> => undefined;
    return {
      ...ports,
      vault: {
        ...ports.vault,
        write: async (secretArn, content, deadline) => {
          write = () => ports.vault.write(secretArn, content, deadline);
          return { secretArn, versionId: versionToken(secretJson(content)) };
        },
      },
      index: {
        ...ports.index,
        commit: async (writes, deadline) => {
          const outcome = await ports.index.commit(writes, deadline);
          if (outcome === 'committed') await write();
          write = async () => undefined;
          return outcome;
        },
      },
    };
  },
};

/** The row is written whatever it has become since it was read. */
const unconditionalRow: Plant = {
  index: (index) => ({
    ...index,
    commit: async ({ rows, ...others }, deadline) => {
      const standing = await index.read({ ids: rows.map(({ row }) => row.id) }, deadline);
      const anyway = rows.map((write) => {
        const row = standing.rows.get(write.row.id);
        if (write.expected === 'absent' || row === undefined) return write;
        return { ...write, expected: { ...write.expected, revision: row.revision } };
      });
      return index.commit({ ...others, rows: anyway }, deadline);
    },
  }),
};

/** A key row is written whatever it leads to by now. */
const unconditionalKeys: Plant = {
  index: (index) => ({
    ...index,
    commit: async ({ keyRows, ...others }, deadline) => {
      const standing = await index.read({ keys: keyRows.map(({ key }) => key) }, deadline);
      const anyway = keyRows.map((write) => {
        return { ...write, expected: standing.keyRows.get(write.key)?.entries ?? [] };
      });
      return index.commit({ ...others, keyRows: anyway }, deadline);
    },
  }),
};

/** A row that a commit only relies on may have become what it likes. */
const uncheckedRows: Plant = {
  index: (index) => ({
    ...index,
    commit: ({ rows, keyRows }, deadline) => index.commit({ rows, keyRows }, deadline),
  }),
};

/** A worker that was frozen past its lease writes what it has over what has come since. */
const unfencedCommit: Plant = {
  index: (index) => ({
    ...index,
    commit: async (writes, deadline) => {
      const underLease = writes.rows.some(
        ({ expected }) => expected !== 'absent' && expected.lease !== undefined,
      );
      if (!underLease) return index.commit(writes, deadline);
      const rows = await asTheyStand(index, writes.rows, deadline);
      return index.commit({ rows, keyRows: writes.keyRows }, deadline);
    },
  }),
};

/** The writes with the expectations that hold. */
async function asTheyStand(
  index: TokenIndex,
  writes: Parameters<TokenIndex['commit']>[0]['rows'],
  deadline: Parameters<TokenIndex['commit']>[1],
) {
  const { rows } = await index.read({ ids: writes.map(({ row }) => row.id) }, deadline);
  return writes.map(({ row }) => {
    return { row, expected: { revision: rows.get(row.id)?.revision ?? 0 } };
  });
}

/** A find takes the newest version for the one that counts. */
const readsCurrent: Plant = {
  vault: (vault) => ({
    ...vault,
    read: async (version, deadline) => {
      return (await vault.readCurrent(version.secretArn, deadline))?.content;
    },
  }),
};

/** A container keeps what it has read, and does not ask the row whether it is so still. */
const uncheckedCache: Plant = {
  parts: (parts) => {
    const kept = new Map<string, StoredToken>();
    const reader = new TokenReader(parts);
    reader.read = async (row, deadline) => {
      const stored = kept.get(row.id) ?? (await parts.reader.read(row, deadline));
      if (stored !== undefined) kept.set(row.id, stored);
      return stored;
    };
    return { ...parts, reader };
  },
};

/** A restore, or a refresh, brings a token back that was deleted. */
const forgetsDeletions: Plant = {
  index: (index) => ({
    ...index,
    commit: async ({ rows, ...others }, deadline) => {
      const undead = rows.map((write) =>
        write.row.state === 'deleted'
          ? { ...write, row: { ...write.row, state: 'active' as const } }
          : write,
      );
      return index.commit({ ...others, rows: undead }, deadline);
    },
  }),
};

export const PLANTS = {
  'commit before secret': commitBeforeSecret,
  'no condition on the row': unconditionalRow,
  'no condition on key rows': unconditionalKeys,
  'no check of rows that are relied on': uncheckedRows,
  'unfenced commit': unfencedCommit,
  'a find that reads AWSCURRENT': readsCurrent,
  'a cache without the row check': uncheckedCache,
  'a deletion that is forgotten': forgetsDeletions,
} as const satisfies Record<string, Plant>;
