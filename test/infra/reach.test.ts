/**
 * How far each role reaches, by evaluating whole roles against all that there is to do: not into
 * another store, whose name begins with this one's and whose key is the same; not further than a
 * grant says; not into a log.
 */
import { App, Stack } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnKey, Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { TokenStore } from '../../infra/token-store.ts';
import { everythingOf, READ_LOGS } from '../support/iam/everything-of-a-store.ts';
import { allowedOf } from '../support/iam/is-allowed.ts';
import type { NeededPermission, Statement } from '../support/iam/policy.ts';
import { keyArn, rolesOf } from '../support/iam/role-statements.ts';

const stack = new Stack(new App(), 'Application');
const key = new Key(stack, 'Key');
const one = new TokenStore(stack, 'One', { store: 'a', encryptionKey: key });
const other = new TokenStore(stack, 'Other', { store: 'a-b', encryptionKey: key });
const caller = new LambdaFunction(stack, 'Caller', {
  runtime: Runtime.NODEJS_24_X,
  handler: 'index.handler',
  code: Code.fromInline('exports.handler = () => {}'),
  role: new Role(stack, 'CallerRole', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }),
});
one.grantGetAccessToken(caller);

const idOf = (construct: Key) =>
  String(stack.resolve((construct.node.defaultChild as CfnKey).logicalId));
const logGroupsOf = (store: TokenStore) =>
  store.node
    .findAll()
    .filter((construct) => construct instanceof LogGroup)
    .map(({ node }) => String(stack.resolve((node.defaultChild as CfnKey).logicalId)));
const sharedKey = keyArn(idOf(key));
const ofOne = everythingOf(one, sharedKey, logGroupsOf(one));
const ofOther = everythingOf(other, sharedKey, logGroupsOf(other));

interface WholeRole {
  readonly id: string;
  readonly statements: readonly Statement[];
}
const roles: readonly WholeRole[] = rolesOf(stack).map(({ id, inline, attached }) => ({
  id,
  statements: [...inline, ...attached],
}));
const rolesUnder = (prefix: string) => roles.filter(({ id }) => id.startsWith(prefix));
const roleOf = (prefix: string) => {
  const [role, ...more] = rolesUnder(prefix);
  expect(more).toEqual([]);
  return role?.statements ?? [];
};
const reached = async (from: readonly WholeRole[], needed: readonly NeededPermission[]) => {
  const found: string[] = [];
  for (const { id, statements } of from) {
    for (const { action, resource } of await allowedOf(statements, needed)) {
      found.push(`${id}: ${action} on ${resource}`);
    }
  }
  return found;
};
const actions = (needed: readonly NeededPermission[]) =>
  [...new Set(needed.map(({ action }) => action))].sort();

describe('two stores, one name the beginning of the other, with one key', () => {
  test.each([
    ['a', 'One', ofOther],
    ['a-b', 'Other', ofOne],
  ])('the roles of %s reach nothing of the other', async (_name, prefix, foreign) => {
    expect(rolesUnder(prefix).length).toBeGreaterThan(11);
    expect(await reached(rolesUnder(prefix), foreign)).toEqual([]);
  });

  test('though they reach their own: its secrets, rows, queues, bus, log and key', async () => {
    const own: NeededPermission[] = [];
    for (const { statements } of rolesUnder('One')) {
      own.push(...(await allowedOf(statements, ofOne)));
    }
    const services = actions(own).map((action) => action.split(':')[0]);
    expect([...new Set(services)]).toEqual([
      'dynamodb',
      'events',
      'kms',
      'lambda',
      'logs',
      'secretsmanager',
      'sqs',
    ]);
  });
});

describe('the roles that hand tokens out', () => {
  const DELETIONS: readonly NeededPermission[] = ofOne.filter(
    ({ action, context }) =>
      /DeleteSecret|UpdateSecretVersionStage|DeleteTable|PurgeQueue/.test(action) ||
      (/:(Delete|Put)Item$/.test(action) && context['dynamodb:LeadingKeys'] === 'token#1') ||
      (/:(Put|Update|Delete)Item$/.test(action) &&
        context['dynamodb:LeadingKeys'] === 'generation#0'),
  );

  test.each(['OneFindTokenRole', 'OneFindTokenByIdRole', 'OneGetAccessTokenRole'])(
    '%s deletes no secret and no token’s row, and logs nobody out',
    async (prefix) => {
      const [{ statements } = { statements: [] }] = roles.filter(({ id }) =>
        new RegExp(`^${prefix}[0-9A-F]{8}$`).test(id),
      );
      expect(statements.length).toBeGreaterThan(0);
      expect(DELETIONS.length).toBeGreaterThan(8);
      expect(await allowedOf(statements, DELETIONS)).toEqual([]);
    },
  );
});

describe('a function that is granted getAccessToken', () => {
  const role = roleOf('CallerRole');
  const getAccessToken =
    'arn:aws:lambda:us-east-1:000000000000:function:latchkey-a-get-access-token';

  test('is allowed one thing: to invoke that function', async () => {
    expect(role).toEqual([
      { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: getAccessToken },
    ]);
    expect(await allowedOf(role, [...ofOne, ...ofOther])).toEqual([
      { action: 'lambda:InvokeFunction', resource: getAccessToken, context: {} },
    ]);
  });
});

test('no role reads a log, its own neither', async () => {
  const reads = [...ofOne, ...ofOther].filter(({ action }) => READ_LOGS.includes(action));
  expect(reads.length).toBeGreaterThan(60);
  expect(await reached(roles, reads)).toEqual([]);
});

test('a role writes to its own log, and to no other', async () => {
  const writes = [...ofOne, ...ofOther].filter(({ action }) => action === 'logs:PutLogEvents');
  for (const { id, statements } of rolesUnder('One')) {
    const logs = (await allowedOf(statements, writes)).map(({ resource }) => resource);
    const own = id.replace(/Role[0-9A-F]{8}$/, 'Log');
    const isSchedule = id.startsWith('OneRefreshSweep') || id.startsWith('OneRefreshHousekeeping');
    const expected = isSchedule ? [] : [expect.stringContaining(`:log-group:${own}`)];
    expect({ id, logs }).toEqual({ id, logs: expected });
  }
});

test('only a schedule invokes a function, and only its own', async () => {
  const invocations = ofOne.filter(({ action }) => action === 'lambda:InvokeFunction');
  const found = await reached(rolesUnder('One'), invocations);
  expect(found.map((line) => line.replace(/[0-9A-F]{8}: .*:/, ' ')).sort()).toEqual([
    'OneRefreshHousekeepingRole latchkey-a-housekeeper',
    'OneRefreshSweepRole latchkey-a-refresh-dispatcher',
  ]);
});

test('no role changes a function, or reads its settings', async () => {
  const changes = [...ofOne, ...ofOther].filter(({ action }) => /lambda:(Update|Get)/.test(action));
  expect(changes.length).toBeGreaterThan(40);
  expect(await reached(roles, changes)).toEqual([]);
});

test('the key is of use through the services only, and only for what is the store’s', async () => {
  const context = (more: Record<string, string>) =>
    ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:Encrypt'].map((action) => ({
      action,
      resource: sharedKey,
      context: more,
    }));
  const ours = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:latchkey/a/1-AbCdEf';
  const theirs = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:billing-AbCdEf';
  const viaService = { 'kms:ViaService': 'secretsmanager.us-east-1.amazonaws.com' };
  const misuses = [
    ...context({}),
    ...context({ 'kms:EncryptionContext:SecretARN': ours }),
    ...context(viaService),
    ...context({ ...viaService, 'kms:EncryptionContext:SecretARN': theirs }),
    ...context({
      'kms:ViaService': 's3.us-east-1.amazonaws.com',
      'kms:EncryptionContext:SecretARN': ours,
    }),
  ];
  expect(await reached(roles, misuses)).toEqual([]);
});
