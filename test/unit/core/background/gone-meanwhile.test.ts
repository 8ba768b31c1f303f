/**
 * Tokens that go while the provider rotates their refresh token, and come back: with the one that
 * works. The old one is used up, so nothing else would ever refresh them again.
 */
import { LatchkeyError } from '../../../../lib/errors.ts';
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { HousekeptStore } from '../../../support/core/housekept-store.ts';
import { type Container, LEASE_MS } from '../../../support/core/memory-store.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

let store: HousekeptStore;
let container: Container;
let id: string;
beforeEach(async () => {
  store = new HousekeptStore();
  container = store.container();
  ({ id } = await container.save(tokenOf('ann')));
  store.scripted.answers(minted('new', store.clock.nowMs() + HOUR_MS, 'rotated'));
});

const calls = () => store.scripted.refreshes.length;
const inDeletion = () =>
  [...store.memoryVault.secrets().values()].map((secret) => secret.inDeletion);
const ROTATED = { accessToken: 'new', refreshToken: 'rotated' };

/** An operator asks for a refresh of a token that would be fresh for a while without one. */
async function askedFor() {
  const row = await store.row(id);
  if (row === undefined) throw new Error('There is no such token.');
  const nowMs = store.clock.nowMs();
  const deadline = ampleDeadline(store.clock);
  await store.notes.port.requestRefresh({ row, nowMs, dueAtMs: nowMs }, deadline);
}

/** A worker that has come to where it is held. */
async function workerHeld(at: { readonly reached: Promise<void>; release(): void }) {
  await askedFor();
  const outcome = store.worker().refresh(id);
  await at.reached;
  return { outcome, release: at.release };
}

/** What comes of a restore once the schedule has come to the token. */
async function restoredBySchedule() {
  expect(await container.restore({ id })).toEqual({ restored: [id], skipped: [] });
  await store.worker().refresh(id);
  return store.container().findById(id);
}

describe('a token that is deleted while it is refreshed', () => {
  /**
   *   worker   lease ── provider rotates ──────────── version ── commit refused: left open
   *   delete                              tombstone ──(waits)───────────────────────────── secret
   */
  test('keeps its secret until the refresh has stored what it got, and comes back with that', async () => {
    const worker = await workerHeld(store.provider.hold('refresh', { when: 'after' }));
    const buried = store.index.hold('commit', { when: 'after' });
    const deleting = container.delete(id);
    await buried.reached;
    buried.release();
    worker.release();
    expect(await deleting).toEqual({ deleted: true });
    expect(await worker.outcome).toBe('changed');
    expect(inDeletion()).toEqual([true]);
    expect(await restoredBySchedule()).toMatchObject(ROTATED);
    expect(calls()).toBe(1);
    expect(await store.row(id)).not.toHaveProperty('openFence');
  });

  test.each(['provider', 'vault'] as const)(
    'by a worker that wakes too late (%s): the secret has gone with its lease, and stays gone',
    async (where) => {
      const worker = await workerHeld(
        where === 'provider'
          ? store.provider.hold('refresh', { when: 'after' })
          : store.vault.hold('write', { when: 'after' }),
      );
      expect(await container.delete(id)).toEqual({ deleted: true });
      expect(inDeletion()).toEqual([true]);
      worker.release();
      await worker.outcome;
      expect(inDeletion()).toEqual([true]);
      expect(await store.row(id)).toMatchObject({ state: 'deleted' });
      expect(await container.findById(id)).toBeNull();
    },
  );

  test('by a worker that dies once it stored what it got: it comes back with that', async () => {
    await workerHeld(store.vault.hold('write', { when: 'after' }));
    await container.delete(id);
    expect(await restoredBySchedule()).toMatchObject(ROTATED);
    expect(calls()).toBe(1);
  });

  test('and restored before the refresh has stored what it got is given that', async () => {
    const worker = await workerHeld(store.provider.hold('refresh', { when: 'after' }));
    const secretGoes = store.vault.hold('scheduleDeletion');
    const deleting = container.delete(id);
    await secretGoes.reached;
    await container.restore({ id });
    secretGoes.release();
    await deleting;
    worker.release();
    await worker.outcome;
    expect(await store.container().findById(id)).toMatchObject(ROTATED);
    expect(inDeletion()).toEqual([false]);
  });

  test('that begins while it is deleted is waited for, too', async () => {
    const bury = store.index.hold('commit');
    const deleting = container.delete(id);
    await bury.reached;
    const worker = await workerHeld(store.provider.hold('refresh', { when: 'after' }));
    bury.release();
    const buried = store.index.hold('commit', { when: 'after' });
    await buried.reached;
    buried.release();
    worker.release();
    await deleting;
    await worker.outcome;
    expect(await restoredBySchedule()).toMatchObject(ROTATED);
  });
});

/**
 *   worker   lease ── provider rotates ── (frozen) ──────────────────────── no version: in deletion
 *   delete                              tombstone ──(waits)── lease over ── secret into deletion
 */
test('a refresh that wakes once the secret is in deletion has lost it, and whoever restores it is told', async () => {
  const worker = await workerHeld(store.vault.hold('write'));
  store.clock.advance(LEASE_MS);
  await container.delete(id);
  expect(inDeletion()).toEqual([true]);
  worker.release();
  expect(await worker.outcome).toBe('changed');
  expect(await restoredBySchedule()).toMatchObject({ refreshToken: 'ann-refresh' });
  store.clock.advance(2 * HOUR_MS);
  const refused = { verdict: 'revoked', reason: 'invalid_grant' } as const;
  store.scripted.answers(refused, refused);
  await store.worker().refresh(id);
  store.clock.advance(90_000);
  await store.worker().refresh(id);
  expect(await store.row(id)).toMatchObject({ state: 'needs-reauthorization' });
  await store.worker().refresh(id);
  const announced = store.publisher.published.map(({ type }) => type);
  expect(announced).toContain('needs-reauthorization');
});

describe('a token that is logged out while it is refreshed', () => {
  test('comes back with what the refresh got', async () => {
    const worker = await workerHeld(store.provider.hold('refresh', { when: 'after' }));
    await container.deleteAll();
    worker.release();
    await worker.outcome;
    expect(await restoredBySchedule()).toMatchObject(ROTATED);
  });

  test('is buried by the housekeeper only once the refresh has ended', async () => {
    const worker = await workerHeld(store.provider.hold('refresh', { when: 'after' }));
    await container.deleteAll();
    await store.housekeep('repair');
    expect(await store.row(id)).toMatchObject({ state: 'active' });
    worker.release();
    await worker.outcome;
    store.clock.advance(2 * LEASE_MS);
    await store.housekeep('repair');
    expect(await store.row(id)).toMatchObject({ state: 'logged-out' });
    expect(inDeletion()).toEqual([true]);
    expect(await restoredBySchedule()).toMatchObject(ROTATED);
  });

  test('and buried with what a dead worker left comes back with it', async () => {
    await workerHeld(store.vault.hold('write', { when: 'after' }));
    await container.deleteAll();
    store.clock.advance(LEASE_MS);
    await store.housekeep('repair');
    expect(await store.row(id)).toMatchObject({ state: 'logged-out' });
    expect(await restoredBySchedule()).toMatchObject(ROTATED);
    expect(calls()).toBe(1);
  });
});

test('a token that nothing was left for is looked at once, and not refreshed before it is due', async () => {
  await workerHeld(store.provider.hold('refresh'));
  await container.delete(id);
  expect(await restoredBySchedule()).toMatchObject({ accessToken: 'ann-access' });
  expect(calls()).toBe(0);
  const row = await store.row(id);
  expect(row).toMatchObject({ openFence: 1 });
  expect(row).not.toHaveProperty('lease');
  expect(row?.dueAtMs).toBeGreaterThan(store.clock.nowMs() + HOUR_MS / 2);
});

test('a lease that cannot be waited for leaves the deletion whole', async () => {
  await workerHeld(store.provider.hold('refresh', { when: 'after' }));
  store.index.fail('read', new LatchkeyError('STORE_UNAVAILABLE', 'AWS is down.'), { skip: 2 });
  await expect(container.delete(id)).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
  expect(await container.findById(id)).toBeNull();
  expect(await container.delete(id)).toEqual({ deleted: false });
  expect(inDeletion()).toEqual([true]);
});
