/** Answers that no secret can hold whole: what was rotated in them is kept, alone if need be. */
import { type Container, LEASE_MS, MemoryStore } from '../../../support/core/memory-store.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { expiredTokenOf, tokenOf } from '../../../support/core/tokens.ts';

const MALFORMED = { failure: { verdict: 'malformed: too-long-to-keep', count: 1 } };
const TOO_LONG = 'a'.repeat(65_536);
const REDIRECTED = { redirectUrl: 'https://saved.example/' };

let store: MemoryStore;
let container: Container;
let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(expiredTokenOf('ann')));
});

const calls = () => store.scripted.refreshes.length;
const lastShown = () => store.scripted.refreshes.at(-1)?.refreshToken;
const stored = () => store.container().findById(id);
const answers = (accessToken = TOO_LONG, refreshToken = 'rotated') =>
  store.scripted.answers(minted(accessToken, store.clock.nowMs(), refreshToken));

describe('an access token too long to keep, beside a rotated refresh token', () => {
  test('is a failure, and the grant lives on', async () => {
    answers();
    const { accessToken, ...others } = expiredTokenOf('ann');
    const kept = { ...others, accessToken, refreshToken: 'rotated' };
    expect(await container.findById(id)).toEqual({ id, ...kept });
    expect(await store.row(id)).toMatchObject({ state: 'active', ...MALFORMED });
    expect(await store.row(id)).not.toHaveProperty('lease');
    expect(await store.row(id)).not.toHaveProperty('openFence');
    expect((await store.container().find({ refreshToken: 'rotated' }))?.id).toBe(id);
    expect(store.observed.of('refresh')).toMatchObject([{ verdict: 'malformed' }]);
    expect(calls()).toBe(1);
    store.clock.advance(60_000);
    expect((await stored())?.accessToken).toBe('minted-2');
    expect(lastShown()).toBe('rotated');
    expect(await store.row(id)).not.toHaveProperty('failure');
  });

  test('is not announced: nothing is there to be fetched', async () => {
    answers();
    await container.findById(id);
    expect(await store.row(id)).not.toHaveProperty('announce');
    answers();
    store.clock.advance(60_000);
    expect(await store.worker().refresh(id)).toBe('malformed');
    expect(store.publisher.published).toEqual([]);
  });

  test('leaves an access token that is valid in use', async () => {
    await container.save({ ...tokenOf('ann'), expiresAt: store.clock.nowMs() + 120_000 });
    store.clock.advance(80_000);
    answers();
    expect(await container.accessToken({ id })).toMatchObject({ accessToken: 'ann-access' });
    expect(calls()).toBe(1);
    expect(await stored()).toMatchObject({ refreshToken: 'rotated' });
  });

  test('disproves the refusal before it', async () => {
    store.scripted.answers({ verdict: 'revoked', reason: 'invalid_grant' });
    await container.findById(id);
    store.clock.advance(90_000);
    answers();
    await container.findById(id);
    const { failure } = (await store.row(id)) ?? {};
    expect(failure).toMatchObject({ verdict: 'malformed: too-long-to-keep', count: 2 });
    expect(failure).not.toHaveProperty('refusals');
  });
});

test.each<[string, () => void]>([
  ['as long again as itself', () => answers('a'.repeat(33_000), 'r'.repeat(33_000))],
  [
    'of an API domain without end',
    () => {
      store.scripted.answers({
        ...minted('new', store.clock.nowMs(), 'rotated'),
        apiDomain: TOO_LONG,
      });
    },
  ],
])('an answer %s: its refresh token is kept', async (_what, answer) => {
  answer();
  await container.findById(id);
  expect(await store.row(id)).toMatchObject(MALFORMED);
  store.clock.advance(60_000);
  await container.findById(id);
  expect(lastShown()).toMatch(/^(rotated|r{33000})$/);
});

test('a refresh token that has room in place of the old access token alone takes it', async () => {
  await container.save({ id, accessToken: 'b'.repeat(40_000), expiresAt: store.clock.nowMs() });
  answers(TOO_LONG, 'r'.repeat(40_000));
  const found = await container.findById(id);
  expect(found).toMatchObject({ refreshToken: 'r'.repeat(40_000) });
  expect(found).not.toHaveProperty('accessToken');
  store.clock.advance(60_000);
  expect(await stored()).toMatchObject({ accessToken: 'minted-2' });
});

describe('beside others', () => {
  /** A save that changes another field while the provider answers. */
  async function savedMeanwhile(token: object): Promise<void> {
    answers();
    const answered = store.provider.hold('refresh', { when: 'after' });
    const finding = container.findById(id);
    await answered.reached;
    await store.container().save({ id, ...token });
    answered.release();
    await finding;
  }

  test('a save of another field keeps it, and gets the refresh token', async () => {
    await savedMeanwhile(REDIRECTED);
    expect(await stored()).toMatchObject({ refreshToken: 'rotated', ...REDIRECTED });
  });

  test('a save of another access token keeps it', async () => {
    await savedMeanwhile({ accessToken: 'saved', expiresAt: store.clock.nowMs() + HOUR_MS });
    expect(await stored()).toMatchObject({ refreshToken: 'rotated', accessToken: 'saved' });
  });

  test('a worker that dies before its commit leaves it to the next one', async () => {
    answers();
    const death = store.index.hold('commit');
    void container.findById(id);
    await death.reached;
    store.clock.advance(LEASE_MS);
    expect(await stored()).toMatchObject({ accessToken: 'minted-2', refreshToken: 'rotated' });
    expect(lastShown()).toBe('rotated');
  });

  test('a save after such a death keeps its own access token', async () => {
    answers();
    const death = store.index.hold('commit');
    void container.findById(id);
    await death.reached;
    store.clock.advance(LEASE_MS);
    const mine = { accessToken: 'saved', expiresAt: store.clock.nowMs() + HOUR_MS };
    await store.container().save({ id, ...mine });
    expect(await stored()).toMatchObject({ ...mine, refreshToken: 'rotated' });
  });
});
