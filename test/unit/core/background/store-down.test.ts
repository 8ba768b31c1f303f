/** Workers whose store is down when the provider has answered: what it gave is not let go. */
import { LatchkeyError } from '../../../../lib/errors.ts';
import { type Container, LEASE_MS, MemoryStore } from '../../../support/core/memory-store.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

const FOR_GOOD = { retryable: false };

let store: MemoryStore;
let container: Container;
let id: string;
async function expiredAndAnswered(refreshToken?: string): Promise<void> {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(tokenOf('ann')));
  store.clock.advance(HOUR_MS);
  store.scripted.answers(minted('new', store.clock.nowMs(), refreshToken));
}
beforeEach(() => expiredAndAnswered('rotated'));

const calls = () => store.scripted.refreshes.length;
const stored = () => store.container().findById(id);

/**
 *   worker   lease ── provider rotates ── version ✕ ── version ✕ ── … ── version ── commit
 */
describe('a store that is down when the provider has answered', () => {
  const TIMES = 3;
  const down = () => new LatchkeyError('STORE_UNAVAILABLE', 'AWS is throttling.');
  const save = () => container.save({ id, redirectUrl: 'https://saved.example/' });

  test.each<[string, () => void]>([
    ['before the answer is stored', () => times(() => store.vault.fail('write', down()))],
    ['when it is', () => times(() => store.vault.fail('write', down(), { when: 'after' }))],
    ['at its commit', () => times(() => store.index.fail('commit', down()))],
    ['to hear of its commit', () => store.index.fail('commit', down(), { when: 'after' })],
  ])('%s is asked again: a rotated refresh token exists nowhere else', async (_when, fails) => {
    fails();
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({ accessToken: 'new', refreshToken: 'rotated' });
    expect(await store.row(id)).toMatchObject({ revision: 2 });
    expect(await store.row(id)).not.toHaveProperty('lease');
    expect(store.publisher.published.map(({ type }) => type)).toEqual(['refreshed']);
  });

  test.each<[string, () => void]>([
    ['read', () => times(() => store.index.fail('read', down(), { skip: 1 }))],
    ['write', () => times(() => store.vault.fail('write', down(), { skip: 1 }))],
    ['commit', () => times(() => store.index.fail('commit', down(), { skip: 1 }))],
  ])('after a save came first: its %s is tried again as well', async (_what, fails) => {
    const answer = store.provider.hold('refresh', { when: 'after' });
    const outcome = store.worker().refresh(id);
    await answer.reached;
    await save();
    fails();
    answer.release();
    expect(await outcome).toBe('refreshed');
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({
      refreshToken: 'rotated',
      redirectUrl: 'https://saved.example/',
    });
  });

  /** Until the lease of who writes is over, and a second longer. */
  function downBeyondTheLease(): void {
    const untilMs = store.clock.nowMs() + LEASE_MS + 1_000;
    for (let time = 0; time < 200; time += 1) {
      store.vault.around('write', async (run) => {
        if (store.clock.nowMs() < untilMs) throw down();
        return run();
      });
    }
  }

  test('longer than the lease lasts costs no rotated refresh token while its worker lives', async () => {
    downBeyondTheLease();
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({ accessToken: 'new', refreshToken: 'rotated' });
  });

  test('longer than the lease lasts is given up where nothing was rotated', async () => {
    await expiredAndAnswered();
    const before = store.vault.count('write');
    for (let time = 0; time < 1_000; time += 1) store.vault.fail('write', down());
    const startMs = store.clock.nowMs();
    await expect(store.worker().refresh(id)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(store.vault.count('write') - before).toBeGreaterThan(TIMES);
    const row = await store.row(id);
    expect(row?.lease?.untilMs).toBeGreaterThanOrEqual(store.clock.nowMs());
    expect(store.clock.nowMs()).toBeGreaterThan(startMs);
  });

  test('for good is not asked again: nothing would come of it', async () => {
    store.vault.fail('write', new LatchkeyError('STORE_UNAVAILABLE', '100 versions', FOR_GOOD));
    const before = store.vault.count('write');
    await expect(store.worker().refresh(id)).rejects.toThrow('100 versions');
    expect(store.vault.count('write') - before).toBe(1);
  });

  function times(fail: () => void): void {
    for (let time = 0; time < TIMES; time += 1) fail();
  }
});
