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

const granted = (...operations: OperationName[]) =>
  given((tokens, caller) => tokens.grant(caller, ...operations));

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
  const { statements, environment } = granted();
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
      Resource: [`{${id}.Arn}`, `{${id}.Arn}:*`],
    },
  ]);
  expect(environment).toEqual({
    Variables: { [FUNCTION_VARIABLE_OF_OPERATION[operation]]: `{${id}}` },
  });
});

test('several operations: those, and no other', () => {
  const { idOf, statements, environment } = granted('findToken', 'saveToken');
  const ids = [idOf('find-token'), idOf('save-token')];
  expect(statements.flatMap(({ Action }) => Action)).toEqual(
    statements.map(() => 'lambda:InvokeFunction'),
  );
  expect(statements.flatMap(({ Resource }) => Resource).sort()).toEqual(
    ids.flatMap((id) => [`{${id}.Arn}`, `{${id}.Arn}:*`]).sort(),
  );
  expect(environment).toEqual({
    Variables: {
      LATCHKEY_FIND_TOKEN_FUNCTION: `{${ids[0]}}`,
      LATCHKEY_SAVE_TOKEN_FUNCTION: `{${ids[1]}}`,
    },
  });
});

test('the granted function is not let near the table or the secrets', () => {
  const { statements } = granted(...OPERATIONS);
  const actions = new Set(statements.flatMap(({ Action }) => Action));
  expect([...actions]).toEqual(['lambda:InvokeFunction']);
});

const BY_NAME: readonly (readonly [string, Give, readonly OperationName[]])[] = [
  ['grantFind', (tokens, caller) => tokens.grantFind(caller), ['findToken', 'findTokenById']],
  ['grantSave', (tokens, caller) => tokens.grantSave(caller), ['saveToken']],
  [
    'grantGetAccessToken',
    (tokens, caller) => tokens.grantGetAccessToken(caller),
    ['getAccessToken'],
  ],
];

test.each(BY_NAME)('%s grants exactly its operations', (_name, give, operations) => {
  const byName = given(give);
  const byOperation = granted(...operations);
  expect(byName.statements).toEqual(byOperation.statements);
  expect(byName.environment).toEqual(byOperation.environment);
});
