/** `purge`: what `cdk destroy` leaves in Secrets Manager goes, can be had back, and nothing else goes. */
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateSecretCommand,
  DescribeSecretCommand,
  ListSecretsCommand,
} from '@aws-sdk/client-secrets-manager';
import { operate } from '../../support/operator.ts';
import { StoredState } from '../../support/stored-state.ts';
import { startTestStore, type TestStore } from '../../support/test-store.ts';

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

const save = async (userName: string) =>
  (await store.client.saveToken({ token: { userName, accessToken: `canary-${userName}` } })).id;

const purge = (...args: readonly string[]) =>
  operate(store, ['purge', '--store', store.settings.store, '--per-second', '45', ...args]);

/** What `cdk destroy` does, and the operator in production. */
const destroy = () => stored.dynamoDb.send(new DeleteTableCommand({ TableName: store.tableName }));

/** Names of this test's secrets, by whether they are in deletion. */
async function secrets(): Promise<{ present: string[]; inDeletion: string[] }> {
  const { SecretList = [] } = await stored.secretsManager.send(
    new ListSecretsCommand({ IncludePlannedDeletion: true, MaxResults: 100 }),
  );
  const mine = SecretList.filter(({ Name }) => Name?.includes(store.settings.store));
  const names = (some: typeof mine) => some.map(({ Name = '' }) => Name.slice(9)).sort();
  return {
    present: names(mine.filter(({ DeletedDate }) => DeletedDate === undefined)),
    inDeletion: names(mine.filter(({ DeletedDate }) => DeletedDate !== undefined)),
  };
}

async function createSecret(name: string): Promise<void> {
  await stored.secretsManager.send(
    new CreateSecretCommand({ Name: name, SecretString: 'canary-of-somebody' }),
  );
}

test('a store that is deployed keeps its secrets', async () => {
  await save('ann');
  const before = await secrets();
  const { code, stdout, stderr } = await purge('--yes');
  expect(code).toBe(1);
  expect(stderr).toContain(`The table ${store.tableName} is there`);
  expect(stdout).toBe('');
  expect(await secrets()).toEqual(before);
});

test('all of a destroyed store goes, nothing of its neighbours, and it can be undone', async () => {
  const name = store.settings.store;
  const ids = [await save('ann'), await save('bob'), await save('cid')];
  const deleted = await save('dora');
  await store.client.deleteToken({ id: deleted });
  const others = [
    `${name}-b/${'0'.repeat(32)}`,
    `${name}2/${'1'.repeat(32)}`,
    `${name}/not-a-token`,
  ];
  for (const each of others) await createSecret(`latchkey/${each}`);
  await destroy();
  const mine = ids.map((id) => `${name}/${id}`).sort();
  const gone = `${name}/${deleted}`;

  const dry = await purge('--dry-run');
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toContain(`4 secrets under latchkey/${name}/, of which 1 in deletion`);
  expect(dry.stdout).toContain('$1.20 a month');
  expect(dry.stdout).toContain(`latchkey/${name}/not-a-token`);
  expect(await secrets()).toEqual({ present: [...others, ...mine].sort(), inDeletion: [gone] });

  const unasked = await purge();
  expect(unasked.code).toBe(2);
  expect(unasked.stderr).toContain('--yes');
  expect((await secrets()).inDeletion).toEqual([gone]);

  const done = await purge('--yes', '--recovery-days', '30');
  expect(done).toMatchObject({ code: 0, stderr: '' });
  expect(done.stdout).toContain(`purge --store ${name} --undo`);
  expect(await secrets()).toEqual({
    present: [...others].sort(),
    inDeletion: [...mine, gone].sort(),
  });
  expect(await daysOfRecovery(ids[0] ?? '')).toBe(30);

  const again = await purge('--yes');
  expect(again.code).toBe(0);
  expect(again.stdout).toContain('0 to put into deletion');

  const undone = await purge('--undo', '--yes');
  expect(undone).toMatchObject({ code: 0, stderr: '' });
  expect(await secrets()).toEqual({ present: [...others, ...mine].sort(), inDeletion: [gone] });
  // Nothing bears the mark any more: what the store deletes from now on is not to be undone.
  expect((await purge('--undo', '--dry-run')).stdout).toMatch(/^0 secrets/);
  for (const { stdout } of [dry, done, undone]) expect(stdout).not.toContain('canary');
});

test('one that fails does not keep the others, is named, and goes the next time', async () => {
  const ids = [await save('ann'), await save('bob')];
  await destroy();
  // Each of the two is tried eight times: fifteen failures leave room for one success.
  const call = { service: 'secretsmanager', action: 'DeleteSecret' } as const;
  store.aws.faults.add({ ...call, kind: { type: 'serverError' }, times: 15 });
  const cut = await purge('--yes');
  expect(cut.code).toBe(1);
  expect(cut.stderr).toMatch(/1 of 2 failed, 1 are done\. Run it again/);
  expect(cut.stderr).toMatch(/latchkey\/.*: STORE_UNAVAILABLE/);
  const next = await purge('--yes');
  expect(next.code).toBe(0);
  expect((await secrets()).inDeletion).toHaveLength(ids.length);
});

async function daysOfRecovery(id: string): Promise<number> {
  const { DeletedDate } = await stored.secretsManager.send(
    new DescribeSecretCommand({ SecretId: `latchkey/${store.settings.store}/${id}` }),
  );
  return Math.round(((DeletedDate?.getTime() ?? 0) - store.aws.clock.nowMs()) / 86_400_000);
}
