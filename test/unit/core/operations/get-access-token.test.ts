/** getAccessToken over the memory twins: a token that works, or what to do about it. */
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { HOUR_MS, minted } from '../../../support/core/scripted-provider.ts';
import { expiredTokenOf, tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

let store: MemoryStore;
let container: Container;
beforeEach(() => {
  store = new MemoryStore();
  container = store.container();
});

test('the answer is the access token and nothing else of the token', async () => {
  const { id } = await container.save(tokenOf('ann'));
  const expected = {
    accessToken: 'ann-access',
    expiresAt: START_MS + HOUR_MS,
    apiDomain: 'https://www.zohoapis.eu',
    tokenId: id,
  };
  expect(await container.accessToken({ id })).toEqual(expected);
  expect(await container.accessToken({ userName: 'ann', clientId: 'C' })).toEqual(expected);
});

test('an expired one is refreshed first', async () => {
  const { id } = await container.save(expiredTokenOf('ann'));
  expect(await container.accessToken({ id })).toMatchObject({
    accessToken: 'minted-1',
    expiresAt: START_MS + HOUR_MS,
  });
});

test.each([
  [60, 0],
  [59, 1],
])('with %d s left it is refreshed %d times', async (seconds, times) => {
  const { id } = await container.save(tokenOf('ann'));
  store.clock.advance(HOUR_MS - seconds * 1000);
  await container.accessToken({ id });
  expect(store.scripted.refreshes).toHaveLength(times);
});

test('the caller may ask for more life than that', async () => {
  const { id } = await container.save(tokenOf('ann'));
  store.clock.advance(HOUR_MS - 600_000);
  expect((await container.accessToken({ id })).accessToken).toBe('ann-access');
  expect((await container.accessToken({ id, minValidSeconds: 900 })).accessToken).toBe('minted-1');
});

test.each([{ id: 'f'.repeat(32) }, { userName: 'nobody' }, { userName: 'ann', clientId: 'other' }])(
  '%j is TOKEN_NOT_FOUND',
  async (request) => {
    await container.save(tokenOf('ann'));
    await expect(container.accessToken(request)).rejects.toMatchObject({
      code: 'TOKEN_NOT_FOUND',
      retryable: false,
    });
  },
);

describe('the provider gives none', () => {
  test.each(['outage', 'throttled', 'client-fault', 'revoked'] as const)(
    '%s: a token that is still valid is handed out',
    async (verdict) => {
      store.scripted.answers({ verdict, reason: 'test' });
      const { id } = await container.save(tokenOf('ann'));
      store.clock.advance(HOUR_MS - 30_000);
      expect((await container.accessToken({ id })).accessToken).toBe('ann-access');
      expect(store.scripted.refreshes).toHaveLength(1);
    },
  );

  test.each([
    ['outage', 'PROVIDER_UNAVAILABLE', true],
    ['throttled', 'PROVIDER_UNAVAILABLE', true],
    ['client-fault', 'PROVIDER_UNAVAILABLE', false],
    ['malformed', 'PROVIDER_UNAVAILABLE', true],
    ['revoked', 'PROVIDER_UNAVAILABLE', true],
  ] as const)(
    '%s: for an expired one that is %s, and stays so while it is not asked again',
    async (verdict, code, retryable) => {
      store.scripted.answers({ verdict, reason: 'test' });
      const { id } = await container.save(expiredTokenOf('ann'));
      await expect(container.accessToken({ id })).rejects.toMatchObject({ code, retryable });
      await expect(container.accessToken({ id })).rejects.toMatchObject({ code, retryable });
      expect(store.scripted.refreshes).toHaveLength(1);
    },
  );

  test('an expired one that was refused twice needs its user', async () => {
    const refused = { verdict: 'revoked', reason: 'invalid_code' } as const;
    store.scripted.answers(refused, refused);
    const { id } = await container.save(expiredTokenOf('ann'));
    await expect(container.accessToken({ id })).rejects.toThrow('refused to refresh');
    store.clock.advance(90_000);
    const needsUser = { code: 'REAUTHORIZATION_REQUIRED', retryable: false };
    await expect(container.accessToken({ id })).rejects.toMatchObject(needsUser);
    await expect(container.accessToken({ id })).rejects.toMatchObject(needsUser);
    expect(store.scripted.refreshes).toHaveLength(2);
  });

  test('an expired one that was refreshed just now is to be asked for again later', async () => {
    store.scripted.answers({ ...minted('new', START_MS), expiresAtMs: START_MS + 1 });
    const { id } = await container.save(expiredTokenOf('ann'));
    await container.accessToken({ id });
    store.clock.advance(1_000);
    await expect(container.accessToken({ id })).rejects.toMatchObject({
      code: 'PROVIDER_UNAVAILABLE',
      retryable: true,
    });
    expect(store.scripted.refreshes).toHaveLength(1);
  });

  test('an expired token without a refresh token needs its user', async () => {
    const { refreshToken: _none, ...token } = expiredTokenOf('ann');
    const { id } = await container.save(token);
    await expect(container.accessToken({ id })).rejects.toMatchObject({
      code: 'REAUTHORIZATION_REQUIRED',
    });
  });
});
