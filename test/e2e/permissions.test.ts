/**
 * Least privilege, proven by running: every AWS call that a function makes is allowed by its role,
 * and every action that its role allows is used. The scenario below reaches every branch that
 * calls AWS.
 */
import { DeleteItemCommand, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  DeleteSecretCommand,
  DescribeSecretCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { FUNCTION_NAMES, type FunctionName } from '../../infra/bundling/bundles.ts';
import { functionName } from '../../infra/resource-names.ts';
import type { AwsCall } from '../../local/aws/embedded-aws.ts';
import { clientSettings } from '../../local/deployment.ts';
import { allowedOf, isAllowed, refusedOf } from '../support/iam/is-allowed.ts';
import { neededFor } from '../support/iam/needed-permissions.ts';
import type { NeededPermission, Statement } from '../support/iam/policy.ts';
import { roleStatements } from '../support/iam/role-statements.ts';
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';
import { callOf, WidgetCaller } from '../support/widget-caller.ts';

let store: TestStore;
let calls: readonly AwsCall[];

const KEY = 'arn:aws:kms:us-east-1:000000000000:key/11111111-2222-4333-8444-555555555555';

beforeAll(async () => {
  store = await startTestStore({ kmsKeyArn: KEY });
  await useFinds(store);
  await useOperations(store);
  await useBackground(store);
  await useWidget(store);
  calls = store.takeCalls();
});
afterAll(() => store.close());

const CLIENT = { clientId: '1000.CLIENT', clientSecret: 'client-secret' };
/** After the first fault of a client the provider is asked again within so long. */
const FAULT_BACKOFF_MS = 45_000;

/** The finds, of tokens that are refreshed, refused, and of a client that is refused for a while. */
async function useFinds({ client, aws, zoho }: TestStore): Promise<void> {
  const expired = { expiresAt: aws.clock.nowMs() - 1000 };
  const finds = ['findToken', 'findTokenById', 'getAccessToken'] as const;
  const use = (find: (typeof finds)[number], userName: string, id: string) =>
    find === 'findToken' ? client.findToken({ token: { userName } }) : client[find]({ id });
  for (const find of finds) {
    const refreshed = await client.saveToken({ token: await zohoToken(store, find, expired) });
    await use(find, find, refreshed.id);
    const token = await zohoToken(store, `${find} revoked`, expired);
    const refused = await client.saveToken({ token });
    zoho.revoke(token.refreshToken ?? '');
    await use(find, `${find} revoked`, refused.id).catch(() => undefined);
  }
  const ids = new Map<string, string>();
  for (const find of finds) {
    const token = await zohoToken(store, `${find} at fault`, expired);
    ids.set(find, (await client.saveToken({ token })).id);
  }
  const useFaulty = async () => {
    for (const find of finds) {
      await use(find, `${find} at fault`, ids.get(find) ?? '').catch(() => undefined);
    }
  };
  zoho.register({ ...CLIENT, clientSecret: 'rotated' });
  await useFaulty();
  zoho.register(CLIENT);
  aws.clock.advance(FAULT_BACKOFF_MS);
  await useFaulty();
}

async function useOperations({ client, aws }: TestStore): Promise<void> {
  const shared = { clientId: 'C', clientSecret: 'S', refreshToken: 'shared' };
  const first = await client.saveToken({ token: { ...shared, userName: 'one', accessToken: 'a' } });
  await client.saveToken({ token: { ...shared, userName: 'two', accessToken: 'b' } });
  await client.saveToken({ token: { id: first.id, accessToken: 'c' } });
  await client.deleteToken({ id: first.id, revoke: true });
  await client.restoreTokens({ id: first.id });
  await restoreWhileDeleted(first.id);

  const nameless = await client.saveToken({ token: { clientId: 'C', refreshToken: 'nameless' } });
  await client.saveToken({ token: { id: nameless.id, userName: 'two' } });

  const byHand = await client.saveToken({ token: { userName: 'by hand', accessToken: 'd' } });
  await deleteSecretByHand(byHand.id);
  await aws.coldStart();
  await client.saveToken({ token: { userName: 'by hand', accessToken: 'e' } });

  await client.getTokens({ limit: 2 });
  await client.deleteTokens();
  await client.restoreTokens({ lastLogout: true });
}

async function useBackground({ client, aws, zoho }: TestStore): Promise<void> {
  const expired = { expiresAt: aws.clock.nowMs() - 1000 };
  await client.saveToken({ token: await zohoToken(store, 'due', expired) });
  const revoked = await zohoToken(store, 'due, but revoked', expired);
  await client.saveToken({ token: revoked });
  zoho.revoke(revoked.refreshToken ?? '');
  await aws.advanceMinutes(2);
  await client.saveToken({ token: await zohoToken(store, 'due, of a client at fault', expired) });
  zoho.register({ ...CLIENT, clientSecret: 'rotated' });
  await aws.advanceMinutes(1);
  zoho.register(CLIENT);
  await aws.advanceMinutes(2);

  await client.deleteTokens();
  await client.saveToken({ token: { userName: 'two', clientId: 'C', accessToken: 'logged in' } });
  const lost = await client.saveToken({ token: { userName: 'lost key', accessToken: 'f' } });
  await deleteUserKey(lost.id);
  const byHand = await client.saveToken({ token: { userName: 'by hand again', accessToken: 'g' } });
  await deleteSecretByHand(byHand.id);
  await keepHouse();
}

/** The deletion finds the token back, and takes its secret out of deletion again. */
async function restoreWhileDeleted(id: string): Promise<void> {
  const { client, aws, functionNames } = store;
  const before = async () => {
    await client.restoreTokens({ id });
  };
  aws.faults.add({
    action: 'DeleteSecret',
    caller: functionNames.deleteToken,
    kind: { type: 'hook', before },
  });
  await client.deleteToken({ id });
  expect(await client.findTokenById({ id })).toMatchObject({ token: { id } });
}

/** An operator looks, finds, asks for a refresh and notes a check. */
async function useWidget({ client, zoho, aws }: TestStore): Promise<void> {
  const widget = new WidgetCaller(store);
  const token = await zohoToken(store, 'watched', { expiresAt: aws.clock.nowMs() - 1000 });
  const { id } = await client.saveToken({ token });
  zoho.failNext({ kind: 'garbage' });
  await client.getAccessToken({ id }).catch(() => undefined);
  await widget.open();
  const html = await widget.open({ forms: { find: 'watched' } });
  expect(await widget.click(callOf(html, 'Refresh now'))).toContain('is asked for');
  const again = await widget.open({ forms: { find: id } });
  expect(await widget.click(callOf(again, 'Mark checked'))).toContain('is marked as checked');
  widget.close();
}

async function deleteSecretByHand(id: string): Promise<void> {
  const secretsManager = new SecretsManagerClient(clientSettings(store.aws));
  const SecretId = `latchkey/${store.settings.store}/${id}`;
  await secretsManager.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  secretsManager.destroy();
}

async function deleteUserKey(id: string): Promise<void> {
  const dynamoDb = new DynamoDBClient(clientSettings(store.aws));
  const { Items = [] } = await dynamoDb.send(new ScanCommand({ TableName: store.tableName }));
  const keys = Items.flatMap((item) => {
    const { pk } = item;
    return pk?.S?.startsWith('key#user#') && JSON.stringify(item).includes(id) ? [pk] : [];
  });
  expect(keys).toHaveLength(1);
  for (const pk of keys) {
    await dynamoDb.send(new DeleteItemCommand({ TableName: store.tableName, Key: { pk } }));
  }
  dynamoDb.destroy();
}

/** As an operator does who does not wait for the schedule. */
async function keepHouse(): Promise<void> {
  const lambda = new LambdaClient(clientSettings(store.aws));
  const { FunctionError } = await lambda.send(
    new InvokeCommand({
      FunctionName: functionName(store.settings, 'housekeeper'),
      Payload: JSON.stringify({ mode: 'repair' }),
    }),
  );
  lambda.destroy();
  expect(FunctionError).toBeUndefined();
}

describe.each([
  ["AWS's own keys", undefined],
  ['a key of the customer', KEY],
])('with %s', (_key, keyArn) => {
  let roles: ReadonlyMap<string, readonly Statement[]>;
  beforeAll(() => {
    roles = roleStatements({ ...store.settings, kmsKeyArn: keyArn ?? '' });
  });
  const neededBy = (name: FunctionName) =>
    calls
      .filter(({ caller }) => caller === functionName(store.settings, name))
      .flatMap((call) => neededFor(call, keyArn));

  describe.each(FUNCTION_NAMES)('%s', (name: FunctionName) => {
    const role = () => roles.get(functionName(store.settings, name)) ?? [];

    test('every AWS call it makes is allowed by its role', async () => {
      expect(neededBy(name).length).toBeGreaterThan(0);
      expect(await refusedOf(role(), neededBy(name))).toEqual([]);
    });

    test('every action its role allows is used', async () => {
      const needed = neededBy(name);
      const unused: string[] = [];
      for (const statement of role()) {
        for (const action of [statement.Action].flat() as string[]) {
          const alone = [{ ...statement, Action: action }];
          if ((await allowedOf(alone, needed)).length === 0) unused.push(action);
        }
      }
      expect(unused).toEqual([]);
    });
  });

  test("one store's roles reach nothing of another store", async () => {
    const other = { ...store.settings, store: 'other', kmsKeyArn: keyArn ?? '' };
    const needed = calls.flatMap((call) => neededFor(call, keyArn));
    const own = needed.filter(({ resource }) => resource !== '*');
    for (const [name, role] of roleStatements(other)) {
      expect({ name, reached: await allowedOf(role, own) }).toEqual({ name, reached: [] });
    }
  });
});

describe('the widget', () => {
  const able = (needed: NeededPermission) => {
    const name = functionName(store.settings, 'token-widget');
    return isAllowed(roleStatements(store.settings).get(name) ?? [], needed);
  };
  const update = (...attributes: string[]): NeededPermission => ({
    action: 'dynamodb:UpdateItem',
    resource: `arn:aws:dynamodb:us-east-1:000000000000:table/${store.tableName}`,
    context: { 'dynamodb:LeadingKeys': 'token#x', 'dynamodb:Attributes': ['pk', ...attributes] },
  });

  test('can do nothing with a secret, the queue, an event or another item', async () => {
    const others = calls
      .filter(({ service }) => service !== 'dynamodb')
      .flatMap((call) => neededFor(call));
    const role = roleStatements(store.settings).get(functionName(store.settings, 'token-widget'));
    expect(await allowedOf(role ?? [], others)).toEqual([]);
    const key = { 'dynamodb:LeadingKeys': 'key#x', 'dynamodb:Attributes': ['pk'] };
    expect(await able({ ...update(), context: key })).toBe(false);
  });

  test.each(['secretArn', 'versionId', 'keys', 'generation', 'userName', 'leaseOwner'])(
    'cannot write the %s of a row',
    async (attribute) => {
      expect(await able(update('refreshRequestedAtMs', 'dueAtMs'))).toBe(true);
      expect(await able(update('refreshRequestedAtMs', attribute))).toBe(false);
    },
  );
});

test('no function but deleteTokens can log everyone out', async () => {
  const logout: NeededPermission = {
    action: 'dynamodb:UpdateItem',
    resource: `arn:aws:dynamodb:us-east-1:000000000000:table/${store.tableName}`,
    context: { 'dynamodb:LeadingKeys': 'generation#0' },
  };
  const able: string[] = [];
  for (const [name, role] of roleStatements(store.settings)) {
    if (await isAllowed(role, logout)) able.push(name);
  }
  expect(able).toEqual([store.functionNames.deleteTokens]);
});

test('a secret is made with the key of the store', async () => {
  const client = new SecretsManagerClient(clientSettings(store.aws));
  const { id } = await store.client.saveToken({ token: { userName: 'key', accessToken: 'k' } });
  const SecretId = `latchkey/${store.settings.store}/${id}`;
  const { KmsKeyId } = await client.send(new DescribeSecretCommand({ SecretId }));
  client.destroy();
  expect(KmsKeyId).toBe(KEY);
});
