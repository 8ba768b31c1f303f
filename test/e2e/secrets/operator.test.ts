/**
 * Every command of the operator's program, where it succeeds, is refused, fails and only looks, at
 * a terminal and without one: no secret of the store is printed, nor the one that is typed in.
 */
import { CreateTableCommand, DeleteTableCommand } from '@aws-sdk/client-dynamodb';
import { tableName } from '../../../infra/resource-names.ts';
import { indexTable } from '../../../local/index-table.ts';
import { operatorProgram } from '../../../operator/program.ts';
import { Terminal } from '../../../operator/terminal.ts';
import { AwsInBetween } from '../../support/taint/aws-in-between.ts';
import { operateHere, type Typed } from '../../support/taint/operator-here.ts';
import { TaintedStore, ZOHO_CLIENT } from '../../support/taint/tainted-store.ts';

jest.setTimeout(120_000);

const environmentBefore = process.env;
let tainted: TaintedStore;
let between: AwsInBetween;
let store: string;
let newSecret: string;
beforeEach(async () => {
  tainted = await TaintedStore.start();
  between = await AwsInBetween.start(tainted.store.aws);
  store = tainted.store.settings.store;
  process.env = {
    ...environmentBefore,
    ...tainted.store.aws.environment(),
    AWS_ACCESS_KEY_ID: 'operator',
    AWS_ENDPOINT_URL: between.url,
  };
  await tainted.save('ann');
  await tainted.save('bob');
  newSecret = tainted.canaries.mint('typed client secret');
});
afterEach(async () => {
  process.env = environmentBefore;
  await between.close();
  await tainted.close();
});

/** Runs a command and looks at all that it printed, and at all that it left behind. */
async function run(command: string, args: readonly string[], input: string | Typed = '') {
  const { code, printed } = await operateHere([command, '--store', store, ...args], input);
  expect(tainted.canaries.hits(`${command} ${args.join(' ')}`, printed)).toEqual([]);
  return { code, printed };
}

const rotate = (input: string | Typed, ...args: readonly string[]) =>
  run('rotate-client-secret', ['--client', ZOHO_CLIENT, ...args], input);

test('the help of every command', async () => {
  const { commands } = operatorProgram(new Terminal(), () => {});
  expect(commands.length).toBe(7);
  for (const name of commands.map((command) => command.name())) {
    expect(await run(name, ['--help'])).toMatchObject({ code: 0 });
  }
});

test('a client secret that is typed, twice the same', async () => {
  const typed: Typed = [
    ['client secret (not shown)', newSecret],
    ['once more', newSecret],
    ['Type the name of the store', store],
  ];
  const { code, printed } = await rotate(typed);
  expect(printed).toContain('2 tokens with the new secret.');
  expect(code).toBe(0);
});

test('a client secret that is typed, once otherwise; for the store, by mistake', async () => {
  const other = tainted.canaries.mint('typed client secret');
  const first = ['client secret (not shown)', newSecret] as const;
  const twoOnes = await rotate([first, ['once more', other]]);
  expect(twoOnes).toMatchObject({ code: 2, printed: expect.stringContaining('not the same') });
  const wrongStore = await rotate([first, ['once more', newSecret], ['Type the name', 'another']]);
  expect(wrongStore).toMatchObject({ code: 1, printed: expect.stringContaining('not its name') });
});

test('a client secret that is piped in: taken, refused, on the command line', async () => {
  expect(await rotate('', '--dry-run')).toMatchObject({ code: 0 });
  expect(await rotate(`${newSecret}\n`, '--yes')).toMatchObject({ code: 0 });
  expect(await rotate(`${newSecret}\n${newSecret}`, '--yes')).toMatchObject({ code: 2 });
  expect(await rotate(newSecret)).toMatchObject({ code: 2 });
  for (const args of [
    [`--client-secret=${newSecret}`],
    ['--client-secret', newSecret],
    [newSecret],
    ['--per-second', newSecret],
    ['--store', newSecret],
  ]) {
    expect(await rotate('', '--yes', ...args)).toMatchObject({ code: 2 });
  }
});

test('a client secret that cannot be saved', async () => {
  const { aws, functionNames } = tainted.store;
  const invoke = `POST /2015-03-31/functions/${functionNames.saveToken}/invocations`;
  between.repeat(invoke, 'refusal');
  expect(await rotate(newSecret, '--yes')).toMatchObject({ code: 1 });
  between.repeat(invoke, 'page');
  expect(await rotate(newSecret, '--yes')).toMatchObject({ code: 1 });
  between.handOnAll();
  aws.faults.add({ action: 'PutSecretValue', times: 100, kind: { type: 'serverError' } });
  expect(await rotate(newSecret, '--yes')).toMatchObject({ code: 1 });
  aws.faults.clear();
  aws.faults.add({
    action: 'PutSecretValue',
    times: 100,
    kind: { type: 'hook', before: () => aws.crash(functionNames.saveToken) },
  });
  expect(await rotate(newSecret, '--yes')).toMatchObject({ code: 1 });
});

test('recover, where AWS repeats what it is sent, and where it does not', async () => {
  expect(await run('recover', ['--dry-run'])).toMatchObject({ code: 0 });
  expect(await run('recover', ['--yes', '--logout-at', '2020-01-01T00:00:00Z'])).toMatchObject({
    code: 0,
  });
  for (const action of ['ListSecrets', 'GetSecretValue', 'BatchGetItem', 'Scan']) {
    between.repeat(action, 'page');
    expect(await run('recover', ['--yes'])).toMatchObject({ code: 1 });
    between.handOnAll();
  }
});

test('pause, resume and restore-table', async () => {
  expect(await run('pause', [], [['Type the name', store]])).toMatchObject({ code: 0 });
  const from = ['--from', tainted.store.tableName.concat('-restored')];
  expect(await run('restore-table', [...from, '--yes'])).toMatchObject({ code: 1 });
  expect(await run('resume', [])).toMatchObject({ code: 0 });
});

test('copy, where AWS repeats what it is sent, and where it does not', async () => {
  const target = `${store}-2`;
  const copy = (...args: readonly string[]) => run('copy', ['--to-store', target, ...args]);
  expect(await copy('--yes')).toMatchObject({ code: 1 });
  const { dynamoDb } = tainted.stored;
  await dynamoDb.send(new CreateTableCommand(indexTable(tableName({ store: target }))));
  for (const how of ['refusal', 'page'] as const) {
    between.repeat('CreateSecret', how);
    expect(await copy('--yes')).toMatchObject({ code: 1 });
  }
  between.handOnAll();
  expect(await copy('--dry-run')).toMatchObject({ code: 0 });
  expect(await copy('--yes')).toMatchObject({ code: 0 });
});

test('purge and its undoing', async () => {
  expect(await run('purge', ['--yes'])).toMatchObject({ code: 1 });
  const { stored } = tainted;
  await stored.dynamoDb.send(new DeleteTableCommand({ TableName: tainted.store.tableName }));
  between.repeat('DeleteSecret', 'refusal');
  expect(await run('purge', ['--yes'])).toMatchObject({ code: 1 });
  between.handOnAll();
  expect(await run('purge', ['--dry-run'])).toMatchObject({ code: 0 });
  expect(await run('purge', ['--yes'])).toMatchObject({ code: 0 });
  expect(await run('purge', ['--undo', '--yes'])).toMatchObject({ code: 0 });
});
