/** Many at once, in one process and in several: nobody's save is lost, and Zoho is asked once. */
import {
  fieldsOf,
  idOf,
  ofId,
  ofUser,
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

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

const newcomer = (index: number) =>
  sdkToken({
    userName: `newcomer-${index}`,
    clientId: 'C',
    clientSecret: 'S',
    refreshToken: `RT-${index}`,
    accessToken: `AT-${index}`,
  });

test.each([5, 32])(
  '#7 %i callers of an expired token make one refresh request, and all get its token',
  async (callers) => {
    const token = await store.logIn(`crowd-${callers}-7`);
    await store.expire(token);
    const sdkTokens = times(callers, (index) => (index % 2 ? token : ofId(idOf(token))));

    const accessTokens = await Promise.all(sdkTokens.map((each) => each.getToken()));

    expect(store.refreshes()).toBe(1);
    expect(new Set(accessTokens).size).toBe(1);
    expect(accessTokens[0]).not.toBe(token.getAccessToken());
  },
);

test('#7 processes that know the user, the id or the refresh token share one refresh too', async () => {
  const token = await store.logIn('mixed-7');
  await store.expire(token);
  const { refreshToken, clientId, clientSecret } = fieldsOf(token) as Record<string, string>;
  const byRefreshToken = () => sdkToken({ refreshToken, clientId, clientSecret } as never);

  const found = await Promise.all([
    store.tokens.findToken(ofUser(userNameOf('mixed-7'))),
    store.tokens.findTokenById(idOf(token)),
    store.tokens.findToken(byRefreshToken()),
    store.tokens.findToken(byRefreshToken()),
  ]);

  expect(store.refreshes()).toBe(1);
  expect(new Set(found.map((each) => each?.getAccessToken())).size).toBe(1);
});

test('#33 8 users who log in at once all get a token of their own', async () => {
  const tokens = times(8, newcomer);

  await Promise.all(tokens.map((token) => store.tokens.saveToken(token)));

  expect(new Set(tokens.map(idOf)).size).toBe(8);
});

test("#43 of 8 saves and updates at once none is lost, nor any other user's", async () => {
  const tokens = times(8, (index) => newcomer(index + 100));
  await Promise.all(tokens.map((token) => store.tokens.saveToken(token)));
  for (const token of tokens) token.setAccessToken(`${token.getAccessToken()}-updated`);

  await Promise.all(tokens.map((token) => store.tokens.saveToken(token)));

  for (const token of tokens) {
    const found = await store.tokens.findToken(ofUser(token.getUserSignature()?.getName() ?? ''));
    expect(found && fieldsOf(found)).toEqual(fieldsOf(token));
  }
});

test('#43 two updates of one token at once are both kept', async () => {
  const token = newcomer(200);
  await store.tokens.saveToken(token);
  const id = idOf(token);

  await Promise.all([
    store.tokens.saveToken(sdkToken({ id, redirectUrl: 'https://app.example/cb' })),
    store.tokens.saveToken(sdkToken({ id, clientSecret: 'rotated' })),
  ]);

  expect(await store.stored(token)).toMatchObject({
    redirectUrl: 'https://app.example/cb',
    clientSecret: 'rotated',
  });
});
