/** Tokens that nobody uses, tokens that were refused, and what wakes or heals them. */
import { DEFAULT_REFRESH_POLICY, scheduledAtMs } from '../../../../lib/refresh-policy.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

const DAY_MS = 86_400_000;
const REFUSED = { verdict: 'revoked', reason: 'invalid_code' } as const;

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

const calls = () => store.scripted.refreshes.length;
const published = () => store.publisher.published.map(({ type }) => type);

async function expectDueByPolicy(id: string) {
  const row = await store.row(id);
  expect(row?.dueAtMs).toBeGreaterThan(store.clock.nowMs());
  expect(row?.dueAtMs).toBe(row && scheduledAtMs(row, store.policies.standard));
}

describe('a token that nobody has used for 30 days', () => {
  /** Idle, with an access token that expires at that time. */
  async function idleToken(expiresAt: number): Promise<string> {
    const { id } = await container.save(tokenOf('ann', { expiresAt }));
    store.clock.advance(30 * DAY_MS);
    expect(await store.worker().refresh(id)).toBe('idle');
    return id;
  }

  test('is idle, and not due any more', async () => {
    const id = await idleToken(START_MS + HOUR_MS);
    const row = await store.row(id);
    expect(row).toMatchObject({ state: 'idle' });
    expect(row).not.toHaveProperty('dueAtMs');
    expect(row).not.toHaveProperty('dispatches');
    store.clock.advance(300 * DAY_MS);
    expect(await store.worker().refresh(id)).toBe('cannot-refresh');
    expect(await store.row(id)).not.toHaveProperty('dueAtMs');
    expect(calls()).toBe(0);
  });

  test('is not idle a moment sooner', async () => {
    const { id } = await container.save(tokenOf('ann'));
    store.clock.advance(30 * DAY_MS - 1);
    expect(await store.worker().refresh(id)).toBe('refreshed');
  });

  test('is refreshed and awake when it is found, and due again', async () => {
    const id = await idleToken(START_MS + HOUR_MS);
    expect((await container.findById(id))?.accessToken).toBe('minted-1');
    expect(await store.row(id)).toMatchObject({
      state: 'active',
      usedAtMs: store.clock.nowMs(),
      dueAtMs: store.clock.nowMs(),
    });
    expect(await store.worker().refresh(id)).toBe('fresh');
    await expectDueByPolicy(id);
  });

  test('is woken by a find that needs no refresh, too', async () => {
    const id = await idleToken(START_MS + 60 * DAY_MS);
    await container.find({ userName: 'ann' });
    const nowMs = store.clock.nowMs();
    expect(await store.row(id)).toMatchObject({ state: 'active', usedAtMs: nowMs, dueAtMs: nowMs });
    expect(await store.worker().refresh(id)).toBe('fresh');
    await expectDueByPolicy(id);
    expect(calls()).toBe(0);
  });

  test.each(['outage', 'client-fault'] as const)(
    'is woken by a find that the provider fails, too: %s',
    async (verdict) => {
      const id = await idleToken(START_MS + HOUR_MS);
      store.scripted.answers({ verdict, reason: 'test' });
      await container.findById(id);
      expect(await store.row(id)).toMatchObject({ state: 'active', dueAtMs: store.clock.nowMs() });
      expect(await store.worker().refresh(id)).toBe('backing-off');
      await expectDueByPolicy(id);
    },
  );

  test('is woken by a save', async () => {
    const id = await idleToken(START_MS + HOUR_MS);
    await container.save({ id, redirectUrl: 'https://saved.example/' });
    expect(await store.row(id)).toMatchObject({ state: 'active' });
    expect(await store.worker().refresh(id)).toBe('refreshed');
  });

  test('is not put to sleep by a worker while somebody uses it', async () => {
    const { id } = await container.save(tokenOf('ann', { expiresAt: START_MS + 60 * DAY_MS }));
    store.clock.advance(30 * DAY_MS);
    const settling = store.due.hold('settle');
    const worker = store.worker().refresh(id);
    await settling.reached;
    await container.findById(id);
    settling.release();
    expect(await worker).toBe('changed');
    expect(await store.row(id)).toMatchObject({ state: 'active' });
  });

  test('that was failing is not tried any more either', async () => {
    const { id } = await container.save(tokenOf('ann'));
    store.clock.advance(30 * DAY_MS - 1);
    store.scripted.answers({ verdict: 'client-fault', reason: 'invalid_client' });
    await store.worker().refresh(id);
    store.clock.advance(HOUR_MS);
    expect(await store.worker().refresh(id)).toBe('idle');
    expect(await store.row(id)).not.toHaveProperty('dueAtMs');
  });

  test('is kept alive where the policy says so, and stays idle', async () => {
    const keepAliveMs = 20 * DAY_MS;
    store.policies = { ...store.policies, standard: { ...DEFAULT_REFRESH_POLICY, keepAliveMs } };
    const id = await idleToken(START_MS + HOUR_MS);
    expect(await store.row(id)).toMatchObject({ dueAtMs: START_MS + keepAliveMs });
    expect(await store.worker().refresh(id)).toBe('refreshed');
    const row = await store.row(id);
    expect(row).toMatchObject({ state: 'idle', usedAtMs: START_MS });
    expect(row?.dueAtMs).toBe((row?.refreshedAtMs ?? Number.NaN) + keepAliveMs);
    expect(await store.worker().refresh(id)).toBe('fresh');
    store.clock.advance(keepAliveMs);
    expect(await store.worker().refresh(id)).toBe('refreshed');
  });
});

describe('a use', () => {
  const YEAR = { expiresAt: START_MS + 365 * DAY_MS };
  const noted = () => store.due.count('noteUse');

  test('is noted once a day, however often the token is found', async () => {
    const { id } = await container.save(tokenOf('ann', YEAR));
    const finds = async () => {
      for (const other of [container, store.container()]) {
        await other.findById(id);
        await other.find({ userName: 'ann' });
        await other.accessToken({ id });
      }
    };
    await finds();
    expect(noted()).toBe(0);
    for (const day of [1, 2]) {
      store.clock.advance(DAY_MS);
      await finds();
      expect(noted()).toBe(day);
      expect(await store.row(id)).toMatchObject({ usedAtMs: store.clock.nowMs() });
    }
  });

  test('keeps a token from going idle', async () => {
    const { id } = await container.save(tokenOf('ann', YEAR));
    store.clock.advance(29 * DAY_MS);
    await container.findById(id);
    store.clock.advance(2 * DAY_MS);
    expect(await store.worker().refresh(id)).toBe('fresh');
  });

  test('that cannot be noted is a find all the same', async () => {
    const { id } = await container.save(tokenOf('ann', YEAR));
    store.clock.advance(DAY_MS);
    store.due.fail('noteUse', new Error('throttled'));
    expect((await container.findById(id))?.accessToken).toBe('ann-access');
    await container.findById(id);
    expect(await store.row(id)).toMatchObject({ usedAtMs: store.clock.nowMs() });
  });

  test('that refreshes is noted with the refresh', async () => {
    const { id } = await container.save(tokenOf('ann'));
    store.clock.advance(DAY_MS);
    await container.findById(id);
    expect(noted()).toBe(0);
    expect(await store.row(id)).toMatchObject({ usedAtMs: store.clock.nowMs() });
  });

  test('by the schedule is none', async () => {
    const { id } = await container.save(tokenOf('ann'));
    store.clock.advance(DAY_MS);
    await store.worker().refresh(id);
    expect(await store.row(id)).toMatchObject({ usedAtMs: START_MS });
  });
});

describe('a token that was refused twice', () => {
  let id: string;
  beforeEach(async () => {
    ({ id } = await container.save(tokenOf('ann')));
    store.clock.advance(HOUR_MS);
    store.scripted.answers(REFUSED, REFUSED);
    expect(await store.worker().refresh(id)).toBe('refused');
    store.clock.advance(90_000);
    expect(await store.worker().refresh(id)).toBe('revoked');
    expect(published()).toEqual(['needs-reauthorization']);
    expect(store.observed.of('needsReauthorization')).toEqual([{ tokenId: id }]);
  });

  test('is probed an hour later, and not sooner', async () => {
    const dueAtMs = (await store.row(id))?.dueAtMs ?? Number.NaN;
    expect(dueAtMs).toBeGreaterThanOrEqual(store.clock.nowMs() + HOUR_MS - 100);
    expect(dueAtMs).toBeLessThan(store.clock.nowMs() + 1.5 * HOUR_MS);
    store.clock.advance(dueAtMs - 1 - store.clock.nowMs());
    expect(await store.worker().refresh(id)).toBe('backing-off');
    expect(calls()).toBe(2);
  });

  test('is announced no more when a probe is refused, and probed two hours later again', async () => {
    store.clock.advance(1.5 * DAY_MS);
    store.scripted.answers(REFUSED);
    expect(await store.worker().refresh(id)).toBe('revoked');
    expect(published()).toEqual(['needs-reauthorization']);
    const row = await store.row(id);
    expect(row).toMatchObject({ state: 'needs-reauthorization' });
    expect(row?.dueAtMs).toBeGreaterThanOrEqual(store.clock.nowMs() + 2 * HOUR_MS - 100);
  });

  test('is not put to sleep, however long it is left alone', async () => {
    store.clock.advance(100 * DAY_MS);
    store.scripted.answers(REFUSED);
    expect(await store.worker().refresh(id)).toBe('revoked');
  });

  test('heals when a probe succeeds, and it is announced', async () => {
    store.clock.advance(1.5 * DAY_MS);
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(published()).toEqual(['needs-reauthorization', 'healed']);
    const row = await store.row(id);
    expect(row).toMatchObject({ state: 'active' });
    expect(row).not.toHaveProperty('failure');
    expect(row).not.toHaveProperty('announce');
    await expectDueByPolicy(id);
  });

  test('heals also where the probe gives the same access token again', async () => {
    store.clock.advance(1.5 * DAY_MS);
    store.scripted.answers(minted('ann-access', store.clock.nowMs()));
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(await store.row(id)).toMatchObject({ state: 'active' });
    expect(published()).toEqual(['needs-reauthorization', 'healed']);
  });

  test('heals when its user authorizes anew, and it is announced', async () => {
    await container.save({ id, refreshToken: 'authorized again' });
    expect(await store.row(id)).toMatchObject({ state: 'active', dueAtMs: store.clock.nowMs() });
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(published()).toEqual(['needs-reauthorization', 'healed']);
    expect(await store.row(id)).not.toHaveProperty('announce');
    await expectDueByPolicy(id);
  });
});
