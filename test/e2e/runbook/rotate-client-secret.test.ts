/**
 * A client secret is changed while applications go on: none of them is without an access token, and
 * no user has to log in again.
 */
import { operate } from '../../support/operator.ts';
import { StoredState } from '../../support/stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../../support/test-store.ts';

jest.setTimeout(240_000);

let store: TestStore;
let stored: StoredState;
beforeEach(async () => {
  store = await startTestStore();
  stored = new StoredState(store);
});
afterEach(async () => {
  stored.close();
  await store.close();
});

const CLIENT = '1000.CLIENT';
const NEW_SECRET = 'canary-new-client-secret';

const rotate = (input: string, ...args: readonly string[]) =>
  operate(
    store,
    ['rotate-client-secret', '--store', store.settings.store, '--client', CLIENT, ...args],
    input,
  );

async function saveUsers(count: number): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (let n = 0; n < count; n += 1) {
    const token = await zohoToken(store, `user-${n}`);
    ids.set(`user-${n}`, (await store.client.saveToken({ token })).id);
  }
  return ids;
}

test('during traffic nobody is without an access token, and all are refreshed with the new one', async () => {
  const { client, aws, zoho } = store;
  const users = await saveUsers(6);
  const { id: other } = await client.saveToken({
    token: { userName: 'other', clientId: '1000.OTHER', clientSecret: 'its', refreshToken: 'R' },
  });
  const left: number[] = [];
  const everybodyAsks = async () => {
    for (const userName of users.keys()) {
      const { expiresAt } = await client.getAccessToken({ userName });
      left.push((expiresAt ?? 0) - aws.clock.nowMs());
    }
  };
  await aws.advanceMinutes(44, everybodyAsks);
  // Somebody regenerates the secret at the provider: from here on the old one is refused.
  zoho.register({ clientId: CLIENT, clientSecret: NEW_SECRET });
  await aws.advanceMinutes(9, everybodyAsks);
  const refused = await Promise.all([...users.values()].map(async (id) => stored.row(id)));
  expect(refused.filter(({ failure }) => failure?.verdict.startsWith('client-fault'))).not.toEqual(
    [],
  );

  const dry = await rotate('', '--dry-run');
  expect(dry).toMatchObject({ code: 0, stdout: expect.stringContaining('6 tokens of client') });
  let rotating = true;
  const asking = (async () => {
    while (rotating) await everybodyAsks();
  })();
  const done = await rotate(`${NEW_SECRET}\n`, '--yes');
  rotating = false;
  await asking;
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toContain('6 tokens with the new secret.');

  await aws.advanceMinutes(60, everybodyAsks);
  expect(Math.min(...left)).toBeGreaterThan(0);
  for (const id of users.values()) {
    expect(await stored.row(id)).toMatchObject({ state: 'active' });
    expect((await stored.row(id)).failure).toBeUndefined();
    expect((await stored.pinned(id)).clientSecret).toBe(NEW_SECRET);
  }
  expect((await stored.pinned(other)).clientSecret).toBe('its');
  for (const { stdout, stderr } of [dry, done]) expect(stdout + stderr).not.toContain('canary');
});

test('a second time nothing is written', async () => {
  const users = await saveUsers(2);
  expect(await rotate(NEW_SECRET, '--yes')).toMatchObject({ code: 0 });
  const before = await Promise.all([...users.values()].map((id) => stored.row(id)));
  store.takeCalls();
  expect(await rotate(NEW_SECRET, '--yes')).toMatchObject({ code: 0 });
  expect(await Promise.all([...users.values()].map((id) => stored.row(id)))).toEqual(before);
  expect(store.takeCalls().map(({ action }) => action)).not.toContain('PutSecretValue');
});

test.each([
  ['nothing', ''],
  ['two lines', 'canary\ncanary'],
])('%s on standard input is no secret', async (_what, input) => {
  await saveUsers(1);
  const { code, stderr } = await rotate(input, '--yes');
  expect(code).toBe(2);
  expect(stderr).toMatch(/client secret/);
  expect(stderr).not.toContain('canary');
});

test('an operator who says the secret on the command line is refused, and it is not repeated', async () => {
  const { code, stdout, stderr } = await rotate('', '--client-secret', NEW_SECRET);
  expect(code).toBe(2);
  expect(stdout + stderr).not.toContain('canary');
});

test('a client that no token has is named', async () => {
  const { code, stderr } = await operate(
    store,
    ['rotate-client-secret', '--store', store.settings.store, '--client', '1000.TYPO', '--yes'],
    NEW_SECRET,
  );
  expect(code).toBe(1);
  expect(stderr).toContain('Is the client id right?');
});
