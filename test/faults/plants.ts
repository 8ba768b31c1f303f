/**
 * Bugs that storms and conflicts are there to find, as a careless change would make them; those of
 * the histories first, here over the adapters that make the calls.
 */
import { LatchkeyError } from '../../lib/errors.ts';
import type { TokenIndex } from '../../lib/token-index/token-index.ts';
import type { Plant } from '../crash/world/store-services.ts';
import type { Plant as PlantOfHistories } from '../histories/machine/machine.ts';
import { PLANTS } from '../histories/plants.ts';

function ofHistories({ index, vault }: PlantOfHistories): Plant {
  return {
    ports: (ports) => ({
      index: index?.(ports.index) ?? ports.index,
      vault: vault?.(ports.vault) ?? ports.vault,
    }),
  };
}

const withIndex = (changed: (index: TokenIndex) => Partial<TokenIndex>): Plant => ({
  ports: ({ index, vault }) => ({ index: { ...index, ...changed(index) }, vault }),
});

/** A transaction whose answer was lost is another one when the client repeats it. */
const noRequestToken: Plant = {
  request: (call) => {
    const { ClientRequestToken: _dropped, ...request } = call.request;
    return call.action === 'TransactWriteItems' ? { ...call, request } : call;
  },
};

/** Whoever was second is told that all is well. */
const conflictTakenForSuccess = withIndex((index) => ({
  commit: async (writes, deadline) => {
    await index.commit(writes, deadline);
    return 'committed';
  },
}));

/** What the service would not do at once is left to the caller. */
const givesUpAtConflict = withIndex((index) => ({
  commit: async (writes, deadline) => {
    if ((await index.commit(writes, deadline)) === 'committed') return 'committed';
    throw new LatchkeyError('STORE_UNAVAILABLE', 'Somebody else is at it.');
  },
}));

/** A version that cannot be read yet is taken for one that is gone for good. */
const believesStaleReads: Plant = {
  ports: ({ index, vault }) => ({
    index,
    vault: {
      ...vault,
      read: async (version, deadline) => {
        const content = await vault.read(version, deadline);
        if (content !== undefined) return content;
        const [id = ''] = /[0-9a-f]{32}/.exec(version.secretArn) ?? [];
        const { rows } = await index.read({ ids: [id] }, deadline);
        const row = rows.get(id);
        if (row?.state !== 'active') return undefined;
        const condemned = { ...row, state: 'needs-reauthorization' as const };
        const expected = { revision: row.revision };
        await index.commit({ rows: [{ row: condemned, expected }], keyRows: [] }, deadline);
        return undefined;
      },
    },
  }),
};

/** What a worker stored and did not commit is left where it is. */
const looksForNothing: Plant = {
  ports: ({ index, vault }) => ({
    index,
    vault: { ...vault, readRefreshed: async () => undefined },
  }),
};

export const STORM_PLANTS = {
  'no condition on the row': ofHistories(PLANTS['no condition on the row']),
  'unfenced commit': ofHistories(PLANTS['unfenced commit']),
  'a find that reads AWSCURRENT': ofHistories(PLANTS['a find that reads AWSCURRENT']),
  'a conflict that is taken for success': conflictTakenForSuccess,
  'a stale read that is believed': believesStaleReads,
  'nobody looks for what a dead worker left': looksForNothing,
} as const satisfies Record<string, Plant>;

/** With the scenario that shows it, and what has to befall. */
export const CONFLICT_PLANTS = {
  'a transaction without its request token': {
    plant: noRequestToken,
    scenario: 'delete a token',
    conflict: /its answer is lost/,
  },
  'a conflict that is taken for success': {
    plant: conflictTakenForSuccess,
    scenario: 'save a new token',
    conflict: /meets another transaction/,
  },
  'a save that gives up at a conflict': {
    plant: givesUpAtConflict,
    scenario: 'save a changed token',
    conflict: /meets another transaction/,
  },
} as const;
