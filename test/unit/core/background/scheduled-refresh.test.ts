/** What a worker does with a message when it cannot refresh the token, or not at once. */
import { deadlineIn } from '../../../../lib/deadline.ts';
import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { MemoryStore } from '../../../support/core/memory-store.ts';
import { HOUR_MS } from '../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

let store: MemoryStore;
let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  ({ id } = await store.container().save(tokenOf('ann')));
  store.clock.advance(HOUR_MS);
});

const calls = () => store.scripted.refreshes.length;

test('a token whose secret cannot be read is looked at again later and later', async () => {
  const { secretArn = '' } = (await store.row(id)) ?? {};
  await store.memoryVault.scheduleDeletion(secretArn, ampleDeadline(store.clock));
  await store.sweep();
  expect(await store.worker().drain()).toEqual(['unreadable']);
  const { dueAtMs = Number.NaN, dispatches } = (await store.row(id)) ?? {};
  expect(dispatches).toBe(1);
  store.clock.advance(dueAtMs - store.clock.nowMs());
  await store.sweep();
  expect(await store.worker().drain()).toEqual(['unreadable']);
  expect(await store.row(id)).toMatchObject({ dispatches: 2, state: 'active' });
  expect(calls()).toBe(0);
});

test('and refreshed as soon as it can be read', async () => {
  const { secretArn = '' } = (await store.row(id)) ?? {};
  await store.memoryVault.scheduleDeletion(secretArn, ampleDeadline(store.clock));
  await store.worker().refresh(id);
  await store.memoryVault.cancelDeletion(secretArn, ampleDeadline(store.clock));
  expect(await store.worker().refresh(id)).toBe('refreshed');
});

test('without time for a provider call the message is to come again, and nothing is noted', async () => {
  const before = await store.row(id);
  const running = store.batch().run(id, deadlineIn(4_900, store.clock));
  await expect(running).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE', retryable: true });
  expect(await store.row(id)).toEqual(before);
  expect(calls()).toBe(0);
});

describe('the pace', () => {
  test('is kept by every refresh', async () => {
    const other = await store.container().save(tokenOf('bob', { expiresAt: 1 }));
    const batch = store.batch();
    const startMs = store.clock.nowMs();
    await Promise.all([id, other.id].map((each) => batch.run(each, ampleDeadline(store.clock))));
    expect(calls()).toBe(2);
    expect(store.clock.nowMs() - startMs).toBe(2);
  });

  test('is not for a token that needs none', async () => {
    await store.worker().refresh(id);
    const nowMs = store.clock.nowMs();
    await store.worker().refresh(id);
    expect(store.clock.nowMs()).toBe(nowMs);
  });
});

describe('what is observed', () => {
  test('of a scheduled refresh: how late it was begun', async () => {
    const { dueAtMs = Number.NaN } = (await store.row(id)) ?? {};
    await store.worker().refresh(id);
    expect(store.observed.of('refresh')).toEqual([
      {
        ...{ tokenId: id, verdict: 'refreshed', occasion: 'schedule', providerMs: 0 },
        lagMs: store.clock.nowMs() - dueAtMs,
      },
    ]);
  });

  test('of one for somebody who asked: no lag, and with how much life it was handed out', async () => {
    await store.container().findById(id);
    expect(store.observed.of('refresh')).toEqual([
      { tokenId: id, verdict: 'refreshed', occasion: 'use', providerMs: 0 },
    ]);
    expect(store.observed.of('handedOut')).toEqual([
      { tokenId: id, remainingMs: HOUR_MS, freshness: 'refreshed' },
    ]);
  });

  test('of one that failed: why', async () => {
    store.scripted.answers({ verdict: 'outage', reason: 'http-503' });
    await store.worker().refresh(id);
    expect(store.observed.of('refresh')).toMatchObject([{ verdict: 'outage', reason: 'http-503' }]);
  });
});
