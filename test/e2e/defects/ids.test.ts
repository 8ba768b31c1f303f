/** Ids: whose token an id names, however many there are and wherever the id came from. */
import {
  clientToken,
  fieldsOf,
  idOf,
  type SdkOnStore,
  sdkToken,
  startSdkOnStore,
  userNameOf,
} from './sdk-on-store.ts';

let store: SdkOnStore;
beforeAll(async () => {
  store = await startSdkOnStore();
});
afterAll(() => store.close());

const ofUserAndClient = (userName: string, clientId: string, more = {}) =>
  sdkToken({
    userName,
    clientId,
    clientSecret: `secret of ${clientId}`,
    refreshToken: `RT-${userName}-${clientId}`,
    accessToken: `AT-${userName}-${clientId}`,
    ...more,
  });

test("#32 the 11th user gets an id of her own, not the 10th user's token", async () => {
  const tokens = [];
  for (let n = 1; n <= 12; n += 1) {
    const token = ofUserAndClient(`user-${n}-32`, 'C-32');
    await store.tokens.saveToken(token);
    tokens.push(token);
  }
  expect(new Set(tokens.map(idOf)).size).toBe(12);
  for (const token of tokens) {
    expect(fieldsOf(await store.tokens.findTokenById(idOf(token)))).toEqual(fieldsOf(token));
  }
});

test('#32 an id that is no number does not turn the next one into NaN', async () => {
  const first = ofUserAndClient('before-32', 'C', { id: 'not-a-number' });
  const second = ofUserAndClient('after-32', 'C');
  await store.tokens.saveToken(first);
  await store.tokens.saveToken(second);
  expect(idOf(first)).toMatch(/^[0-9a-f]{32}$/);
  expect(idOf(second)).toMatch(/^[0-9a-f]{32}$/);
  expect(idOf(second)).not.toBe(idOf(first));
});

test("#36 a save under bob's id in alice's name changes neither of them", async () => {
  const alice = ofUserAndClient('alice-36', 'C');
  const bob = ofUserAndClient('bob-36', 'C');
  await store.tokens.saveToken(alice);
  await store.tokens.saveToken(bob);
  const mixedUp = ofUserAndClient('alice-36', 'C', { id: idOf(bob), accessToken: 'mixed-up' });

  await expect(store.tokens.saveToken(mixedUp)).rejects.toThrow(/^CONFLICT: /);

  for (const token of [alice, bob]) {
    expect(fieldsOf(await store.tokens.findTokenById(idOf(token)))).toEqual(fieldsOf(token));
  }
});

test('#36 a save under an id goes to that token, not to whichever matches besides', async () => {
  const one = sdkToken({ clientId: 'C', clientSecret: 'S', refreshToken: 'RT-one-36' });
  const two = sdkToken({ clientId: 'C', clientSecret: 'S', refreshToken: 'RT-two-36' });
  await store.tokens.saveToken(one);
  await store.tokens.saveToken(two);

  await store.tokens.saveToken(sdkToken({ id: idOf(two), redirectUrl: 'https://two.example' }));

  expect((await store.stored(one))?.redirectUrl).toBeUndefined();
  expect((await store.stored(two))?.redirectUrl).toBe('https://two.example');
});

test("#36 a user's second application does not replace the first one's credentials", async () => {
  const first = await store.logIn('two-apps-36', { clientId: '1000.ONE', clientSecret: 'one' });
  const second = await store.logIn('two-apps-36', { clientId: '1000.TWO', clientSecret: 'two' });

  expect(idOf(second)).not.toBe(idOf(first));
  expect(await store.storedOf(userNameOf('two-apps-36'))).toHaveLength(2);
  for (const token of [first, second]) {
    expect(await store.stored(token)).toMatchObject({
      clientId: token.getClientId(),
      clientSecret: token.getClientSecret(),
      refreshToken: token.getRefreshToken(),
    });
  }
});

test("#49 an id from elsewhere updates the user's token, and is itself never given", async () => {
  const known = await store.logIn('imported-49');
  for (const id of ['77', 'row-77', 'NaN']) {
    const imported = sdkToken({ ...fieldsOf(known), id, redirectUrl: `https://${id}.example` });
    await store.tokens.saveToken(imported);
    expect(idOf(imported)).toBe(idOf(known));
    await expect(store.tokens.findTokenById(id)).rejects.toThrow('Given ID is invalid');
  }
  expect(await store.storedOf(userNameOf('imported-49'))).toHaveLength(1);
});

test("#55 refreshing the second user's token leaves the first user's as it was", async () => {
  const first = await store.logIn('first-55');
  const second = await store.logIn('second-55');
  const before = await store.stored(first);
  await store.expire(second);

  const refreshed = await store.start(
    clientToken()
      .refreshToken(second.getRefreshToken() ?? '')
      .build(),
  );

  expect(idOf(refreshed)).toBe(idOf(second));
  expect(refreshed.getAccessToken()).not.toBe(second.getAccessToken());
  expect(await store.stored(first)).toEqual(before);
});
