/** What a worker says once for all the tokens of its batch. */
import type { RefreshBatch } from '../../../../lib/background/refresh-batch.ts';
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { MemoryStore } from '../../../support/core/memory-store.ts';
import { expiredTokenOf } from '../../../support/core/tokens.ts';

let store: MemoryStore;
let batch: RefreshBatch;
beforeEach(() => {
  store = new MemoryStore();
  batch = store.batch();
});

const deadline = () => ampleDeadline(store.clock);
const published = () => store.publisher.published.map(({ detail }) => detail.userName);

/** Has the batch refresh an expired token of each of these users, of these clients. */
async function refresh(users: Record<string, string>): Promise<void> {
  for (const [user, clientId] of Object.entries(users)) {
    const { id } = await store.container().save(expiredTokenOf(user, { clientId }));
    await batch.run(id, deadline());
  }
}

test('its refreshes are published in one go, and counted once for each client', async () => {
  await refresh({ ann: 'A', bob: 'B', cid: 'A' });
  expect(published()).toEqual([]);
  expect(await batch.finish(deadline())).toEqual({ lostEvents: 0 });
  expect(published()).toEqual(['ann', 'bob', 'cid']);
  expect(store.publishing.count('publish')).toBe(1);
  expect(store.health.count('addRefreshed')).toBe(2);
  const { refreshed } = await store.health.port.addFailure(
    { clientId: 'A' },
    { kind: 'refused', attempt: 'first' },
    store.clock.nowMs(),
    deadline(),
  );
  expect(refreshed).toBe(2);
});

test('what was said once is not said again by the next batch of the same container', async () => {
  await refresh({ ann: 'A' });
  await batch.finish(deadline());
  await refresh({ bob: 'A' });
  await batch.finish(deadline());
  expect(published()).toEqual(['ann', 'bob']);
});

test('a batch that refreshed nothing says nothing', async () => {
  store.scripted.answers({ verdict: 'outage', reason: 'test' });
  await refresh({ ann: 'A' });
  expect(await batch.finish(deadline())).toEqual({ lostEvents: 0 });
  expect(store.publishing.count('publish')).toBe(0);
  expect(store.health.count('addRefreshed')).toBe(0);
});

describe('what is lost on the way', () => {
  test.each<[string, () => void, number]>([
    ['the publisher fails', () => store.publishing.fail('publish', new Error('down')), 2],
    ['it takes some of them', () => store.publishing.around('publish', async () => ['one']), 1],
  ])('is told where %s; the refreshes stand, and count', async (_how, prepare, lostEvents) => {
    await refresh({ ann: 'A', bob: 'A' });
    prepare();
    expect(await batch.finish(deadline())).toEqual({ lostEvents });
    expect(store.health.count('addRefreshed')).toBe(1);
    expect(await store.container().find({ userName: 'ann' })).toMatchObject({
      accessToken: 'minted-1',
    });
  });

  test('of the counts loses no event', async () => {
    await refresh({ ann: 'A' });
    store.health.fail('addRefreshed', new Error('throttled'));
    expect(await batch.finish(deadline())).toEqual({ lostEvents: 0 });
    expect(published()).toEqual(['ann']);
  });
});

test('a message that fails leaves the others of its batch alone', async () => {
  store.vault.fail('write', new Error('AWS is down'));
  await expect(refresh({ ann: 'A' })).rejects.toThrow('AWS is down');
  await refresh({ bob: 'A' });
  await batch.finish(deadline());
  expect(published()).toEqual(['bob']);
});
