/** Stores beside each other: a name is a store's own, and one name is no part of another. */
import { App, Stack } from 'aws-cdk-lib';
import { TokenStore } from '../../infra/token-store.ts';
import { ofType, storeStack, templateOf } from './template.ts';

const IRELAND = { account: '111122223333', region: 'eu-west-1' };
const OHIO = { account: '111122223333', region: 'us-east-2' };

describe('one name twice', () => {
  test('in one stack is refused, and the message says where the other is', () => {
    const stack = new Stack(new App(), 'Application');
    new TokenStore(stack, 'Tokens', { store: 'billing' });
    expect(() => new TokenStore(stack, 'More', { store: 'billing' })).toThrow(
      'There is a store "billing" already, Application/Tokens: in one account and Region every ' +
        "store needs a name of its own. Give Application/More another: { store: '…' }.",
    );
  });

  test('in two stacks of one app is refused', () => {
    const app = new App();
    storeStack(app, { store: 'billing' });
    const other = new Stack(app, 'Application');
    expect(() => new TokenStore(other, 'Tokens', { store: 'billing' })).toThrow(
      /"billing" already/,
    );
  });

  test('is refused where a stack could be deployed to the place of the other', () => {
    const app = new App();
    new TokenStore(new Stack(app, 'Ireland', { env: IRELAND }), 'Tokens');
    const anywhere = new Stack(app, 'Anywhere');
    expect(() => new TokenStore(anywhere, 'Tokens')).toThrow(/"default" already, Ireland\/Tokens/);
  });

  test('is one store in each Region, or in each app', () => {
    const app = new App();
    new TokenStore(new Stack(app, 'Ireland', { env: IRELAND }), 'Tokens');
    new TokenStore(new Stack(app, 'Ohio', { env: OHIO }), 'Tokens');
    new TokenStore(new Stack(new App(), 'Ireland', { env: IRELAND }), 'Tokens');
    expect(app.synth().stacks.map(({ stackName }) => stackName)).toEqual(['Ireland', 'Ohio']);
  });
});

describe.each([
  ['a', 'a-b'],
  ['a', 'a-refresh'],
  ['refresh', 'refresh-worker'],
  ['find-token', 'find-token-by-id'],
])('the stores %s and %s', (one, other) => {
  const stack = new Stack(new App(), 'Application');
  new TokenStore(stack, 'One', { store: one });
  new TokenStore(stack, 'Other', { store: other });
  const template = templateOf(stack);

  test.each([
    ['AWS::DynamoDB::GlobalTable', 'TableName'],
    ['AWS::Lambda::Function', 'FunctionName'],
    ['AWS::SQS::Queue', 'QueueName'],
    ['AWS::Events::EventBus', 'Name'],
  ])('share no name of an %s', (type, property) => {
    const names = ofType(template, type).map(({ Properties }) => String(Properties[property]));
    expect(names.length).toBeGreaterThan(1);
    expect(new Set(names).size).toBe(names.length);
  });

  test('share no secret: neither prefix begins the other', () => {
    const prefixes = ofType(template, 'AWS::Lambda::Function').map(
      ({ Properties }) =>
        (Properties['Environment'] as { Variables: Record<string, string> }).Variables[
          'LATCHKEY_SECRET_PREFIX'
        ] ?? '',
    );
    const [first = '', second = '', ...more] = new Set(prefixes);
    expect(more).toEqual([]);
    expect(first.startsWith(second) || second.startsWith(first)).toBe(false);
  });

  test('put no output into the stack that is theirs', () => {
    expect(template.outputs).toEqual({});
  });
});
