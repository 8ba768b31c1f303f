/**
 * Saves, logouts and other housekeepers at each of the housekeeper's reads, one step at a time.
 * Whoever was acknowledged stands.
 */
import { counted, storeOfSomeDays } from '../../../../support/core/housekept-store.ts';

type Store = Awaited<ReturnType<typeof storeOfSomeDays>>;

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
