/**
 * The IAM actions that each command's help names are those that it takes, both ways: an operator who
 * is given them can run it, and is given nothing else.
 */
import {
  CreateTableCommand,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { tableName } from '../../../infra/resource-names.ts';
import { keyOf, tokenPartition } from '../../../lib/token-index/dynamodb-items.ts';
import type { AwsCall } from '../../../local/aws/embedded-aws.ts';
import { indexTable } from '../../../local/index-table.ts';
import { neededFor } from '../../support/iam/needed-permissions.ts';
import { OPERATOR, operate } from '../../support/operator.ts';
import { StoredState } from '../../support/stored-state.ts';
import { startTestStore, type TestStore } from '../../support/test-store.ts';

jest.setTimeout(240_000);

let store: TestStore;
let stored: StoredState;
beforeAll(async () => {
  store = await startTestStore();
  stored = new StoredState(store);
});
afterAll(async () => {
  stored.close();
  await store.close();
});

/** What a call takes: IAM names some actions otherwise than the API. */
function actionsOf(call: AwsCall): string[] {
  const { service, action } = call;
  if (service === 'lambda')
    return [action === 'Invoke' ? 'lambda:InvokeFunction' : `lambda:${action}`];
  if (action !== 'TransactWriteItems' && action !== 'CreateSecret') return [`${service}:${action}`];
  return neededFor(call).map((needed) => needed.action);
}

/** Runs a command, in as many ways as it takes to see all of it. @returns the actions it took */
async function taken(...ways: readonly (readonly string[])[]): Promise<string[]> {
  store.aws.calls.length = 0;
  for (const [command = '', ...args] of ways) {
    const ended = await operate(store, [command, '--store', store.settings.store, ...args], 'S');
    expect({ command, args, ...ended }).toMatchObject({ code: 0 });
  }
  const calls = store.aws.calls.filter(({ caller }) => caller === OPERATOR);
  return [...new Set(calls.flatMap(actionsOf))].sort();
}

/** Those that the help names: `service:Action`, and more actions of that service after it. */
async function named(command: string): Promise<string[]> {
  const { stdout } = await operate(store, [command, '--help']);
  let service = '';
  const words = stdout
    .slice(stdout.indexOf('IAM'))
    .matchAll(/(?:\b([a-z]+):)?\b(Scan|[A-Z][a-z]+(?:[A-Z][a-z]+)+)\b/g);
  const actions = [...words].map(([, prefix, action]) => {
    service = prefix ?? service;
    return `${service}:${action}`;
  });
  return [...new Set(actions)].sort();
}

const save = async (userName: string) =>
  (
    await store.client.saveToken({
      token: { userName, clientId: 'C', clientSecret: 'old', accessToken: userName },
    })
  ).id;

test('rotate-client-secret', async () => {
  await save('ann');
  const actions = await taken(['rotate-client-secret', '--client', 'C', '--yes']);
  expect(actions).toEqual(await named('rotate-client-secret'));
});

test('pause, restore-table, recover and resume', async () => {
  const { dynamoDb } = stored;
  const [bob, cid, dora] = [await save('bob'), await save('cid'), await save('dora')];
  const copy = `${store.tableName}-restored`;
  await dynamoDb.send(new CreateTableCommand(indexTable(copy)));
  for (const Item of await stored.items()) {
    await dynamoDb.send(new PutItemCommand({ TableName: copy, Item }));
  }
  await store.client.deleteToken({ id: bob });
  await store.client.saveToken({ token: { id: cid, accessToken: 'changed' } });
  await save('eve');
  expect(await taken(['pause', '--yes'])).toEqual(await named('pause'));
  const restore = await taken(['restore-table', '--from', copy, '--yes']);
  expect(restore).toEqual(await named('restore-table'));
  expect((await stored.row(dora)).revision).toBe(1);
  // Saves of minutes ago may be under way: for them to be recovered some minutes pass.
  store.aws.clock.advance(10 * 60_000);
  expect(await taken(['recover', '--yes'])).toEqual(await named('recover'));
  expect(await taken(['resume'])).toEqual(await named('resume'));
  const { Item } = await dynamoDb.send(
    new GetItemCommand({ TableName: store.tableName, Key: keyOf(tokenPartition(cid)) }),
  );
  expect(Item?.['revision']?.N).toBe('2');
});

test('copy and purge', async () => {
  const target = `${store.settings.store}-2`;
  await stored.dynamoDb.send(new CreateTableCommand(indexTable(tableName({ store: target }))));
  const cid = await save('cid');
  const gone = await save('fay');
  const first = await taken(['copy', '--to-store', target, '--yes']);
  await store.client.saveToken({ token: { id: cid, accessToken: 'changed again' } });
  await store.client.deleteToken({ id: gone });
  const second = await taken(['copy', '--to-store', target, '--yes']);
  expect([...new Set([...first, ...second])].sort()).toEqual(await named('copy'));
  await stored.dynamoDb.send(new DeleteTableCommand({ TableName: store.tableName }));
  expect(await taken(['purge', '--yes'], ['purge', '--undo', '--yes'])).toEqual(
    await named('purge'),
  );
});
