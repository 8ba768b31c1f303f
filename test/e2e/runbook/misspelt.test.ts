/** A command line that is misspelt: nothing is done, and what there is is said, but for what was given. */
import { operate } from '../../support/operator.ts';
import { startTestStore, type TestStore } from '../../support/test-store.ts';

jest.setTimeout(240_000);

let store: TestStore;
let name: string;
beforeEach(async () => {
  store = await startTestStore();
  name = store.settings.store;
});
afterEach(() => store.close());

const MISSPELT = 'defualt';
const OTHER_STORE: readonly (readonly string[])[] = [
  ['recover', '--yes'],
  ['recover', '--dry-run'],
  ['restore-table', '--from', 'latchkey-old', '--yes'],
  ['pause'],
  ['pause', '--yes'],
  ['resume'],
  ['resume', '--without-recovery'],
  ['rotate-client-secret', '--client', '1000.ABC', '--yes'],
  ['copy', '--to-store', 'other', '--yes'],
  ['purge', '--dry-run'],
  ['purge', '--yes'],
  ['purge', '--undo', '--yes'],
];

test.each(OTHER_STORE.map((line) => ({ line })))(
  '$line of a store that is not there: those that are',
  async ({ line: [command = '', ...args] }) => {
    const ended = await operate(store, [command, '--store', MISSPELT, ...args], 'secret');
    expect(ended.code).toBe(1);
    expect(ended.stderr).toMatch(/^There is no (table|function|secret) .*defualt/);
    expect(ended.stderr).toContain(`in this account and Region. There are tables of: ${name}.`);
  },
);

test('a copy to a store that is not there writes nothing', async () => {
  await store.client.saveToken({ token: { userName: 'ann', accessToken: 'a' } });
  store.aws.calls.length = 0;
  const ended = await operate(store, ['copy', '--store', name, '--to-store', MISSPELT, '--yes']);
  expect(ended).toMatchObject({ code: 1, stdout: '' });
  expect(ended.stderr).toContain(`There is no table latchkey-${MISSPELT}`);
  expect(store.aws.calls.filter(({ action }) => action === 'CreateSecret')).toEqual([]);
});

test('who may not list tables is told what to look at', async () => {
  store.aws.faults.add({ action: 'ListTables', times: 100, kind: { type: 'serverError' } });
  const { code, stderr } = await operate(store, ['recover', '--store', MISSPELT, '--yes']);
  expect(code).toBe(1);
  expect(stderr).toContain('Are the name, AWS_PROFILE and AWS_REGION right?');
});

const COMMANDS =
  'The commands are recover, restore-table, pause, resume, rotate-client-secret, copy, purge.\n';
const OPTIONS = 'Its options are --store, --client, --per-second, --dry-run, --yes.\n';

test.each([
  [['resum', '--store', 'a'], `error: unknown command '…'\n${COMMANDS}`],
  [['1000.canary'], `error: unknown command '…'\n${COMMANDS}`],
  [
    ['rotate-client-secret', '--store', 'a', '--client', 'C', '--secret', '1000.canary'],
    `error: unknown option '--secret'\n${OPTIONS}`,
  ],
  [
    ['pause', '--store', 'a', '1000.canary'],
    "error: too many arguments for 'pause'. Expected 0 arguments but got 1.\n",
  ],
  [
    ['rotate-client-secret', '--store', 'a', '--client', ''],
    "error: option '--client <id>' argument '' is invalid. It takes a client id, without spaces.\n",
  ],
])('%j', async (line, stderr) => {
  expect(await operate(store, line)).toEqual({ code: 2, stdout: '', stderr });
});
