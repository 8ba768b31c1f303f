/** A refresh that an operator asked for, of a token that works: the next sweep does it, once. */
import { DEFAULT_REFRESH_POLICY, scheduledAtMs } from '../../../../../lib/refresh-policy.ts';
import {
  calls,
  container,
  id,
  MINUTE_MS,
  nextMinute,
  request,
  row,
  store,
} from './token-asked-about.ts';

const DAY_MS = 86_400_000;

describe('of a token that works', () => {
  test('is done by the next sweep, long before it is due, and then it is gone', async () => {
    expect(await request()).toMatchObject({ done: 'requested', refreshAtMs: store.clock.nowMs() });
    expect(calls()).toBe(0);
    expect(await nextMinute()).toEqual(['refreshed']);
    expect((await container.findById(id))?.accessToken).toBe('minted-1');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('is done once: the sweeps after it find nothing to do', async () => {
    await request();
    await nextMinute();
    for (let minute = 0; minute < 30; minute += 1) expect(await nextMinute()).toEqual([]);
    expect(calls()).toBe(1);
    expect((await row()).dueAtMs).toBe(scheduledAtMs(await row(), DEFAULT_REFRESH_POLICY));
  });

  test('does not count as a use', async () => {
    const { usedAtMs } = await row();
    await request();
    await nextMinute();
    expect((await row()).usedAtMs).toBe(usedAtMs);
  });

  test('waits for the budget of the provider', async () => {
    await request();
    await nextMinute();
    const { refreshedAtMs = 0 } = await row();
    const dueAtMs = refreshedAtMs + DEFAULT_REFRESH_POLICY.minIntervalMs;
    expect(await request()).toMatchObject({ refreshAtMs: dueAtMs });
    store.clock.advance(-1);
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(await row()).toMatchObject({ dueAtMs, refreshRequestedAtMs: expect.any(Number) });
    store.clock.advance(MINUTE_MS + 1);
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(calls()).toBe(2);
  });

  test('waits for that of Secrets Manager, which operators cannot wear out', async () => {
    let asked = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      if ('done' in (await request())) asked += 1;
      await nextMinute();
    }
    // Twelve at once, one per twenty minutes, and one that still stands.
    expect(calls()).toBe(14);
    expect(asked).toBe(15);
  });
});

test('of an idle token is a refresh, and it stays idle', async () => {
  store.clock.advance(30 * DAY_MS);
  expect(await store.worker().refresh(id)).toBe('idle');
  expect(await row()).not.toHaveProperty('dueAtMs');
  await request();
  expect(await nextMinute()).toEqual(['refreshed']);
  expect(await row()).toMatchObject({ state: 'idle' });
  expect(await row()).not.toHaveProperty('dueAtMs');
});

test('of a token that would fall idle just now is a refresh all the same', async () => {
  store.clock.advance(30 * DAY_MS);
  await request();
  expect(await nextMinute()).toEqual(['refreshed']);
});
