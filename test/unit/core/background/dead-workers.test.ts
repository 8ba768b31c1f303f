/** Workers that die: what the provider gave them is never asked for twice, and never lost. */
import { type Container, LEASE_MS, MemoryStore } from '../../../support/core/memory-store.ts';
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
const takeovers = () => store.observed.of('takeover').map(({ adopted }) => adopted);

/** A worker that takes the token's message and gets no further than that. */
async function dieAt(held: { readonly reached: Promise<void> }): Promise<void> {
  void store.worker().refresh(id);
  await held.reached;
  store.clock.advance(LEASE_MS);
}

const answers = (refreshToken?: string) =>
  store.scripted.answers(minted('of the dead', store.clock.nowMs(), refreshToken));

describe('a worker that dies', () => {
  test('before it asked leaves the asking to the next one', async () => {
    await dieAt(store.provider.hold('refresh'));
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(calls()).toBe(1);
    expect(takeovers()).toEqual([false]);
  });

  test('before it stored the answer: the provider is asked again', async () => {
    answers();
    await dieAt(store.vault.hold('write'));
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(calls()).toBe(2);
    expect(takeovers()).toEqual([false]);
    expect((await stored())?.accessToken).toBe('minted-2');
  });

  test.each<[string, () => { readonly reached: Promise<void> }]>([
    ['once it stored the answer', () => store.vault.hold('write', { when: 'after' })],
    ['at its commit', () => store.index.hold('commit')],
  ])('%s: the next one adopts it', async (_when, hold) => {
    answers('rotated');
    await dieAt(hold());
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(calls()).toBe(1);
    expect(takeovers()).toEqual([true]);
    expect(await stored()).toMatchObject({ accessToken: 'of the dead', refreshToken: 'rotated' });
    expect(await store.row(id)).not.toHaveProperty('lease');
    expect(await store.row(id)).not.toHaveProperty('openFence');
  });

  test('once it committed has left nothing to do', async () => {
    answers('rotated');
    await dieAt(store.index.hold('commit', { when: 'after' }));
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(calls()).toBe(1);
    expect(takeovers()).toEqual([]);
  });

  test('is told of as if it lived: what it minted is announced, as of now', async () => {
    answers();
    await dieAt(store.index.hold('commit'));
    const nowMs = store.clock.nowMs();
    await store.worker().refresh(id);
    const [event, ...others] = store.publisher.published;
    expect(others).toEqual([]);
    expect(event).toMatchObject({ type: 'refreshed', detail: { tokenId: id } });
    expect(event?.detail.at).toBeGreaterThanOrEqual(nowMs);
    expect(await store.row(id)).not.toHaveProperty('announce');
  });

  test('and lies dead until its token has expired: it is adopted, then refreshed', async () => {
    answers('rotated');
    await dieAt(store.index.hold('commit'));
    store.clock.advance(2 * HOUR_MS);
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(store.scripted.refreshes[1]).toMatchObject({ refreshToken: 'rotated' });
    expect(await stored()).toMatchObject({ accessToken: 'minted-2', refreshToken: 'rotated' });
  });
});

describe('a worker that fails', () => {
  test.each<[string, (error: Error) => void, number]>([
    ['before the answer is stored', (error) => store.vault.fail('write', error), 2],
    ['when it is', (error) => store.vault.fail('write', error, { when: 'after' }), 1],
    ['at its commit', (error) => store.index.fail('commit', error), 1],
  ])('%s leaves its lease to run out', async (_when, fail, asked) => {
    answers('rotated');
    fail(new Error('AWS is down'));
    await expect(store.worker().refresh(id)).rejects.toThrow('AWS is down');
    expect(await store.row(id)).toHaveProperty('lease');
    await store.worker().refresh(id);
    expect(calls()).toBe(asked);
    expect(await stored()).toMatchObject({
      accessToken: asked === 1 ? 'of the dead' : 'minted-2',
    });
  });

  test('to hear of its commit has committed', async () => {
    answers('rotated');
    store.index.fail('commit', new Error('the answer was lost'), { when: 'after' });
    await expect(store.worker().refresh(id)).rejects.toThrow('lost');
    expect(await store.worker().refresh(id)).toBe('fresh');
    expect(calls()).toBe(1);
  });
});

describe('two dead workers in a row', () => {
  test.each<[string, () => { readonly reached: Promise<void> }]>([
    ['before it looked', () => store.vault.hold('readRefreshed')],
    ['before it adopted', () => store.index.hold('commit')],
  ])("the second %s: the third adopts the first one's version", async (_when, hold) => {
    answers('rotated');
    await dieAt(store.index.hold('commit'));
    await dieAt(hold());
    expect(await store.row(id)).toMatchObject({ fence: 2, openFence: 1 });
    await store.worker().refresh(id);
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({ accessToken: 'of the dead', refreshToken: 'rotated' });
  });

  /**
   *   dead worker   lease ── provider rotates ── version †
   *   save                        finds nothing ───────────── version ── commit
   */
  async function dieOverASave(): Promise<void> {
    const onItsWay = store.vault.hold('write');
    void store.worker().refresh(id);
    await onItsWay.reached;
    const late = store.vault.hold('write');
    const saved = container.save({ id, redirectUrl: 'https://saved.example/' });
    await late.reached;
    const dead = store.index.hold('commit');
    onItsWay.release();
    await dead.reached;
    late.release();
    await saved;
    store.clock.advance(LEASE_MS);
  }

  test('also where the second put it on top of a save and died', async () => {
    answers('rotated');
    await dieOverASave();
    await dieAt(store.vault.hold('write', { when: 'after' }));
    await store.worker().refresh(id);
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({
      accessToken: 'of the dead',
      refreshToken: 'rotated',
      redirectUrl: 'https://saved.example/',
    });
  });

  test('also where its version arrives just before the third looks', async () => {
    answers('rotated');
    await dieOverASave();
    const onItsWay = store.vault.hold('write');
    await dieAt(onItsWay);
    const dead = store.index.hold('commit');
    store.vault.at('readRefreshed', async () => {
      onItsWay.release();
      await dead.reached;
    });
    await store.worker().refresh(id);
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({ accessToken: 'of the dead', refreshToken: 'rotated' });
  });

  test('what the second asked for is adopted, where the first stored nothing', async () => {
    await dieAt(store.vault.hold('write'));
    await dieAt(store.vault.hold('write', { when: 'after' }));
    await store.worker().refresh(id);
    expect(calls()).toBe(2);
    expect(await stored()).toMatchObject({ accessToken: 'minted-2' });
  });
});

/**
 *   frozen worker   lease ── provider rotates ── (frozen) ──────────────── version ── †
 *   save                                 another access token: fresh
 *   the schedule                                          lease ── nothing yet
 *   the next one                                                                   lease ── finds it
 */
test('a worker that wakes after the schedule has looked, and dies then, is looked for once more', async () => {
  answers('rotated');
  const frozen = store.vault.hold('write');
  await dieAt(frozen);
  const fresh = { accessToken: 'saved', expiresAt: store.clock.nowMs() + HOUR_MS };
  await container.save({ id, ...fresh });
  expect(await store.worker().refresh(id)).toBe('fresh');
  const death = store.index.hold('commit');
  frozen.release();
  await death.reached;
  store.clock.advance(2 * HOUR_MS);
  await store.worker().refresh(id);
  expect(store.scripted.refreshes.at(-1)).toMatchObject({ refreshToken: 'rotated' });
  expect(await store.row(id)).not.toHaveProperty('openFence');
});

describe('a version that was committed is no leftover', () => {
  test('where the provider rotates nothing', async () => {
    await store.worker().refresh(id);
    store.clock.advance(HOUR_MS);
    await dieAt(store.provider.hold('refresh'));
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(takeovers()).toEqual([false]);
    expect(await stored()).toMatchObject({ accessToken: 'minted-2' });
  });

  test('where the refresh token that it used up has come back since', async () => {
    answers('rotated');
    await store.worker().refresh(id);
    store.clock.advance(HOUR_MS);
    store.scripted.answers(REFUSED, REFUSED);
    await store.worker().refresh(id);
    store.clock.advance(90_000);
    await store.worker().refresh(id);
    expect(await store.row(id)).toMatchObject({ state: 'needs-reauthorization' });
    await container.save({ id, refreshToken: 'ann-refresh' });
    await dieAt(store.provider.hold('refresh'));
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(takeovers()).toEqual([false]);
    expect(await stored()).toMatchObject({ refreshToken: 'ann-refresh' });
  });

  test('nor is one that a save wrote and did not commit', async () => {
    const save = store.vault.hold('write', { when: 'after' });
    void container.save({ id, accessToken: 'never saved', refreshToken: 'never saved' });
    await save.reached;
    await dieAt(store.provider.hold('refresh'));
    expect(await store.worker().refresh(id)).toBe('refreshed');
    expect(await stored()).toMatchObject({ accessToken: 'minted-1', refreshToken: 'ann-refresh' });
  });
});
