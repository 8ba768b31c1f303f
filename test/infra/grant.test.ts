/** What a function that is granted an operation gets: to invoke it, and its name. Nothing else. */
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { TokenStore } from '../../infra/token-store.ts';
import { FUNCTION_VARIABLE_OF_OPERATION } from '../../lib/client/function-variables.ts';
import type { OperationName } from '../../lib/contract.ts';
import { FUNCTION_OF_OPERATION } from '../../lib/contract.ts';
import { ofType, statementsOf, templateOf } from './template.ts';

const OPERATIONS = Object.keys(FUNCTION_OF_OPERATION) as OperationName[];

type Give = (tokens: TokenStore, caller: LambdaFunction) => void;

const granted = (...operations: readonly [OperationName, ...OperationName[]]) =>
  given((tokens, caller) => void tokens.grant(caller, ...operations));

function given(give: Give) {
  const stack = new Stack(new App(), 'Application');
  const tokens = new TokenStore(stack, 'Tokens', { store: 'billing' });
  const caller = new LambdaFunction(stack, 'Caller', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {}'),
  });
  give(tokens, caller);
  const template = templateOf(stack);
  const functions = ofType(template, 'AWS::Lambda::Function');
  const idOf = (name: string) =>
    functions.find(({ Properties }) => Properties['FunctionName'] === `latchkey-billing-${name}`)
      ?.id;
  const callerResource = functions.find(({ id }) => id.startsWith('Caller'));
  const roleId = String(callerResource?.Properties['Role']).replace(/^\{(.*)\.Arn\}$/, '$1');
  return {
    idOf,
    statements: statementsOf(template, roleId),
    environment: callerResource?.Properties['Environment'],
  };
}

test('without a grant a function may do nothing and knows nothing', () => {
  const { statements, environment } = given(() => {});
  expect(statements).toEqual([]);
  expect(environment).toBeUndefined();
});

test.each(OPERATIONS)('%s: to invoke that function, and its name', (operation) => {
  const { idOf, statements, environment } = granted(operation);
  const id = idOf(FUNCTION_OF_OPERATION[operation]);
  expect(statements).toEqual([
    {
      Action: 'lambda:InvokeFunction',
      Effect: 'Allow',
      Resource: `{${id}.Arn}`,
    },
  ]);
  expect(environment).toEqual({
    Variables: { [FUNCTION_VARIABLE_OF_OPERATION[operation]]: `{${id}}` },
  });
});

test('several operations: those, and no other', () => {
  const { idOf, statements, environment } = granted('findToken', 'saveToken');
  const ids = [idOf('find-token'), idOf('save-token')];
  expect(statements).toEqual([
    {
      Action: 'lambda:InvokeFunction',
      Effect: 'Allow',
      Resource: ids.map((id) => `{${id}.Arn}`),
    },
  ]);
  expect(environment).toEqual({
    Variables: {
      LATCHKEY_FIND_TOKEN_FUNCTION: `{${ids[0]}}`,
      LATCHKEY_SAVE_TOKEN_FUNCTION: `{${ids[1]}}`,
    },
  });
});

test('the granted function is not let near the table or the secrets', () => {
  const { statements } = granted(...(OPERATIONS as [OperationName, ...OperationName[]]));
  const actions = new Set(statements.flatMap(({ Action }) => Action));
  expect([...actions]).toEqual(['lambda:InvokeFunction']);
});

const BY_NAME = {
  grantFind: ['findToken', 'findTokenById'],
  grantSave: ['saveToken'],
  grantGetAccessToken: ['getAccessToken'],
  grantDelete: ['deleteToken'],
  grantList: ['getTokens'],
  grantDeleteAll: ['deleteTokens'],
  grantRestore: ['restoreTokens'],
} as const satisfies Readonly<Record<string, readonly [OperationName, ...OperationName[]]>>;

test.each(Object.keys(BY_NAME) as (keyof typeof BY_NAME)[])('%s grants its operations', (name) => {
  const byName = given((tokens, caller) => void tokens[name](caller));
  const operations: readonly [OperationName, ...OperationName[]] = BY_NAME[name];
  const byOperation = granted(...operations);
  expect(byName.statements).toEqual(byOperation.statements);
  expect(byName.environment).toEqual(byOperation.environment);
});

test('every operation has a grant by name', () => {
  expect(Object.values(BY_NAME).flat().sort()).toEqual([...OPERATIONS].sort());
});

test('grants add up, and a repeated one adds nothing', () => {
  const once = given((tokens, caller) => {
    tokens.grantFind(caller);
    tokens.grantSave(caller);
  });
  const twice = given((tokens, caller) => {
    tokens.grantFind(caller);
    tokens.grantSave(caller);
    tokens.grantFind(caller);
  });
  expect(twice.statements).toEqual(once.statements);
  expect(Object.keys((once.environment as { Variables: object }).Variables).sort()).toEqual([
    'LATCHKEY_FIND_TOKEN_BY_ID_FUNCTION',
    'LATCHKEY_FIND_TOKEN_FUNCTION',
    'LATCHKEY_SAVE_TOKEN_FUNCTION',
  ]);
});

test('a function of another stack can be granted', () => {
  const app = new App();
  const tokens = new TokenStore(new Stack(app, 'Store'), 'Tokens', { store: 'billing' });
  const stack = new Stack(app, 'Application');
  const caller = new LambdaFunction(stack, 'Caller', {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {}'),
  });
  tokens.grantGetAccessToken(caller);
  const template = templateOf(stack);
  const [lambda] = ofType(template, 'AWS::Lambda::Function');
  expect(lambda?.Properties['Environment']).toEqual({
    Variables: { LATCHKEY_GET_ACCESS_TOKEN_FUNCTION: expect.anything() },
  });
  expect(ofType(template, 'AWS::IAM::Policy')).toHaveLength(1);
});
