/** Refreshes over the memory twins: one worker at a time, and nothing the provider gave is lost. */
import type { TokenJson } from '../../../../lib/contract.ts';
import type { RefreshVerdict } from '../../../../lib/provider/token-provider.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { race } from '../../../support/core/race.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { expiredTokenOf, tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

let store: MemoryStore;
let container: Container;
let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(expiredTokenOf('ann')));
});

const calls = () => store.scripted.refreshes.length;
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

describe('against a save', () => {
  test('a save in the middle of a refresh wins', async () => {
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save(tokenOf('ann', { accessToken: 'saved', refreshToken: 'saved-r' }));
    refresh.release();
    expect(await finding).toMatchObject({ accessToken: 'saved', refreshToken: 'saved-r' });
    expect(await store.container().findById(id)).toMatchObject({ accessToken: 'saved' });
    expect(await store.row(id)).not.toHaveProperty('lease');
  });

  test('it wins where the provider gave nothing as well', async () => {
    store.scripted.answers({ verdict: 'throttled', reason: 'test' });
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const getting = container.accessToken({ id });
    await refresh.reached;
    await store.container().save(tokenOf('ann', { accessToken: 'saved' }));
    refresh.release();
    expect(await getting).toMatchObject({ accessToken: 'saved' });
    expect(await store.row(id)).not.toHaveProperty('failure');
  });

  const failDuring = async (verdict: 'outage' | 'throttled' | 'client-fault', saved: TokenJson) => {
    store.scripted.answers({ verdict, reason: 'test' });
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save({ id, ...saved });
    refresh.release();
    return finding;
  };

  test.each(['outage', 'throttled'] as const)(
    'after an %s the provider is not asked again for a save that left the question as it was',
    async (verdict) => {
      const redirectUrl = 'https://saved.example/';
      const found = await failDuring(verdict, { redirectUrl });
      expect(found).toMatchObject({ redirectUrl, accessToken: 'ann-access' });
      expect(calls()).toBe(1);
      const { failure, lease } = (await store.row(id)) ?? {};
      expect(failure).toMatchObject({ verdict: `${verdict}: test`, count: 1 });
      expect(lease).toBeUndefined();
    },
  );

  test.each<['outage' | 'throttled' | 'client-fault', TokenJson]>([
    ['outage', { apiDomain: 'https://www.zohoapis.in' }],
    ['throttled', { refreshToken: 'other-refresh' }],
    ['client-fault', { clientSecret: 'corrected' }],
  ])('after a %s it is, where the save may have changed the answer', async (verdict, saved) => {
    expect(await failDuring(verdict, saved)).toMatchObject({ accessToken: 'minted-2', ...saved });
    expect(calls()).toBe(2);
    expect(await store.row(id)).not.toHaveProperty('failure');
  });

  test('a rotated refresh token is committed on top of a save that did not know it', async () => {
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save({
      id,
      redirectUrl: 'https://saved.example/',
      clientSecret: 'saved-secret',
    });
    refresh.release();
    const expected = {
      accessToken: 'new',
      refreshToken: 'rotated',
      redirectUrl: 'https://saved.example/',
      clientSecret: 'saved-secret',
    };
    expect(await finding).toMatchObject(expected);
    expect(await store.container().find({ refreshToken: 'rotated' })).toMatchObject(expected);
    expect(await store.container().find({ refreshToken: 'ann-refresh' })).toBeNull();
  });

  test('and it does not undo what that save changed', async () => {
    await container.save({ id, redirectUrl: 'https://before.example/' });
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save({ id, redirectUrl: 'https://after.example/' });
    refresh.release();
    expect(await finding).toMatchObject({ redirectUrl: 'https://after.example/' });
  });

  test('also where another token has the same refresh token', async () => {
    await container.save(tokenOf('bob', { refreshToken: 'ann-refresh' }));
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save({ id, redirectUrl: 'https://saved.example/' });
    refresh.release();
    expect(await finding).toMatchObject({ refreshToken: 'rotated' });
    expect((await store.container().find({ refreshToken: 'ann-refresh' }))?.userName).toBe('bob');
  });

  test('a save that brings a refresh token of its own wins over a rotated one', async () => {
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save(tokenOf('ann', { refreshToken: 'of the save' }));
    refresh.release();
    expect(await finding).toMatchObject({ refreshToken: 'of the save' });
  });

  test('a deleted token stays deleted', async () => {
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().delete(id);
    refresh.release();
    expect(await finding).toBeNull();
    expect(await store.container().find({ userName: 'ann' })).toBeNull();
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

describe('workers that freeze, die or fail', () => {
  test('a worker frozen past its lease does not overwrite its successor', async () => {
    store.scripted.answers(minted('of the frozen one', START_MS), minted('new', START_MS));
    const frozen = store.provider.hold('refresh', { when: 'after' });
    const first = container.findById(id);
    await frozen.reached;
    const second = await store.container().findById(id);
    expect(second?.accessToken).toBe('new');
    expect(store.clock.nowMs()).toBeGreaterThanOrEqual(START_MS + 9_000);
    frozen.release();
    expect((await first)?.accessToken).toBe('new');
    expect((await store.container().findById(id))?.accessToken).toBe('new');
    expect(await store.row(id)).toMatchObject({ fence: 2, revision: 2 });
  });

  test('what a dead worker stored is adopted without asking the provider again', async () => {
    store.scripted.answers(minted('of the dead one', START_MS, 'rotated'));
    const dead = store.index.hold('commit');
    void container.findById(id);
    await dead.reached;
    store.clock.advance(10_000);

    const found = await store.container().findById(id);
    expect(found).toMatchObject({ accessToken: 'of the dead one', refreshToken: 'rotated' });
    expect(calls()).toBe(1);
    expect((await store.container().find({ refreshToken: 'rotated' }))?.id).toBe(id);
  });

  test('what is adopted and has expired meanwhile is refreshed, with the rotated token', async () => {
    store.scripted.answers(minted('of the dead one', START_MS, 'rotated'));
    const abandoned = store.vault.hold('write', { when: 'after' });
    void container.findById(id);
    await abandoned.reached;
    store.clock.advance(2 * HOUR_MS);

    expect(await store.container().findById(id)).toMatchObject({
      accessToken: 'minted-2',
      refreshToken: 'rotated',
    });
    expect(store.scripted.refreshes[1]).toMatchObject({ refreshToken: 'rotated' });
  });

  test('a version that a save left uncommitted is not adopted', async () => {
    const save = store.vault.hold('write', { when: 'after' });
    void container.save({ id, accessToken: 'never saved' });
    await save.reached;
    const refresh = store.provider.hold('refresh');
    void container.findById(id);
    await refresh.reached;
    store.clock.advance(10_000);
    expect((await store.container().findById(id))?.accessToken).toBe('minted-1');
  });

  test('a rotated refresh token whose commit failed is adopted by the next worker', async () => {
    store.scripted.answers(minted('new', START_MS, 'rotated'));
    store.index.fail('commit', new Error('throttled away'));
    await expect(container.findById(id)).rejects.toThrow('throttled away');
    expect(await store.container().findById(id)).toMatchObject({
      accessToken: 'new',
      refreshToken: 'rotated',
    });
    expect(calls()).toBe(1);
  });

  test('a lease whose worker got nothing is free at once', async () => {
    store.provider.fail('refresh', new Error('bug'));
    await expect(container.findById(id)).rejects.toThrow('bug');
    expect(await store.row(id)).not.toHaveProperty('lease');
  });
});

describe('verdicts', () => {
  const REFUSED = { verdict: 'revoked', reason: 'invalid_code' } as const;
  /** Longer than the first wait, with all the jitter there can be. */
  const SECOND_TRY_MS = 90_000;

  /** One refusal is a suspicion; the second one, a while later, is believed. */
  async function refusedTwice() {
    store.scripted.answers(REFUSED, REFUSED);
    await container.findById(id);
    store.clock.advance(SECOND_TRY_MS);
    await container.findById(id);
  }

  test.each([
    ['outage', 5_000],
    ['malformed', 5_000],
    ['client-fault', 30_000],
    ['throttled', 60_000],
    ['revoked', 60_000],
  ] as const)('%s: finds leave the provider alone for %d ms', async (verdict, leastMs) => {
    store.scripted.answers({ verdict, reason: 'test' });
    await container.findById(id);
    store.clock.advance(leastMs - 1);
    await container.findById(id);
    expect(calls()).toBe(1);
    store.clock.advance(leastMs / 2 + 1);
    expect((await container.findById(id))?.accessToken).toBe('minted-2');
    expect(await store.row(id)).not.toHaveProperty('failure');
  });

  test.each([
    ['an access token', minted('a'.repeat(65_536), START_MS)],
    ['a refresh token', minted('new', START_MS, 'r'.repeat(65_536))],
  ])(
    '%s too long to keep is no token: what is stored is found, and it is asked again later',
    async (_what, answer) => {
      store.scripted.answers(answer);
      expect((await container.findById(id))?.accessToken).toBe('ann-access');
      await expect(container.accessToken({ id })).rejects.toMatchObject({
        code: 'PROVIDER_UNAVAILABLE',
        retryable: true,
      });
      expect(calls()).toBe(1);
      const failure = { verdict: 'malformed: too-long-to-keep', count: 1 };
      expect(await store.row(id)).toMatchObject({ state: 'active', revision: 1, failure });
      expect(await store.row(id)).not.toHaveProperty('lease');
      expect(store.observed.of('refresh')).toMatchObject([{ verdict: 'malformed' }]);
      store.clock.advance(10_000);
      expect((await container.findById(id))?.accessToken).toBe('minted-2');
    },
  );

  test('a find that read the row before another one failed leaves the provider alone too', async () => {
    store.scripted.answers({ verdict: 'outage', reason: 'test' });
    const late = store.index.hold('acquireLease');
    const finding = store.container().findById(id);
    await late.reached;
    await container.findById(id);
    late.release();
    await finding;
    expect(calls()).toBe(1);
    const row = await store.row(id);
    expect(row).toMatchObject({ failure: { count: 1 } });
    expect(row).not.toHaveProperty('lease');
    expect(row).not.toHaveProperty('openFence');
  });

  test('revoked: the first time it is a suspicion', async () => {
    store.scripted.answers(REFUSED);
    await container.findById(id);
    expect(await store.row(id)).toMatchObject({
      state: 'active',
      failure: { verdict: 'revoked: invalid_code', refusals: { count: 1 } },
    });
    store.clock.advance(SECOND_TRY_MS);
    expect((await container.findById(id))?.accessToken).toBe('minted-2');
    expect(await store.row(id)).not.toHaveProperty('failure');
  });

  test('revoked twice: the token is kept and not asked for again until it is saved anew', async () => {
    await refusedTwice();
    expect(await store.row(id)).toMatchObject({
      state: 'needs-reauthorization',
      failure: { verdict: 'revoked: invalid_code', count: 2 },
    });
    store.clock.advance(30 * 86_400_000);
    expect((await container.findById(id))?.accessToken).toBe('ann-access');
    expect(calls()).toBe(2);

    await container.save({ id, refreshToken: 'authorized again' });
    expect((await container.findById(id))?.accessToken).toBe('minted-3');
    expect(await store.row(id)).toMatchObject({ state: 'active' });
  });

  test('revoked is not believed of a token that was saved meanwhile', async () => {
    store.scripted.answers(REFUSED, REFUSED);
    await container.findById(id);
    store.clock.advance(SECOND_TRY_MS);
    const refresh = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await refresh.reached;
    await store.container().save(expiredTokenOf('ann', { refreshToken: 'authorized again' }));
    refresh.release();
    expect((await finding)?.accessToken).toBe('minted-3');
    const row = await store.row(id);
    expect(row).toMatchObject({ state: 'active' });
    expect(row).not.toHaveProperty('failure');
  });

  test('a corrected client secret is tried at once', async () => {
    store.scripted.answers({ verdict: 'client-fault', reason: 'invalid_client_secret' });
    await container.findById(id);
    expect(await store.row(id)).toMatchObject({ state: 'active' });
    await container.save({ id, clientSecret: 'corrected' });
    expect((await container.findById(id))?.accessToken).toBe('minted-2');
    expect(store.scripted.refreshes[1]).toMatchObject({ clientSecret: 'corrected' });
  });

  test('a save that brings no credentials does not bring a revoked token back', async () => {
    await refusedTwice();
    await container.save({ id, redirectUrl: 'https://app.example/' });
    expect(await store.row(id)).toMatchObject({
      state: 'needs-reauthorization',
      failure: { verdict: 'revoked: invalid_code' },
    });
  });

  test('nor does it make the store forget that a token is suspected', async () => {
    store.scripted.answers(REFUSED, REFUSED);
    await container.findById(id);
    store.clock.advance(60_000);
    await container.save({ id, clientSecret: 'corrected' });
    await container.findById(id);
    expect(await store.row(id)).toMatchObject({ state: 'needs-reauthorization' });
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
