/**
 * Saves, deletions, restores and refreshes between the housekeeper's last look and its repair, one
 * step at a time. Whoever was acknowledged stands.
 */
import {
  counted,
  DAY_MS,
  HOUR_MS,
  storeOfSomeDays,
} from '../../../support/core/housekept-store.ts';
import { expiredTokenOf } from '../../../support/core/tokens.ts';

type Store = Awaited<ReturnType<typeof storeOfSomeDays>>;
let store: Store['store'];
let ann: string;
let bob: string;
beforeEach(async () => {
  ({ store, ann, bob } = await storeOfSomeDays());
});

const dryRun = async () => counted((await store.housekeep('report')).findings);

/** Dies between the tombstone and the secret. */
async function halfDelete(id: string) {
  store.vault.fail('scheduleDeletion', new Error('crash'));
  await store
    .container()
    .delete(id)
    .catch(() => undefined);
  store.clock.advance(HOUR_MS);
}

async function restored(id: string) {
  expect((await store.container().restore({ id })).restored).toEqual([id]);
}

describe('a logged-out token', () => {
  test('that is restored before its tombstone is written stays restored', async () => {
    await store.container().deleteAll();
    store.index.at('commit', () => store.container().restore({ lastLogout: true }));
    const { findings } = await store.housekeep('repair');
    expect(counted(findings)).toEqual({});
    expect(store.vault.count('scheduleDeletion')).toBe(0);
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test.each(['before', 'after'] as const)(
    'that is restored %s its secret is let go stays restored',
    async (when) => {
      await store.container().deleteAll();
      store.vault.at('scheduleDeletion', () => store.container().restore({ lastLogout: true }), {
        when,
      });
      await store.housekeep('repair');
      expect(await store.damaged()).toEqual([]);
      expect(await dryRun()).toEqual({});
    },
  );

  test('that a save of before the logout reaches is gone all the same', async () => {
    const commit = store.index.hold('commit');
    const saving = store.container().save({ id: ann, accessToken: 'late' });
    await commit.reached;
    await store.container().deleteAll();
    store.acknowledged.clear();
    store.index.at('commit', async () => {
      commit.release();
      await saving;
    });
    await store.housekeep('repair');
    expect(await store.container().find({ accessToken: 'late' })).toBeNull();
    expect(await store.rowOf(ann)).toMatchObject({ state: 'logged-out' });
    expect(await dryRun()).toEqual({});
  });

  test('that a save of before the logout comes too late for is not brought back', async () => {
    const commit = store.index.hold('commit');
    const saving = store.container().save({ id: ann, accessToken: 'late' });
    await commit.reached;
    await store.container().deleteAll();
    store.acknowledged.clear();
    await store.housekeep('repair');
    commit.release();
    await expect(saving).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
    expect(await dryRun()).toEqual({});
  });

  test('that a refresh of before the logout comes back to is not brought back', async () => {
    const { id } = await store.container().save(expiredTokenOf('dora'));
    const refresh = store.provider.hold('refresh');
    const finding = store.container().findById(id);
    await refresh.reached;
    await store.container().deleteAll();
    store.acknowledged.clear();
    await store.housekeep('repair');
    refresh.release();
    await finding.catch(() => undefined);
    expect(await store.container().find({ accessToken: 'minted-1' })).toBeNull();
    await store.housekeep('repair');
    expect(await store.rowOf(id)).toMatchObject({ state: 'logged-out' });
    expect(await dryRun()).toEqual({});
  });

  test('whose user logs in again meanwhile does not take the new login along', async () => {
    await store.container().deleteAll();
    store.acknowledged.clear();
    store.index.at('commit', async () => void (await store.save('ann')));
    await store.housekeep('repair');
    expect(store.acknowledged.size).toBe(1);
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });
});

describe('a tombstone whose secret is let go', () => {
  test.each(['before', 'after'] as const)(
    'comes back where it is restored %s that',
    async (when) => {
      await halfDelete(ann);
      store.vault.at('scheduleDeletion', () => restored(ann), { when });
      const { findings } = await store.housekeep('repair');
      expect(counted(findings)).toEqual({});
      expect(await store.secretOf(ann)).toBe('present');
      expect(await store.damaged()).toEqual([]);
      expect(await dryRun()).toEqual({});
    },
  );

  test('comes back where the restore is between its two steps', async () => {
    await halfDelete(ann);
    const commit = store.index.hold('commit');
    const restoring = restored(ann);
    await commit.reached;
    await store.housekeep('repair');
    expect(await store.secretOf(ann)).toBe('in-deletion');
    commit.release();
    await restoring;
    expect(await store.secretOf(ann)).toBe('present');
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test('goes where it is restored and deleted again', async () => {
    await halfDelete(ann);
    store.acknowledged.delete(ann);
    store.vault.at('scheduleDeletion', () => restored(ann));
    store.vault.at('cancelDeletion', () => store.container().delete(ann), { skip: 2 });
    await store.housekeep('repair');
    expect(await store.secretOf(ann)).toBe('in-deletion');
    expect(await dryRun()).toEqual({});
  });
});

test('an orphan whose row comes after all keeps its secret', async () => {
  const commit = store.index.hold('commit');
  const saving = store.save('dora');
  await commit.reached;
  store.clock.advance(7 * DAY_MS);
  store.vault.at('scheduleDeletion', async () => {
    commit.release();
    await saving;
  });
  await store.housekeep('repair');
  expect(await store.damaged()).toEqual([]);
  expect(await dryRun()).toEqual({});
});

describe('a secret deleted by hand', () => {
  test('of a token that is deleted before it is taken back goes', async () => {
    await store.deleteSecretByHand(ann);
    store.acknowledged.delete(ann);
    store.vault.at('cancelDeletion', () => store.container().delete(ann));
    await store.housekeep('repair');
    expect(await store.secretOf(ann)).toBe('in-deletion');
    expect(await dryRun()).toEqual({});
  });

  test('of a token that is deleted before the last look goes', async () => {
    await store.deleteSecretByHand(ann);
    store.acknowledged.delete(ann);
    store.vault.at('cancelDeletion', () => store.container().delete(ann), { when: 'after' });
    await store.housekeep('repair');
    expect(await store.secretOf(ann)).toBe('in-deletion');
    expect(await dryRun()).toEqual({});
  });

  test('that is gone by then is left to the look at its row', async () => {
    const secretArn = await store.deleteSecretByHand(ann);
    store.acknowledged.delete(ann);
    store.vault.at('cancelDeletion', async () => store.memoryVault.purge(secretArn));
    const { findings, repaired } = await store.housekeep('repair');
    expect(counted(findings)).toEqual({ 'secret-in-deletion': 1, 'dangling-row': 1 });
    expect(counted(repaired)).toEqual({ 'dangling-row': 1 });
  });
});

test('a token whose secret is gone, and that a save revives at that moment, is whole', async () => {
  store.memoryVault.purge(await store.deleteSecretByHand(ann));
  store.index.at('commit', async () => void (await store.save('ann')));
  expect(counted((await store.housekeep('repair')).findings)).toEqual({});
  expect(await store.rowOf(ann)).toMatchObject({ state: 'active' });
  expect(await store.damaged()).toEqual([]);
  expect(await dryRun()).toEqual({});
});

describe('a stray key', () => {
  test('that a save gives to its token at that moment stays', async () => {
    const other = await store.save('eve');
    const key = await store.keyOf(other, 'refresh');
    await store.container().delete(other);
    store.acknowledged.delete(other);
    await store.setEntries(key, [{ id: ann, clientId: 'C' }]);
    store.index.at('commit', async () => {
      await store.save('ann', { refreshToken: 'eve-refresh' });
    });
    await store.housekeep('repair');
    expect(await store.entriesOf(key)).toEqual([{ id: ann, clientId: 'C' }]);
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test('that another token takes at that moment leads to that one', async () => {
    const key = await store.keyOf(ann, 'user');
    const entries = await store.entriesOf(key);
    await store.setEntries(key, [{ id: 'f'.repeat(32) }, ...entries]);
    store.index.at('commit', async () => {
      await store.save('ann', { clientId: 'D', refreshToken: 'R', accessToken: 'A' });
    });
    await store.housekeep('repair');
    expect(await store.entriesOf(key)).toHaveLength(2);
    expect(await store.damaged()).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test('is none where a save writes token and key between the reads', async () => {
    store.index.at('scan', () => store.save('ann', { accessToken: 'newer' }), { when: 'after' });
    expect(await dryRun()).toEqual({});
  });
});

describe('a missing key', () => {
  test('of a token that is deleted at that moment stays away', async () => {
    const key = await store.keyOf(ann, 'refresh');
    await store.setEntries(key, []);
    store.acknowledged.delete(ann);
    store.index.at('commit', () => store.container().delete(ann));
    await store.housekeep('repair');
    expect(await store.entriesOf(key)).toEqual([]);
    expect(await dryRun()).toEqual({});
  });

  test("is the newer token's where the user logs in at that moment", async () => {
    const key = await store.keyOf(bob, 'user');
    await store.setEntries(key, []);
    store.acknowledged.delete(bob);
    let since = '';
    store.index.at('commit', async () => {
      since = await store.save('bob', { refreshToken: 'R', accessToken: 'A' });
    });
    const { findings, repaired } = await store.housekeep('repair');
    expect(counted(findings)).toEqual({ 'conflicting-key': 1 });
    expect(counted(repaired)).toEqual({});
    expect((await store.container().find({ userName: 'bob' }))?.id).toBe(since);
  });
});

test('a repair that others keep getting ahead of is left for the next run', async () => {
  await store.container().deleteAll();
  store.acknowledged.clear();
  for (let n = 0; n < 3; n += 1) {
    store.index.around('commit', async () => 'conflict' as const);
  }
  const { findings, repaired } = await store.housekeep('repair');
  expect(counted(findings)).toEqual({ 'logged-out-token': 3 });
  expect(counted(repaired)).toEqual({ 'logged-out-token': 2 });
});

describe('between any two reads', () => {
  /** Runs over stores made anew, each with the same work at another of its reads, and later again. */
  async function atEachRead(
    mode: 'report' | 'repair',
    prepare: (fresh: Store) => Promise<() => Promise<unknown>>,
    then: (fresh: Store) => Promise<unknown>,
  ) {
    let runs = 0;
    for (let again = 0; again < 4; again += 1) {
      for (let skip = 0, reached = true; reached; skip += 1) {
        const fresh = await storeOfSomeDays();
        const work = await prepare(fresh);
        let over = false;
        reached = false;
        const meanwhile = async () => {
          if (over) return;
          reached = true;
          await work();
        };
        const second = async () => {
          await meanwhile();
          if (again > 0) fresh.store.index.at('read', meanwhile, { skip: again });
        };
        fresh.store.index.at('read', second, { skip });
        const { findings } = await fresh.store.housekeep(mode);
        over = true;
        if (mode === 'report')
          expect({ skip, again, ...counted(findings) }).toEqual({ skip, again });
        await then(fresh);
        expect({ skip, again, lost: await fresh.store.damaged() }).toMatchObject({ lost: [] });
        runs += 1;
      }
    }
    expect(runs).toBeGreaterThan(12);
  }

  const isInOrder = async (fresh: Store) => {
    expect(counted((await fresh.store.housekeep('report')).findings)).toEqual({});
  };

  test.each<[string, (fresh: Store) => Promise<unknown>]>([
    [
      'a save with another access token',
      (fresh) => fresh.store.save('ann', { accessToken: 'new' }),
    ],
    [
      'a save that takes the access token away, and one that brings it back',
      async ({ store: of, ann: id }) => {
        const before = of.acknowledged.get(id)?.accessToken;
        await of.save('ann', { accessToken: before === 'other' ? 'ann-access' : 'other' });
      },
    ],
    ['a first save', (fresh) => fresh.store.save('dora')],
    [
      'a deletion',
      async (fresh) => {
        fresh.store.acknowledged.delete(fresh.ann);
        await fresh.store.container().delete(fresh.ann);
      },
    ],
  ])('%s is no finding', async (_what, meanwhile) => {
    await atEachRead('report', async (fresh) => () => meanwhile(fresh), isInOrder);
  });

  test('a save of before a logout leaves nothing behind', async () => {
    await atEachRead(
      'repair',
      async (fresh) => {
        const commit = fresh.store.index.hold('commit');
        const late = { id: fresh.ann, accessToken: 'late' };
        const saving = fresh.store
          .container()
          .save(late)
          .catch(() => undefined);
        await commit.reached;
        await fresh.store.container().deleteAll();
        fresh.store.acknowledged.clear();
        return () => {
          commit.release();
          return saving;
        };
      },
      async (fresh) => {
        await isInOrder(fresh);
        expect(await fresh.store.container().find({ accessToken: 'late' })).toBeNull();
      },
    );
  });

  test.each<[string, (fresh: Store) => Promise<unknown>]>([
    [
      'keys that lead nowhere',
      async (fresh) => {
        await fresh.store.setEntries(await fresh.store.keyOf(fresh.ann, 'user'), []);
        await fresh.store.setEntries(await fresh.store.keyOf(fresh.bob, 'access'), []);
      },
    ],
    [
      'keys that lead to nobody',
      (fresh) => fresh.store.setEntries('access#never', [{ id: 'f'.repeat(32) }]),
    ],
    ['a logout', (fresh) => fresh.store.container().deleteAll()],
    ['a secret deleted by hand', (fresh) => fresh.store.deleteSecretByHand(fresh.ann)],
  ])('another housekeeper mends %s as well, once', async (what, damage) => {
    const whole = (await storeOfSomeDays()).store;
    await atEachRead(
      'repair',
      async (fresh) => {
        await damage(fresh);
        if (what === 'a logout') fresh.store.acknowledged.clear();
        return () => fresh.store.housekeep('repair');
      },
      async (fresh) => {
        await isInOrder(fresh);
        if (what === 'a logout') return;
        const { keyRows } = await fresh.store.everything();
        expect(keyRows).toEqual((await whole.everything()).keyRows);
      },
    );
  });
});
