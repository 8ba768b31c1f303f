/**
 * RUNBOOK.md, "Restore after a mistaken global logout", rehearsed: its commands as they stand
 * there, in a shell, against a store that has lost all its users.
 */
import { OperatorsShell } from '../../support/operators-shell.ts';
import { codeBlocks, section } from '../../support/runbook.ts';
import { StoredState } from '../../support/stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../../support/test-store.ts';

jest.setTimeout(180_000);

let store: TestStore;
let stored: StoredState;
let shell: OperatorsShell;
beforeEach(async () => {
  store = await startTestStore();
  stored = new StoredState(store);
  shell = new OperatorsShell(store);
});
afterEach(async () => {
  shell.close();
  stored.close();
  await store.close();
});

const [restore, look] = codeBlocks(
  section('Procedures', 'Restore after a mistaken global logout').text,
).map(({ code }) => code);

const run = async (commands = '') => {
  const { code, stdout, stderr } = await shell.run(commands);
  return { code, stdout, stderr: stderr.trim().split('\n') };
};

/** As many as two pages do not hold. */
async function logInAll(count: number): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (let n = 0; n < count; n += 1) {
    const userName = `user-${n}`;
    ids.set(
      userName,
      (await store.client.saveToken({ token: await zohoToken(store, userName) })).id,
    );
  }
  return ids;
}

const idOf = async (userName: string) =>
  (await store.client.findToken({ token: { userName } })).token?.id;

const restoredIn = (lines: readonly string[]) =>
  lines.reduce((sum, line) => sum + Number(/^(\d+) restored$/.exec(line)?.[1] ?? 0), 0);

test('at once: everybody is found again, and nobody has to log in', async () => {
  const ids = await logInAll(60);
  await store.client.deleteTokens();
  expect(await idOf('user-0')).toBeUndefined();
  store.zoho.clearLog();

  const { code, stderr } = await run(restore);
  expect(code).toBe(0);
  expect(stderr.length).toBeGreaterThan(2);
  expect(restoredIn(stderr)).toBe(60);
  for (const [userName, id] of ids) expect(await idOf(userName)).toBe(id);
  expect(store.zoho.counters.tokenPosts).toEqual({});

  expect((await run(look)).stdout).toContain("'logged-out-token': 0");
  expect(JSON.parse(shell.read('report.json'))).toMatchObject({
    finishedAtMs: expect.any(Number),
    checked: { active: 60 },
  });
});

test('called twice: the last logout ended nothing, and the lines say which one did', async () => {
  const ids = await logInAll(3);
  await store.client.deleteTokens();
  await store.client.deleteTokens();
  const { code, stderr } = await run(restore);
  expect(code).toBe(0);
  expect([restoredIn(stderr), stderr.includes('logout 2 ended others')]).toEqual([0, true]);
  expect(
    restoredIn((await run(restore?.replace(/^restore_logout 1$/m, 'restore_logout 2'))).stderr),
  ).toBe(3);
  for (const [userName, id] of ids) expect(await idOf(userName)).toBe(id);
});

test('after the housekeeper had buried all: who has logged in since keeps the new token', async () => {
  const ids = await logInAll(30);
  await store.client.deleteTokens();
  await store.aws.advanceMinutes(61);
  expect(await stored.isSecretInDeletion(ids.get('user-7') ?? '')).toBe(true);
  const anew = await store.client.saveToken({ token: await zohoToken(store, 'user-7') });

  const { code, stderr } = await run(restore);
  expect(code).toBe(0);
  expect(restoredIn(stderr)).toBe(29);
  expect(stderr).toContain(`${ids.get('user-7')} skipped: its user has token ${anew.id} since`);
  for (const [userName, id] of ids) {
    expect(await idOf(userName)).toBe(userName === 'user-7' ? anew.id : id);
  }

  // Run again it finds nothing to do.
  const again = await run(restore);
  expect([again.code, restoredIn(again.stderr)]).toEqual([0, 0]);
  // Their access tokens have expired meanwhile; the next sweeps refresh them.
  await store.aws.advanceMinutes(3);
  const { expiresAt } = await store.client.getAccessToken({ userName: 'user-0' });
  expect(expiresAt).toBeGreaterThan(store.aws.clock.nowMs() + 50 * 60_000);
});

test('cut short by AWS: it says so, and goes on when it is run again', async () => {
  await logInAll(40);
  await store.client.deleteTokens();
  const caller = `latchkey-${store.settings.store}-restore-tokens`;
  const lasting = { skip: 15, times: 1_000, kind: { type: 'serverError' } } as const;
  store.aws.faults.add({ action: 'TransactWriteItems', caller, ...lasting });
  const cut = await run(restore);
  expect(cut.code).not.toBe(0);
  expect(cut.stderr.join('\n')).toContain('STORE_UNAVAILABLE');
  store.aws.faults.clear();
  const { code } = await run(restore);
  expect(code).toBe(0);
  for (let n = 0; n < 40; n += 1) expect(await idOf(`user-${n}`)).toBeDefined();
});
