/** Saves on top of what a worker stored and did not commit: they take the rotated grant along. */
import type { TokenJson } from '../../../../lib/contract.ts';
import { type Container, LEASE_MS, MemoryStore } from '../../../support/core/memory-store.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { tokenOf } from '../../../support/core/tokens.ts';

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
const answers = (refreshToken?: string) =>
  store.scripted.answers(minted('of the dead', store.clock.nowMs(), refreshToken));

describe('a save on top of what a dead worker left', () => {
  async function diesHavingStored(): Promise<void> {
    const death = store.vault.hold('write', { when: 'after' });
    void store.worker().refresh(id);
    await death.reached;
    store.clock.advance(LEASE_MS);
  }

  test('that did not know the rotated refresh token gets it put on top', async () => {
    answers('rotated');
    await diesHavingStored();
    await container.save({ id, redirectUrl: 'https://saved.example/', clientSecret: 'corrected' });
    await store.worker().refresh(id);
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({
      accessToken: 'of the dead',
      refreshToken: 'rotated',
      redirectUrl: 'https://saved.example/',
      clientSecret: 'corrected',
    });
    expect((await store.container().find({ refreshToken: 'rotated' }))?.id).toBe(id);
    expect(await store.container().find({ refreshToken: 'ann-refresh' })).toBeNull();
  });

  const REDIRECTED = { redirectUrl: 'https://saved.example/' };
  const HELD_BY_A_CALLER = { accessToken: 'ann-access', refreshToken: 'ann-refresh' };

  /**
   *   dead worker   lease ── provider rotates ── version †
   *   save 1                                         current: takes it along ── version ── commit
   *   save 2                                                          now neither current nor previous
   */
  test.each<[string, TokenJson]>([
    ['that brought no credentials', {}],
    ['of all that a caller held', HELD_BY_A_CALLER],
  ])('%s takes it along, and so it outlives a second one', async (_what, held) => {
    answers('rotated');
    await diesHavingStored();
    await container.save({ id, ...held, ...REDIRECTED });
    await container.save({ id, ...held, redirectUrl: 'https://second.example/' });
    expect(await store.container().find({ refreshToken: 'rotated' })).toMatchObject({
      refreshToken: 'rotated',
      redirectUrl: 'https://second.example/',
    });
    await store.worker().refresh(id);
    expect(calls()).toBe(1);
    store.clock.advance(2 * HOUR_MS);
    await store.worker().refresh(id);
    expect(store.scripted.refreshes.at(-1)?.refreshToken).toBe('rotated');
    expect(await store.row(id)).not.toHaveProperty('openFence');
  });

  /**
   *   dead worker   lease ── provider rotates ── on its way ── there †
   *   save 2                        finds nothing ────────────────────────── version ── commit
   *   save 1                                                finds it ── version ──────── refused
   */
  async function comesBetweenTwoSaves(): Promise<{ refused: Promise<unknown>; goOn(): void }> {
    const onItsWay = store.vault.hold('write');
    void store.worker().refresh(id);
    await onItsWay.reached;
    const second = store.vault.hold('write');
    const saved = container.save({ id, redirectUrl: 'https://second.example/' });
    await second.reached;
    const death = store.index.hold('commit');
    onItsWay.release();
    await death.reached;
    const first = store.index.hold('commit');
    const refused = store.container().save({ id, ...REDIRECTED });
    await first.reached;
    second.release();
    await saved;
    store.clock.advance(LEASE_MS);
    return { refused, goOn: first.release };
  }

  test('that is refused for another, which had looked too early, finds it once more', async () => {
    answers('rotated');
    const { refused, goOn } = await comesBetweenTwoSaves();
    goOn();
    await refused;
    await store.worker().refresh(id);
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({ refreshToken: 'rotated', ...REDIRECTED });
  });

  test('and dies before it is refused leaves it to who comes next', async () => {
    answers('rotated');
    await comesBetweenTwoSaves();
    await store.worker().refresh(id);
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({
      refreshToken: 'rotated',
      redirectUrl: 'https://second.example/',
    });
  });

  test('takes it along from a worker that lives, too, who then finds its own', async () => {
    answers('rotated');
    const commit = store.index.hold('commit');
    const outcome = store.worker().refresh(id);
    await commit.reached;
    await container.save({ id, ...HELD_BY_A_CALLER, ...REDIRECTED });
    commit.release();
    expect(await outcome).toBe('fresh');
    expect(await stored()).toMatchObject({ refreshToken: 'rotated', ...REDIRECTED });
    expect(await store.row(id)).not.toHaveProperty('openFence');
  });

  test('that brings another access token has it replaced, as by a refresh after it', async () => {
    answers('rotated');
    await diesHavingStored();
    const other = { accessToken: 'other', expiresAt: store.clock.nowMs() + HOUR_MS };
    await container.save({ id, ...HELD_BY_A_CALLER, ...other });
    expect(await stored()).toMatchObject({ accessToken: 'of the dead', refreshToken: 'rotated' });
  });

  test('that changes nothing else is written for its sake', async () => {
    answers('rotated');
    await diesHavingStored();
    await container.save({ id, ...HELD_BY_A_CALLER });
    expect(await stored()).toMatchObject({ accessToken: 'of the dead', refreshToken: 'rotated' });
  });

  test('that brings a newer grant wins', async () => {
    answers('rotated');
    await diesHavingStored();
    await container.save({ id, refreshToken: 'newer' });
    await store.worker().refresh(id);
    expect(store.scripted.refreshes.map(({ refreshToken }) => refreshToken)).toEqual([
      'ann-refresh',
      'newer',
    ]);
    expect(await stored()).toMatchObject({ accessToken: 'minted-2', refreshToken: 'newer' });
  });

  test('needs nothing where nothing was rotated: the provider is asked again', async () => {
    answers();
    await diesHavingStored();
    await container.save({ id, redirectUrl: 'https://saved.example/' });
    await store.worker().refresh(id);
    expect(calls()).toBe(2);
    expect(await stored()).toMatchObject({
      accessToken: 'minted-2',
      redirectUrl: 'https://saved.example/',
    });
  });
});
