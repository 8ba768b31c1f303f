/** Many at once at the same rows: who waits, what it costs, and what is said where time runs out. */
import { awaitTurn } from '../../../../lib/contention.ts';
import { deadlineIn } from '../../../../lib/deadline.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { tokenOf } from '../../../support/core/tokens.ts';
import { VirtualClock } from '../../../support/core/virtual-clock.ts';

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

const ALWAYS = 1_000;

/** Others come first at the next commits. */
function othersFirst(times: number): void {
  for (let n = 0; n < times; n += 1) store.index.around('commit', async () => 'conflict' as const);
}

const living = () =>
  [...store.memoryVault.secrets().values()].filter(({ inDeletion }) => !inDeletion);

describe('a first save that others get ahead of', () => {
  test('makes one secret, however often', async () => {
    othersFirst(5);
    const { id, created } = await container.save(tokenOf('ann'));
    expect(created).toBe(true);
    expect(await store.container().findById(id)).toEqual({ id, ...tokenOf('ann') });
    expect(store.vault.count('create')).toBe(1);
    expect(store.vault.count('scheduleDeletion')).toBe(0);
  });

  test('lets its secret go where another made the token, and updates that', async () => {
    othersFirst(2);
    const login = () => store.container().save(tokenOf('ann'));
    store.index.at('read', login, { skip: 2 });
    const later = tokenOf('ann', { accessToken: 'later' });
    const { id, created } = await container.save(later);
    expect(created).toBe(false);
    expect(await store.container().findById(id)).toEqual({ id, ...later });
    expect(living()).toHaveLength(1);
  });

  test('does not take up again a secret that it let go', async () => {
    othersFirst(1);
    let other = '';
    const login = async () => {
      other = (await store.container().save(tokenOf('ann'))).id;
    };
    store.index.at('read', login, { skip: 1 });
    // Its update meets the deletion of the token that it found.
    store.vault.at('write', () => store.container().delete(other));
    const { id, created } = await container.save(tokenOf('ann', { accessToken: 'later' }));
    expect(created).toBe(true);
    expect((await store.container().findById(id))?.accessToken).toBe('later');
    expect(living()).toHaveLength(1);
  });

  test('leaves no secret where it gives up', async () => {
    othersFirst(ALWAYS);
    await expect(container.save(tokenOf('ann'))).rejects.toMatchObject({ retryable: true });
    expect(store.vault.count('create')).toBe(1);
    expect(living()).toEqual([]);
  });

  test('keeps its secret where it cannot tell whether it came through', async () => {
    othersFirst(1);
    store.index.fail('commit', new Error('lost'), { when: 'after' });
    await expect(container.save(tokenOf('ann'))).rejects.toThrow('lost');
    expect(await store.container().find({ userName: 'ann' })).toMatchObject(tokenOf('ann'));
  });
});

describe('where others come first until time runs out, it is said that they do', () => {
  const operations: readonly (readonly [string, (id: string) => Promise<unknown>])[] = [
    ['a first save', () => container.save(tokenOf('bob'))],
    ['a save', (id) => container.save({ id, accessToken: 'later' })],
    ['a deletion', (id) => container.delete(id)],
    [
      'a restore',
      async (id) => {
        await store.container().deleteAll();
        return container.restore({ id });
      },
    ],
  ];

  test.each(operations)('%s', async (_what, run) => {
    const { id } = await container.save(tokenOf('ann'));
    othersFirst(ALWAYS);
    await expect(run(id)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: true,
      message: expect.stringMatching(/^Many others are changing .* repeat the call\.$/),
    });
  });
});

test('a store that is slow is not blamed on others', async () => {
  const slowly = async () => {
    store.clock.advance(14_900);
    return 'conflict' as const;
  };
  for (const _ of [1, 2]) store.index.around('commit', slowly);
  await expect(container.save(tokenOf('ann'))).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
    message: expect.stringContaining('AWS or the provider is slow'),
  });
});

test('who waits longest waits for as long as many others need', async () => {
  const clock = new VirtualClock();
  const from = clock.nowMs();
  await awaitTurn(20, 0.999, deadlineIn(15_000, clock));
  expect(clock.nowMs() - from).toBeCloseTo(3_996, 0);
});

test('no attempt is begun that would not end in time', async () => {
  const clock = new VirtualClock();
  await expect(awaitTurn(20, 0.5, deadlineIn(2_900, clock))).rejects.toMatchObject({
    code: 'STORE_UNAVAILABLE',
  });
});
