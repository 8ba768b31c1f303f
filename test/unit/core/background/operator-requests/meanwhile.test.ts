/** Nothing that happens at the same time loses a refresh that an operator asked for. */
import { ampleDeadline } from '../../../../support/core/deadlines.ts';
import { HOUR_MS } from '../../../../support/core/scripted-provider.ts';
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

describe('and what happens at the same time', () => {
  test('a worker that looks at the token just then does not settle it away', async () => {
    const held = store.due.hold('settle');
    const look = store.worker().refresh(id);
    await held.reached;
    await request();
    held.release();
    expect(await look).toBe('changed');
    expect(await nextMinute()).toEqual(['refreshed']);
  });

  test('a refresh that is under way is the answer', async () => {
    store.clock.advance(HOUR_MS);
    const held = store.provider.hold('refresh', { when: 'after' });
    const refresh = store.worker().refresh(id);
    await held.reached;
    await request();
    held.release();
    expect(await refresh).toBe('refreshed');
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
    await nextMinute();
    expect(calls()).toBe(1);
  });

  test('a worker that dies leaves it to the next one', async () => {
    await request();
    const dead = store.provider.hold('refresh');
    store.clock.advance(MINUTE_MS);
    await store.sweep();
    void store.worker().drain();
    await dead.reached;
    store.clock.advance(9_000 + 5 * MINUTE_MS);
    await store.sweep();
    expect(await store.worker().drain()).toEqual(['refreshed']);
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('a secret that cannot be read does not make it a loop, and it is not forgotten', async () => {
    await request();
    const { secretArn } = await row();
    await store.memoryVault.scheduleDeletion(secretArn, ampleDeadline(store.clock));
    let looks = 0;
    for (let minute = 0; minute < 60; minute += 1) looks += (await nextMinute()).length;
    expect(looks).toBeLessThan(6);
    expect(await row()).toHaveProperty('refreshRequestedAtMs');
    await store.memoryVault.cancelDeletion(secretArn, ampleDeadline(store.clock));
    store.clock.advance(6 * HOUR_MS);
    expect(await nextMinute()).toEqual(['refreshed']);
  });

  test('what there is to announce does not wait for the budget of the refresh', async () => {
    store.clock.advance(HOUR_MS);
    await container.accessToken({ id });
    const nowMs = store.clock.nowMs();
    expect(await row()).toMatchObject({ announce: 'refreshed', dueAtMs: nowMs });
    expect(await request()).toMatchObject({ refreshAtMs: nowMs + MINUTE_MS });
    expect(await row()).toMatchObject({ dueAtMs: nowMs });
    await store.sweep();
    expect(await store.worker().drain()).toEqual(['fresh']);
    expect(store.publisher.published.map(({ type }) => type)).toEqual(['refreshed']);
    expect(await nextMinute()).toEqual(['refreshed']);
  });

  test('a find that refreshes it is the answer', async () => {
    store.clock.advance(HOUR_MS);
    await request();
    await container.findById(id);
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('a deletion takes it along, and a restore does not bring it back', async () => {
    await request();
    await container.delete(id);
    expect(await nextMinute()).toEqual(['gone']);
    await container.restore({ id });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });

  test('so does a logout', async () => {
    await request();
    await container.deleteAll();
    expect(await nextMinute()).toEqual(['gone']);
    expect(await row()).not.toHaveProperty('dueAtMs');
    await container.restore({ lastLogout: true });
    expect(await row()).not.toHaveProperty('refreshRequestedAtMs');
  });
});
