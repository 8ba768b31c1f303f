/**
 * The operator's token list as it is deployed: a user is found, a refresh is asked for, and the next
 * sweep makes it; the log says what was asked, and of whom it does not speak.
 */
import {
  DescribeSecretCommand,
  ListSecretsCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { clientSettings } from '../../local/deployment.ts';
import { StoredState } from '../support/stored-state.ts';
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';
import { callOf, callsIn, WidgetCaller } from '../support/widget-caller.ts';

jest.setTimeout(120_000);

let store: TestStore;
let stored: StoredState;
let widget: WidgetCaller;
beforeEach(async () => {
  store = await startTestStore();
  stored = new StoredState(store);
  widget = new WidgetCaller(store);
});
afterEach(async () => {
  widget.close();
  stored.close();
  await store.close();
});

const search = (find: string) => widget.open({ forms: { state: 'all', find } });
const clickOn = async (label: string, html: string) => widget.click(callOf(html, label));
const lines = () =>
  store.logs
    .flatMap((text) => text.trim().split('\n'))
    .filter((line) => line.includes('"tokenWidget"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

async function save(user: string) {
  const token = await zohoToken(store, user);
  const { id } = await store.client.saveToken({ token });
  return { id, token };
}

test('a refresh that is asked for is made by the next sweep, and the list shows it', async () => {
  const { id, token } = await save('crm-sync@zylker.com');
  await store.aws.advanceMinutes(2);
  const { versionId } = await stored.row(id);
  const html = await clickOn('Refresh now', await search('crm-sync@zylker.com'));
  expect(html).toContain('The refresh is asked for.');
  expect(html).toContain('Refresh asked for');
  expect(store.zoho.refreshesOf(token.refreshToken ?? '')).toBe(0);

  await store.aws.advanceMinutes(1);
  expect(store.zoho.refreshesOf(token.refreshToken ?? '')).toBe(1);
  expect((await stored.row(id)).versionId).not.toBe(versionId);
  const after = await search(id);
  expect(after).not.toContain('Refresh asked for');
  expect(callsIn(after).map(({ label }) => label)).toContain('Refresh now');

  await store.aws.advanceMinutes(10);
  expect(store.zoho.refreshesOf(token.refreshToken ?? '')).toBe(1);
});

test('a token that fails is looked at, probed, and healed', async () => {
  const { id, token } = await save('ann@zylker.com');
  store.zoho.revoke(token.refreshToken ?? '');
  await store.aws.advanceMinutes(56);
  expect(await stored.row(id)).toMatchObject({ state: 'needs-reauthorization' });
  const failing = await widget.open({ params: { state: 'unchecked' } });
  expect(failing).toContain('Needs re-authorization');
  expect(failing).toContain('The provider refuses the refresh token');
  expect(failing).toContain('ann@zylker.com');

  const checked = await clickOn('Mark checked', failing);
  expect(checked).toContain('The failure is marked as checked.');
  expect(checked).toContain('None of the 1 token looked at is in this state.');
  const asked = await clickOn('Probe now', await search(id));
  expect(asked).toContain('Refresh asked for');
  const before = store.zoho.refreshesOf(token.refreshToken ?? '');
  await store.aws.advanceMinutes(2);
  expect(store.zoho.refreshesOf(token.refreshToken ?? '')).toBe(before + 1);
  expect(await search(id)).toContain('✓ Checked');

  const again = await zohoToken(store, 'ann@zylker.com');
  await store.client.saveToken({ token: again });
  const healed = await search(id);
  expect(healed).toContain('Active');
  expect(healed).not.toContain('✓ Checked');
});

test('each answer is a line in the log, which names the token and never a user', async () => {
  const { id } = await save('ann@zylker.com');
  await widget.open();
  await clickOn('Refresh now', await search('ann@zylker.com'));
  await widget.open({ params: { state: '<script>' } });
  await widget.invoke({ describe: true });
  expect(lines()).toEqual([
    expect.objectContaining({ level: 'INFO', outcome: 'ok', counts: { looked: 1, found: 1 } }),
    expect.objectContaining({ level: 'INFO', outcome: 'ok' }),
    expect.objectContaining({ level: 'INFO', outcome: 'requested', tokenId: id }),
    expect.objectContaining({ level: 'WARN', outcome: 'refused' }),
    expect.objectContaining({ level: 'INFO', outcome: 'described' }),
  ]);
  expect(JSON.stringify(lines())).not.toMatch(/ann@zylker|script/);
});

test('an event that nobody sends is answered too, and no function fails', async () => {
  for (const event of [null, [], 'x', 7, { widgetContext: null }, { do: {}, token: [] }]) {
    expect(await widget.invoke(event)).toMatch(/^<style>/);
  }
});

test("a user's secret is found in Secrets Manager by the name, whatever is in it", async () => {
  const user = 'ann+"crm"@zylker.com';
  const { id } = await save(user);
  const { id: later } = await store.client.saveToken({
    token: { clientId: 'C', refreshToken: 'nameless', accessToken: 'nameless' },
  });
  await store.client.saveToken({ token: { id: later, userName: 'bob' } });
  const secretsManager = new SecretsManagerClient(clientSettings(store.aws));
  const found = async (Key: 'description' | 'tag-value', value: string) => {
    const command = new ListSecretsCommand({ Filters: [{ Key, Values: [value] }] });
    const { SecretList = [] } = await secretsManager.send(command);
    return SecretList.map(({ Name }) => Name);
  };
  const prefix = `latchkey/${store.settings.store}/`;
  expect(await found('description', user)).toEqual([`${prefix}${id}`]);
  expect(await found('tag-value', user)).toEqual([]);
  expect(await found('tag-value', 'bob')).toEqual([`${prefix}${later}`]);
  const { Description } = await secretsManager.send(
    new DescribeSecretCommand({ SecretId: `${prefix}${later}` }),
  );
  expect(Description).toBe('OAuth token for client C (Latchkey: change it only through the store)');
  secretsManager.destroy();
});
