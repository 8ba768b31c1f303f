/**
 * Rehearsals of docs/RECOVERY.md: the table is put back to an earlier time, or lost whole, and the
 * operator's steps bring back all that was acknowledged, and nothing that was deleted.
 */
import { CreateTableCommand, DeleteTableCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { functionName } from '../../../infra/resource-names.ts';
import type { TokenJson } from '../../../lib/contract.ts';
import { clientSettings } from '../../../local/deployment.ts';
import { indexTable } from '../../../local/index-table.ts';
import { operate } from '../../support/operator.ts';
import { StoredState } from '../../support/stored-state.ts';
import {
  ON_EMULATORS,
  startTestStore,
  type TestStore,
  zohoToken,
} from '../../support/test-store.ts';

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

const operator = (command: string, ...args: readonly string[]) =>
  operate(store, [command, '--store', store.settings.store, ...args]);

async function save(userName: string, more: Partial<TokenJson> = {}): Promise<string> {
  const token = await zohoToken(store, userName, more);
  return (await store.client.saveToken({ token })).id;
}

/** All that callers were told: the tokens, whole. */
async function tokens(): Promise<Map<string, TokenJson>> {
  const all = new Map<string, TokenJson>();
  for await (const token of store.client.allTokens()) all.set(token.id ?? '', token);
  return all;
}

/** What is found, under each id and by each user. */
async function found(acknowledged: ReadonlyMap<string, TokenJson>) {
  const byId = new Map<string, TokenJson | null>();
  const byUser = new Map<string, TokenJson | null>();
  for (const [id, { userName = '' }] of acknowledged) {
    byId.set(id, (await store.client.findTokenById({ id })).token);
    byUser.set(id, (await store.client.findToken({ token: { userName } })).token);
  }
  return { byId, byUser };
}

async function housekeeper(mode: 'report' | 'repair') {
  const lambda = new LambdaClient(clientSettings(store.aws));
  const { Payload = [] } = await lambda.send(
    new InvokeCommand({
      FunctionName: functionName(store.settings, 'housekeeper'),
      Payload: JSON.stringify({ mode }),
    }),
  );
  lambda.destroy();
  const report = JSON.parse(Buffer.from(Payload).toString('utf8')) as {
    findings: Record<string, number>;
  };
  return Object.fromEntries(Object.entries(report.findings).filter(([, count]) => count > 0));
}

const copyName = () => `${store.tableName}-restored`;

/** What a point-in-time restore makes: another table, with what the first one holds now. */
async function restoredCopy(): Promise<void> {
  const { dynamoDb } = stored;
  await dynamoDb.send(new CreateTableCommand(indexTable(copyName())));
  for (const Item of await stored.items()) {
    await dynamoDb.send(new PutItemCommand({ TableName: copyName(), Item }));
  }
}

/** A day: refreshes by the schedule, a new login, a change, a deletion, new users, one of them gone. */
async function aDay() {
  const { client, aws } = store;
  const ids = {
    ann: await save('ann'),
    bob: await save('bob'),
    cid: await save('cid'),
    idle: await save('no refresh', { refreshToken: 'R', clientSecret: 'S', expiresAt: 1 }),
  };
  await restoredCopy();
  await save('bob');
  await client.saveToken({ token: { id: ids.bob, redirectUrl: 'https://app.example' } });
  await client.deleteToken({ id: ids.cid });
  const eve = await save('eve');
  const fay = await save('fay');
  await client.deleteToken({ id: fay });
  await aws.advanceMinutes(60);
  return { ...ids, eve, deleted: [ids.cid, fay] };
}

test('after a point-in-time restore the steps bring everything back', async () => {
  const day = await aDay();
  const acknowledged = await tokens();
  expect([...acknowledged.keys()]).toEqual(expect.arrayContaining([day.ann, day.bob, day.eve]));
  expect(await operator('restore-table', '--from', copyName(), '--yes')).toMatchObject({ code: 1 });

  expect(await operator('pause', '--yes')).toMatchObject({ code: 0, stderr: '' });
  await expect(store.client.findTokenById({ id: day.ann })).rejects.toMatchObject({
    awsError: 'TooManyRequestsException',
  });
  const dryCopy = await operator('restore-table', '--from', copyName(), '--dry-run');
  expect(dryCopy.stdout).toMatch(
    /[1-9]\d* would be put back, [1-9]\d* brought back, [1-9]\d* taken off/,
  );
  expect(await operator('restore-table', '--from', copyName(), '--yes')).toMatchObject({ code: 0 });

  // So it is without the rest of the steps: what came since is lost, what was deleted is alive.
  const broken = (await stored.items()).map(({ id }) => id?.S);
  expect(broken).not.toContain(day.eve);
  expect((await stored.row(day.cid)).state).toBe('active');
  expect((await stored.row(day.ann)).revision).toBe(1);
  const early = await operator('resume');
  expect(early).toMatchObject({ code: 1, stdout: '' });
  expect(early.stderr).toContain('recover');

  const dry = await operator('recover', '--dry-run');
  expect(dry).toMatchObject({ code: 0, stderr: '' });
  expect(dry.stdout).toMatch(/1 {2}adopted .*\(/);
  expect((await stored.row(day.ann)).revision).toBe(1);
  const recovered = await operator('recover', '--yes');
  expect(recovered).toMatchObject({ code: 0, stderr: '' });
  expect(recovered.stdout).toMatch(/2 {2}brought-forward/);
  expect(recovered.stdout).toMatch(/1 {2}deleted /);
  expect(await operator('resume')).toMatchObject({ code: 0, stderr: '' });

  await expectAllBack(acknowledged, day.deleted);
  expect(await operator('recover', '--yes')).toMatchObject({
    code: 0,
    stdout: expect.not.stringMatching(/adopted|brought-forward|deleted {2}/),
  });
});

test('a table that is lost whole is rebuilt under the same ids', async () => {
  const day = await aDay();
  const acknowledged = await tokens();
  const { dynamoDb } = stored;
  await dynamoDb.send(new DeleteTableCommand({ TableName: store.tableName }));
  expect((await operator('recover', '--yes')).stderr).toContain('There is no table');
  await dynamoDb.send(new CreateTableCommand(indexTable(store.tableName)));
  const lost = await found(acknowledged);
  expect([...lost.byId.values(), ...lost.byUser.values()].filter((token) => token)).toEqual([]);

  expect(await operator('recover', '--yes')).toMatchObject({ code: 0, stderr: '' });
  await expectAllBack(acknowledged, day.deleted);
});

// Other people's emulators do not know the time that the test lets pass.
(ON_EMULATORS ? test.skip : test)(
  'a logout of everybody that the table has lost is named, and stands',
  async () => {
    const { client, aws } = store;
    const before = [await save('ann'), await save('bob')];
    await aws.advanceMinutes(10);
    await client.deleteTokens();
    const logoutAt = new Date(aws.clock.nowMs()).toISOString();
    await aws.advanceMinutes(10);
    const since = await save('ann');
    await aws.advanceMinutes(10);
    const { dynamoDb } = stored;
    await dynamoDb.send(new DeleteTableCommand({ TableName: store.tableName }));
    await dynamoDb.send(new CreateTableCommand(indexTable(store.tableName)));

    const recovered = await operator('recover', '--yes', '--logout-at', logoutAt);
    expect(recovered).toMatchObject({ code: 0, stderr: '' });
    for (const id of before) expect((await client.findTokenById({ id })).token).toBeNull();
    expect((await client.findToken({ token: { userName: 'ann' } })).token?.id).toBe(since);
    expect((await client.findToken({ token: { userName: 'bob' } })).token).toBeNull();
  },
);

async function expectAllBack(
  acknowledged: ReadonlyMap<string, TokenJson>,
  deleted: readonly string[],
): Promise<void> {
  const { client, aws } = store;
  const { byId, byUser } = await found(acknowledged);
  expect(byId).toEqual(acknowledged);
  expect(byUser).toEqual(acknowledged);
  for (const id of deleted) {
    expect((await client.findTokenById({ id })).token).toBeNull();
    const save = client.saveToken({ token: { id, accessToken: 'under way' } });
    await expect(save).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
  }
  expect(await housekeeper('repair')).toEqual({});
  expect(await housekeeper('report')).toEqual({});
  // The schedule has them again: an hour later each is fresh, and the deleted are still gone.
  await aws.advanceMinutes(60);
  for (const [id, { refreshToken, clientSecret }] of acknowledged) {
    if (clientSecret === 'S') continue;
    const { token } = await client.findTokenById({ id });
    expect(token?.refreshToken).toBe(refreshToken);
    expect((token?.expiresAt ?? 0) - aws.clock.nowMs()).toBeGreaterThan(8 * 60_000);
  }
  expect([...(await tokens()).keys()].sort()).toEqual([...acknowledged.keys()].sort());
}
