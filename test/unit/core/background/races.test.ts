/** Workers, saves and deletions that meet: one token, one provider call, and the newest grant. */
import { scheduledAtMs } from '../../../../lib/refresh-policy.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { race } from '../../../support/core/race.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

const REFUSED = { verdict: 'revoked', reason: 'invalid_code' } as const;

let store: MemoryStore;
let container: Container;
let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(tokenOf('ann')));
  store.clock.advance(HOUR_MS);
});

const calls = () => store.scripted.refreshes.length;
const stored = () => store.container().findById(id);
const published = () => store.publisher.published.map(({ type }) => type);

/** A worker whose provider call has been made; it goes on when it is released. */
async function workerAtAnswer() {
  const held = store.provider.hold('refresh', { when: 'after' });
  const outcome = store.worker().refresh(id);
  await held.reached;
  return { outcome, release: held.release };
}

async function expectDueByPolicy() {
  const row = await store.row(id);
  expect(row?.dueAtMs).toBe(row && scheduledAtMs(row, store.policies.standard));
}

describe('one message delivered 32 times at once', () => {
  test('is one provider call, one token, one announcement', async () => {
    store.scripted.answers(async ({ nowMs }) => {
      await store.clock.sleep(2_000);
      return minted('new', nowMs);
    });
    const outcomes = await race(32, () => store.worker().refresh(id));
    expect(calls()).toBe(1);
    expect(outcomes.sort()).toEqual([...Array.from({ length: 31 }, () => 'fresh'), 'refreshed']);
    expect((await stored())?.accessToken).toBe('new');
    expect(await store.row(id)).toMatchObject({ revision: 2, fence: 1 });
    expect(published()).toEqual(['refreshed']);
    await expectDueByPolicy();
  });

  test('is one provider call where that fails, too', async () => {
    store.scripted.answers(async () => {
      await store.clock.sleep(2_000);
      return { verdict: 'throttled', reason: 'test' };
    });
    const outcomes = await race(32, () => store.worker().refresh(id));
    expect(calls()).toBe(1);
    expect(new Set(outcomes)).toEqual(new Set(['throttled', 'backing-off']));
    expect(await store.row(id)).toMatchObject({ failure: { count: 1 } });
    await expectDueByPolicy();
  });

  test('and delivered again later finds nothing to do', async () => {
    await store.worker().refresh(id);
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(calls()).toBe(1);
    expect(published()).toEqual(['refreshed']);
  });
});

test.each([4_500, 8_999])(
  'a worker that is frozen for %d ms before it asks does not ask without time for the answer',
  async (frozenMs) => {
    const lease = store.index.hold('acquireLease', { when: 'after' });
    const outcome = store.worker().refresh(id);
    await lease.reached;
    store.clock.advance(frozenMs);
    lease.release();
    expect(await outcome).toBe('refreshed');
    expect(store.scripted.refreshes).toEqual([
      expect.objectContaining({ refreshToken: 'ann-refresh', timeoutMs: 5_000 }),
    ]);
  },
);

describe('a worker that is frozen past its lease', () => {
  test('does not overwrite its successor', async () => {
    store.scripted.answers(minted('of the frozen one', store.clock.nowMs()));
    const frozen = await workerAtAnswer();
    expect(await store.worker().refresh(id)).toBe('refreshed');
    frozen.release();
    expect(await frozen.outcome).toBe('fresh');
    expect((await stored())?.accessToken).toBe('minted-2');
    expect(await store.row(id)).toMatchObject({ fence: 2, revision: 2 });
    expect(store.observed.of('wasted')).toHaveLength(1);
    expect(published()).toEqual(['refreshed']);
    await expectDueByPolicy();
  });

  test('and holds the rotated refresh token that its successor was refused: it goes on top', async () => {
    store.scripted.answers(minted('of the frozen one', store.clock.nowMs(), 'rotated'), REFUSED);
    const frozen = await workerAtAnswer();
    expect(await store.worker().refresh(id)).toBe('refused');
    frozen.release();
    expect(await frozen.outcome).toBe('refreshed');
    expect(await stored()).toMatchObject({
      accessToken: 'of the frozen one',
      refreshToken: 'rotated',
    });
    expect(await store.row(id)).not.toHaveProperty('failure');
    await expectDueByPolicy();
  });

  /**
   *   frozen      lease 1 ─ provider rotates ──────────────────────────── version 1 †
   *   successor                 lease 2 ─ finds nothing ─ refused: open 1
   *   third                                                                lease 3 ─ finds version 1
   */
  test('and dies once it stored the rotated one that its successor missed: the next finds it', async () => {
    store.scripted.answers(minted('of the frozen one', store.clock.nowMs(), 'rotated'), REFUSED);
    const frozen = await workerAtAnswer();
    expect(await store.worker().refresh(id)).toBe('refused');
    const row = await store.row(id);
    expect(row).toMatchObject({ openFence: 1 });
    expect(row).not.toHaveProperty('lease');
    const death = store.vault.hold('write', { when: 'after' });
    frozen.release();
    await death.reached;
    store.clock.advance(90_000);
    store.scripted.answers(REFUSED);
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(calls()).toBe(2);
    expect(await stored()).toMatchObject({ refreshToken: 'rotated' });
    expect(await store.row(id)).not.toHaveProperty('openFence');
  });

  test('condemns nobody when it wakes', async () => {
    store.scripted.answers(REFUSED, REFUSED);
    await store.worker().refresh(id);
    store.clock.advance(90_000);
    const held = store.index.hold('endLease');
    const frozen = store.worker().refresh(id);
    await held.reached;
    store.clock.advance(10_000);
    expect(await store.worker().refresh(id)).toBe('refreshed');
    held.release();
    expect(await frozen).toBe('fresh');
    expect(await store.row(id)).toMatchObject({ state: 'active' });
    expect(store.observed.of('needsReauthorization')).toEqual([]);
    expect(published()).toEqual(['refreshed']);
  });
});

describe('a save in the middle of a scheduled refresh', () => {
  test('wins with its newer grant', async () => {
    store.scripted.answers(minted('new', store.clock.nowMs(), 'rotated'));
    const worker = await workerAtAnswer();
    const expiresAt = store.clock.nowMs() + HOUR_MS;
    const saved = { accessToken: 'saved', refreshToken: 'saved-refresh', expiresAt };
    await container.save(tokenOf('ann', saved));
    worker.release();
    expect(await worker.outcome).toBe('fresh');
    expect(await stored()).toMatchObject(saved);
    expect(await store.row(id)).not.toHaveProperty('lease');
    expect(published()).toEqual([]);
    await expectDueByPolicy();
  });

  test('that brings an expired token with its newer grant has it refreshed by the same worker', async () => {
    const worker = await workerAtAnswer();
    await container.save({ id, refreshToken: 'saved-refresh' });
    worker.release();
    expect(await worker.outcome).toBe('refreshed');
    expect(store.scripted.refreshes[1]).toMatchObject({ refreshToken: 'saved-refresh' });
    expect(await stored()).toMatchObject({ refreshToken: 'saved-refresh' });
  });

  test('gets the rotated refresh token put on top where it brought none', async () => {
    store.scripted.answers(minted('new', store.clock.nowMs(), 'rotated'));
    const worker = await workerAtAnswer();
    await container.save({ id, redirectUrl: 'https://saved.example/' });
    worker.release();
    expect(await worker.outcome).toBe('refreshed');
    expect(await stored()).toMatchObject({
      accessToken: 'new',
      refreshToken: 'rotated',
      redirectUrl: 'https://saved.example/',
    });
    await expectDueByPolicy();
  });

  test('that brought no credentials gets what was minted put on top: nobody asks twice', async () => {
    const worker = await workerAtAnswer();
    await container.save({ id, redirectUrl: 'https://saved.example/' });
    worker.release();
    expect(await worker.outcome).toBe('refreshed');
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({
      accessToken: 'minted-1',
      refreshToken: 'ann-refresh',
      redirectUrl: 'https://saved.example/',
    });
    expect(await store.row(id)).not.toHaveProperty('lease');
    await expectDueByPolicy();
  });

  test('wins with an access token of the same grant', async () => {
    const worker = await workerAtAnswer();
    const saved = { accessToken: 'saved', expiresAt: store.clock.nowMs() + HOUR_MS };
    await container.save({ id, ...saved });
    worker.release();
    expect(await worker.outcome).toBe('fresh');
    expect(await stored()).toMatchObject({ ...saved, refreshToken: 'ann-refresh' });
    expect(store.observed.of('wasted')).toHaveLength(1);
  });

  test('is not refused with the grant that it replaced', async () => {
    store.scripted.answers(REFUSED);
    const worker = await workerAtAnswer();
    await container.save({ id, refreshToken: 'saved-refresh' });
    worker.release();
    expect(await worker.outcome).toBe('refreshed');
    expect(await store.row(id)).not.toHaveProperty('failure');
    expect(store.health.count('addFailure')).toBe(0);
  });
});

describe('a token that is gone', () => {
  test('when its message comes is left alone, and is not due any more', async () => {
    await container.delete(id);
    expect(await store.worker().refresh(id)).toBe('gone');
    expect(await store.row(id)).not.toHaveProperty('dueAtMs');
    expect(published()).toEqual(['deleted']);
    expect(await store.worker().refresh(id)).toBe('gone');
    expect(published()).toEqual(['deleted']);
    expect(calls()).toBe(0);
  });

  test('logged out: the same, and nobody is told of each', async () => {
    await container.deleteAll();
    expect(await store.worker().refresh(id)).toBe('gone');
    expect(await store.row(id)).not.toHaveProperty('dueAtMs');
    expect(published()).toEqual([]);
    expect(calls()).toBe(0);
  });

  test('superseded: the same', async () => {
    const nameless = tokenOf('ann', { accessToken: 'other', refreshToken: 'other-refresh' });
    const { userName: _none, ...withoutUser } = nameless;
    const other = await container.save(withoutUser);
    await container.save({ id: other.id, userName: 'ann', clientId: 'C' });
    expect(await store.row(id)).toMatchObject({ state: 'superseded' });
    expect(await store.worker().refresh(id)).toBe('gone');
    expect(await store.row(id)).not.toHaveProperty('dueAtMs');
    expect(published()).toEqual(['deleted']);
    expect(calls()).toBe(0);
  });

  test('unknown: nothing happens, and no row comes of it', async () => {
    const unknown = 'f'.repeat(32);
    expect(await store.worker().refresh(unknown)).toBe('gone');
    expect(await store.row(unknown)).toBeUndefined();
    expect(calls()).toBe(0);
  });

  test('while it is refreshed stays gone', async () => {
    const worker = await workerAtAnswer();
    await container.delete(id);
    worker.release();
    expect(await worker.outcome).toBe('changed');
    expect(await store.row(id)).toMatchObject({ state: 'deleted' });
    expect(await store.container().find({ userName: 'ann' })).toBeNull();
    expect(await store.worker().refresh(id)).toBe('gone');
    expect(published()).toEqual(['deleted']);
  });
});
