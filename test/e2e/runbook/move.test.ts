/**
 * A store moves to another account, by the steps of docs/RECOVERY.md: applications find every token
 * there under its id, and no token is refreshed by both stores.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import type { TokenJson } from '../../../lib/contract.ts';
import { deployLocally, type LocalDeployment } from '../../../local/deployment.ts';
import { operateIn } from '../../support/operator.ts';
import { StoredState } from '../../support/stored-state.ts';
import {
  ON_EMULATORS,
  startTestStore,
  type TestStore,
  zohoToken,
} from '../../support/test-store.ts';

jest.setTimeout(240_000);

let source: TestStore;
let target: LocalDeployment;
let directory: string;

beforeEach(async () => {
  source = await startTestStore();
  const { store, dataCentre, moreDataCentres } = source.settings;
  target = await deployLocally({ store, dataCentre, moreDataCentres });
  directory = mkdtempSync(join(tmpdir(), 'move-test-'));
  const profile = (name: string, { aws }: Pick<LocalDeployment, 'aws'>) => `[profile ${name}]
region = us-east-1
endpoint_url = ${aws.url}
aws_access_key_id = operator-of-${name}
aws_secret_access_key = local
`;
  writeFileSync(join(directory, 'config'), profile('old', source) + profile('new', target));
});

afterEach(async () => {
  await target.close();
  await source.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Two accounts are two profiles, as an operator has them. */
const operator = (profile: 'old' | 'new', command: string, ...args: readonly string[]) =>
  operateIn(
    {
      AWS_CONFIG_FILE: join(directory, 'config'),
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PROFILE: profile,
    },
    [command, '--store', source.settings.store, ...args],
  );

const copy = () =>
  operator('old', 'copy', '--to-store', source.settings.store, '--to-profile', 'new', '--yes');

async function save(user: string): Promise<string> {
  return (await source.client.saveToken({ token: await zohoToken(source, user) })).id;
}

async function tokens({ client }: Pick<LocalDeployment, 'client'>): Promise<TokenJson[]> {
  const all: TokenJson[] = [];
  for await (const token of client.allTokens()) all.push(token);
  return all.sort((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
}

// Emulators of other people stand for one account, not for two.
(ON_EMULATORS ? test.skip : test)('a store moves to another account', async () => {
  const ann = await save('ann');
  const bob = await save('bob');
  const ok = { code: 0, stderr: '' };
  expect(await operator('new', 'pause', '--yes')).toMatchObject(ok);
  const first = await copy();
  expect(first).toMatchObject(ok);
  expect(first.stdout).toMatch(/2 {2}created/);

  // Life goes on at the source until it is paused.
  await source.aws.advanceMinutes(55);
  await source.client.deleteToken({ id: bob });
  const eve = await save('eve');
  const acknowledged = await tokens(source);
  expect(acknowledged.map(({ id }) => id).sort()).toEqual([ann, eve].sort());
  expect(await operator('old', 'pause', '--yes')).toMatchObject(ok);

  const second = await copy();
  expect(second).toMatchObject(ok);
  expect(second.stdout.match(/\d {2}\w+/g)).toEqual(['1  created', '1  updated', '1  deleted']);
  // The target is younger than the source by the hour that the test let pass there.
  target.aws.clock.advance(60 * 60_000);
  expect(await operator('new', 'recover', '--yes')).toMatchObject(ok);
  expect(await operator('new', 'resume')).toMatchObject(ok);

  expect(await tokens(target)).toEqual(acknowledged);
  expect((await target.client.findTokenById({ id: bob })).token).toBeNull();
  expect((await target.client.findToken({ token: { userName: 'eve' } })).token?.id).toBe(eve);
  for (const { stdout, stderr } of [first, second]) {
    for (const { accessToken = '', refreshToken = '' } of acknowledged) {
      expect(stdout + stderr).not.toContain(accessToken);
      expect(stdout + stderr).not.toContain(refreshToken);
    }
  }

  // From here on the target refreshes, and the source does not.
  source.zoho.clearLog();
  source.takeCalls();
  await target.aws.advanceMinutes(60);
  await source.aws.advanceMinutes(60);
  expect(source.zoho.counters.tokenPosts).toEqual({ refresh_token: 2 });
  expect(source.takeCalls()).toEqual([]);
  expect(await copy()).toMatchObject({ ...ok, stdout: expect.stringMatching(/2 {2}ahead/) });

  const stored = new StoredState(source);
  await stored.dynamoDb.send(new DeleteTableCommand({ TableName: source.tableName }));
  stored.close();
  const purged = await operator('old', 'purge', '--yes');
  expect(purged).toMatchObject(ok);
  expect(purged.stdout).toContain('2 secrets put into deletion');
  expect(await tokens(target)).toHaveLength(2);
});

test('a store is not copied onto itself', async () => {
  const args = ['--to-store', source.settings.store, '--yes'];
  expect(await operator('old', 'copy', ...args)).toMatchObject({ code: 2, stdout: '' });
});
