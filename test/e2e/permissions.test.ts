/**
 * Least privilege, proven by running: every AWS call that a function makes is allowed by its role,
 * and every action that its role allows is used. The scenario below reaches every branch that
 * calls AWS.
 */
import { DeleteSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { FUNCTION_OF_OPERATION, type OperationName } from '../../lib/contract.ts';
import type { AwsCall } from '../../local/aws/embedded-aws.ts';
import { clientSettings } from '../../local/deployment.ts';
import { allows, type NeededPermission, neededFor, type Statement } from '../support/iam-policy.ts';
import { roleStatements } from '../support/role-statements.ts';
import { startTestStore, type TestStore, zohoToken } from '../support/test-store.ts';

let store: TestStore;
let calls: readonly AwsCall[];
let statements: ReadonlyMap<string, readonly Statement[]>;

beforeAll(async () => {
  store = await startTestStore();
  statements = roleStatements(store.settings);
  await useEverything(store);
  calls = store.takeCalls();
});
afterAll(() => store.close());

async function useEverything({ client, aws, zoho }: TestStore): Promise<void> {
  const expired = { expiresAt: Date.now() - 1000 };
  for (const find of ['findToken', 'findTokenById', 'getAccessToken'] as const) {
    const { id } = await client.saveToken({ token: await zohoToken({ zoho }, find, expired) });
    await (find === 'findToken'
      ? client.findToken({ token: { userName: find } })
      : client[find]({ id }));
  }
  const shared = { clientId: 'C', clientSecret: 'S', refreshToken: 'shared' };
  const first = await client.saveToken({ token: { ...shared, userName: 'one', accessToken: 'a' } });
  await client.saveToken({ token: { ...shared, userName: 'two', accessToken: 'b' } });
  await client.saveToken({ token: { id: first.id, accessToken: 'c' } });
  await client.deleteToken({ id: first.id, revoke: true });
  await client.restoreTokens({ id: first.id });

  const nameless = await client.saveToken({ token: { clientId: 'C', refreshToken: 'nameless' } });
  await client.saveToken({ token: { id: nameless.id, userName: 'two' } });

  const byHand = await client.saveToken({ token: { userName: 'by hand', accessToken: 'd' } });
  const secretsManager = new SecretsManagerClient(clientSettings(aws));
  const SecretId = `latchkey/${store.settings.store}/${byHand.id}`;
  await secretsManager.send(new DeleteSecretCommand({ SecretId, RecoveryWindowInDays: 7 }));
  secretsManager.destroy();
  await aws.coldStart();
  await client.saveToken({ token: { userName: 'by hand', accessToken: 'e' } });

  await client.getTokens({ limit: 2 });
  await client.deleteTokens();
  await client.restoreTokens({ lastLogout: true });
}

const OPERATIONS = Object.entries(FUNCTION_OF_OPERATION) as [OperationName, string][];

describe.each(OPERATIONS)('%s', (_operation, name) => {
  const own = () =>
    calls.filter(({ caller }) => caller.endsWith(`-${store.settings.store}-${name}`));
  const role = () => statements.get(store.functionNames[_operation]) ?? [];

  test('every AWS call it makes is allowed by its role', () => {
    const refused = own()
      .flatMap(neededFor)
      .filter((needed) => !role().some((statement) => allows(statement, needed)));
    expect(own().length).toBeGreaterThan(0);
    expect(refused).toEqual([]);
  });

  test('every action its role allows is used', () => {
    const needed: readonly NeededPermission[] = own().flatMap(neededFor);
    const unused = role().flatMap((statement) =>
      [statement.Action].flat().filter((action) => {
        const alone = { ...statement, Action: action as string };
        return !needed.some((permission) => allows(alone, permission));
      }),
    );
    expect(unused).toEqual([]);
  });
});

test("one store's roles reach nothing of another store", () => {
  const foreign = roleStatements({ ...store.settings, store: 'other' });
  const needed = calls.flatMap(neededFor).filter(({ resource }) => resource !== '*');
  const reached = [...foreign.values()]
    .flat()
    .flatMap((statement) => needed.filter((permission) => allows(statement, permission)));
  expect(reached).toEqual([]);
});

test('no function but deleteTokens can log everyone out', () => {
  const logout: NeededPermission = {
    action: 'dynamodb:UpdateItem',
    resource: `arn:aws:dynamodb:us-east-1:000000000000:table/${store.tableName}`,
    context: { 'dynamodb:LeadingKeys': 'generation#0' },
  };
  const able = [...statements].filter(([, role]) => role.some((one) => allows(one, logout)));
  expect(able.map(([name]) => name)).toEqual([store.functionNames.deleteTokens]);
});
