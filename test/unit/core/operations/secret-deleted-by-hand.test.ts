/** Secrets that somebody deleted in the console: told apart, and healed by the next save. */

import { ampleDeadline } from '../../../support/core/deadlines.ts';
import { type Container, MemoryStore } from '../../../support/core/memory-store.ts';
import { race } from '../../../support/core/race.ts';
import { expiredTokenOf, tokenOf } from '../../../support/core/tokens.ts';
import { START_MS } from '../../../support/core/virtual-clock.ts';

let store: MemoryStore;
let container: Container;
let id: string;
beforeEach(async () => {
  store = new MemoryStore();
  container = store.container();
  ({ id } = await container.save(tokenOf('ann')));
});

async function deleteSecret() {
  const { secretArn = '' } = (await store.row(id)) ?? {};
  await store.memoryVault.scheduleDeletion(secretArn, ampleDeadline(store.clock));
  return secretArn;
}

const ways: [string, () => Promise<unknown>][] = [
  ['that can be restored', deleteSecret],
  ['that is gone for good', async () => store.memoryVault.purge(await deleteSecret())],
];

describe.each(ways)('a secret %s', (_what, lose) => {
  test('a find says that it cannot be read, and that repeating does not help', async () => {
    await lose();
    await expect(store.container().findById(id)).rejects.toMatchObject({
      code: 'STORE_UNAVAILABLE',
      retryable: false,
    });
  });

  test.each([
    ['cold', () => store.container()],
    ['warm', () => container],
  ])('a save from a %s container brings it back', async (_temperature, containerOf) => {
    await lose();
    const saved = await containerOf().save(tokenOf('ann', { accessToken: 'newer' }));
    expect(saved).toEqual({ id, created: false });
    expect(await store.container().find({ userName: 'ann' })).toEqual({
      id,
      ...tokenOf('ann', { accessToken: 'newer' }),
    });
  });

  test('what a warm container still knows of the token is not lost', async () => {
    await lose();
    await container.save({ id, accessToken: 'newer' });
    expect(await store.container().findById(id)).toMatchObject({ refreshToken: 'ann-refresh' });
  });

  test('a cold and a warm container that save at once both succeed', async () => {
    await lose();
    const containers = [container, store.container()];
    await race(2, (n) => containers[n]?.save({ id, grantToken: `grant-${n}` }) ?? Promise.reject());
    expect((await store.container().findById(id))?.grantToken).toMatch(/^grant-/);
  });

  test('a refresh that cannot be stored leaves the provider alone for a while', async () => {
    await container.save({ id, ...expiredTokenOf('ann') });
    await lose();
    await container.findById(id);
    await container.findById(id);
    expect(store.scripted.refreshes).toHaveLength(1);
    expect(await store.row(id)).toMatchObject({
      state: 'active',
      failure: { verdict: 'outage: secret-gone', atMs: START_MS },
    });
  });

  test('the token can be deleted', async () => {
    await lose();
    expect(await container.delete(id)).toEqual({ deleted: true });
    expect(await container.findById(id)).toBeNull();
  });

  test('a listing names it and shows the others', async () => {
    const other = await container.save(tokenOf('bob'));
    await lose();
    const { tokens, unreadable } = await store.container().list();
    expect(tokens.map((token) => token.id)).toEqual([other.id]);
    expect(unreadable).toEqual([id]);
  });
});

test('a save that meets a delete does not bring the secret back', async () => {
  const write = store.vault.hold('write');
  const saving = container.save({ id, accessToken: 'late' });
  await write.reached;
  await store.container().delete(id);
  write.release();
  await expect(saving).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
  expect([...store.memoryVault.secrets().values()]).toMatchObject([{ inDeletion: true }]);
});
