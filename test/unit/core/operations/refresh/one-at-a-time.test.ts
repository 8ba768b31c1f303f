/** Refreshes by one worker at a time, and not too often; keys that tokens share stay apart. */
import type { RefreshVerdict } from '../../../../../lib/provider/token-provider.ts';
import { race } from '../../../../support/core/race.ts';
import { minted } from '../../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../../support/core/tokens.ts';
import { START_MS } from '../../../../support/core/virtual-clock.ts';
import { calls, container, id, store } from './expired-token.ts';

/** An answer that takes the provider a while. */
const slowly = (verdict: RefreshVerdict) => async () => {
  await store.clock.sleep(2_000);
  return verdict;
};

describe('one at a time', () => {
  test('32 finds of an expired token are one provider call and one token', async () => {
    store.scripted.answers(slowly(minted('new', START_MS)));
    const found = await race(32, () => store.container().find({ userName: 'ann' }));
    expect(calls()).toBe(1);
    expect(new Set(found.map((token) => token?.accessToken))).toEqual(new Set(['new']));
  });

  test('where it fails, 32 finds are one provider call too', async () => {
    store.scripted.answers(slowly({ verdict: 'outage', reason: 'test' }));
    await race(32, () => store.container().find({ userName: 'ann' }));
    expect(calls()).toBe(1);
  });

  test('who finds it under way only looks, and neither often nor long after its end', async () => {
    const answer = store.provider.hold('refresh');
    const first = container.findById(id);
    await answer.reached;
    const readBefore = store.index.count('read');
    const second = store.container().findById(id);
    await store.clock.sleep(4_000);
    answer.release();
    const endedAtMs = store.clock.nowMs();
    expect((await second)?.accessToken).toBe((await first)?.accessToken);
    expect(store.clock.nowMs() - endedAtMs).toBeLessThan(1_000);
    expect(store.index.count('acquireLease')).toBe(1);
    expect(store.index.count('read') - readBefore).toBeLessThan(25);
  });

  test('the lease ends with the refresh', async () => {
    await container.findById(id);
    expect(await store.row(id)).toMatchObject({ fence: 1 });
    expect(await store.row(id)).not.toHaveProperty('lease');
  });

  test('the provider call ends in time to store its answer before the lease does', async () => {
    await container.findById(id);
    expect(store.scripted.refreshes[0]?.timeoutMs).toBe(5_000);
  });
});

describe('how often a token is refreshed', () => {
  test('not twice within the minimum interval, however short it lives', async () => {
    const gone = (nowMs: number) => ({ ...minted(`at ${nowMs}`, nowMs), expiresAtMs: nowMs + 1 });
    store.scripted.answers(
      ...[0, 1].map(
        () =>
          ({ nowMs }: { nowMs: number }) =>
            gone(nowMs),
      ),
    );
    await container.findById(id);
    store.clock.advance(59_999);
    await container.findById(id);
    expect(calls()).toBe(1);
    store.clock.advance(1);
    await container.findById(id);
    expect(calls()).toBe(2);
  });
});

describe('keys that two tokens share', () => {
  test('a rotated refresh token goes to the token that was refreshed only', async () => {
    await container.save(tokenOf('bob', { refreshToken: 'ann-refresh' }));
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    await container.findById(id);
    expect((await container.find({ refreshToken: 'rotated' }))?.id).toBe(id);
    expect((await container.find({ refreshToken: 'ann-refresh' }))?.userName).toBe('bob');
  });

  test("a refresh does not make its token the user's most recently saved one", async () => {
    const recent = await container.save(
      tokenOf('ann', { clientId: 'other', refreshToken: 'ann-refresh' }),
    );
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    await container.findById(id);
    expect((await container.find({ userName: 'ann' }))?.id).toBe(recent.id);
  });
});
