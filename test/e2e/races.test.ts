/** Races between containers, through the front door: what many callers at once leave behind. */
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';

const CALLERS = 32;
const times = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

let store: TestStore;
beforeAll(async () => {
  store = await startTestStore();
});
afterAll(() => store.close());

test('32 first saves of one user at once leave one token and 32 answers with its id', async () => {
  const answers = await times(CALLERS, (index) =>
    store.client.saveToken({
      token: { userName: 'first', clientId: 'C', clientSecret: 'S', accessToken: `AT-${index}` },
    }),
  );
  const ids = new Set(answers.map(({ id }) => id));
  expect(ids.size).toBe(1);
  expect(answers.filter(({ created }) => created)).toHaveLength(1);
  const { tokens } = await store.client.getTokens();
  expect(tokens.filter(({ userName }) => userName === 'first')).toHaveLength(1);
});

test('32 concurrent finds of an expired token cause one refresh at the provider', async () => {
  const token = await zohoToken(store, 'expired', { expiresAt: Date.now() - 1000 });
  const { id } = await store.client.saveToken({ token });
  const found = await times(CALLERS, () =>
    store.client.findToken({ token: { userName: 'expired' } }),
  );
  expect(store.zoho.refreshesOf(token.refreshToken ?? '')).toBe(1);
  const accessTokens = new Set(found.map((answer) => answer.token?.accessToken));
  expect(accessTokens.size).toBe(1);
  expect([...accessTokens]).not.toContain(token.accessToken);
  expect(new Set(found.map((answer) => answer.token?.id))).toEqual(new Set([id]));
});

test('a find during a save sees the old token or the new one, whole', async () => {
  const version = (n: number) => ({
    userName: 'changing',
    clientId: 'C',
    accessToken: `access-${n}`,
    refreshToken: `refresh-${n}`,
    redirectUrl: `https://app.example/${n}`,
  });
  const { id } = await store.client.saveToken({ token: version(0) });
  const saves = (async () => {
    for (let n = 1; n <= 12; n += 1) await store.client.saveToken({ token: version(n) });
  })();
  const seen = await times(24, () => store.client.findTokenById({ id }));
  await saves;
  for (const { token } of seen) {
    const n = Number(token?.accessToken?.split('-')[1]);
    expect(token).toEqual({ id, ...version(n) });
  }
});

test('after deleteTokens returns no old token is ever found, whatever was under way', async () => {
  const users = Array.from({ length: 8 }, (_, index) => `logged-out-${index}`);
  const save = (userName: string, accessToken: string) =>
    store.client.saveToken({ token: { userName, clientId: 'C', accessToken } });
  const ids = (await Promise.all(users.map((user) => save(user, `${user}-old`)))).map(
    ({ id }) => id,
  );
  const underWay = Promise.allSettled([
    ...users.map((user) => save(user, `${user}-during`)),
    ...ids.map((id) => store.client.findTokenById({ id })),
  ]);
  await store.client.deleteTokens();
  const found = await Promise.all(ids.map((id) => store.client.findTokenById({ id })));
  expect(found).toEqual(ids.map(() => ({ token: null })));
  await underWay;
  const afterwards = await Promise.all(
    users.map((userName) => store.client.findToken({ token: { userName } })),
  );
  for (const { token } of afterwards) {
    if (token === null) continue;
    expect(ids).not.toContain(token.id);
    expect(token.accessToken).toMatch(/-during$/);
  }
  const { created } = await save('logged-out-0', 'after');
  expect(typeof created).toBe('boolean');
  expect(
    (await store.client.findToken({ token: { userName: 'logged-out-0' } })).token,
  ).toMatchObject({
    accessToken: 'after',
  });
});
