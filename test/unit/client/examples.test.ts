/** The examples run: against the fake Zoho server and a local Invoke endpoint. */
import * as Zoho from '@zohocrm/typescript-sdk-8.0';
import { ZohoTokenStore } from '../../../lib/client/zoho-token-store.ts';
import { type FakeZoho, startFakeZoho } from '../../../local/zoho/fake-zoho-server.ts';
import { CLIENT, clientToken, initializeSdk, resetSdk, USER } from '../zoho/zoho-sdk.ts';
import { type LambdaEndpoint, startLambdaEndpoint } from './lambda-endpoint.ts';
import { MemoryOperations } from './memory-operations.ts';

const ENVIRONMENT = { ...process.env };
const LEADS = [{ id: '4150868000000376008', Last_Name: 'Boyle' }];

let zoho: FakeZoho;
let endpoint: LambdaEndpoint;
let operations: MemoryOperations;

beforeEach(async () => {
  zoho = await startFakeZoho();
  zoho.register(CLIENT);
  operations = new MemoryOperations();
  const grant = zoho.issueGrant({ user: USER, clientId: CLIENT.clientId });
  const token = clientToken().grantToken(grant).build();
  await initializeSdk(zoho, token, new ZohoTokenStore(operations));
  resetSdk();
  endpoint = await startLambdaEndpoint();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_LAMBDA: endpoint.url,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
});

afterEach(async () => {
  process.env = { ...ENVIRONMENT };
  jest.restoreAllMocks();
  resetSdk();
  await endpoint.close();
  await zoho.close();
});

test('get-access-token reads leads', async () => {
  process.env['LATCHKEY_GET_ACCESS_TOKEN_FUNCTION'] = 'get-access-token';
  const accessToken = operations.tokens.get('id-1')?.accessToken;
  endpoint.answer({
    result: { accessToken, apiDomain: zoho.base, expiresAt: null, tokenId: 'id-1' },
  });
  const { handler } = await import('../../../examples/get-access-token.ts');

  expect(await handler({ userName: 'ada' })).toMatchObject({ data: LEADS });

  expect(endpoint.invocations).toEqual([
    { functionName: 'get-access-token', event: { userName: 'ada' } },
  ]);
});

test('get-access-token reads leads of a token that does not say its API domain', async () => {
  process.env['LATCHKEY_GET_ACCESS_TOKEN_FUNCTION'] = 'get-access-token';
  process.env['ZOHO_API_DOMAIN'] = zoho.base;
  const accessToken = operations.tokens.get('id-1')?.accessToken;
  endpoint.answer({ result: { accessToken, apiDomain: null, expiresAt: null, tokenId: 'id-1' } });
  // As a container that starts with this environment.
  await jest.isolateModulesAsync(async () => {
    const { handler } = await import('../../../examples/get-access-token.ts');
    expect(await handler({ userName: 'ada' })).toMatchObject({ data: LEADS });
  });
});

test('lambda-with-zoho-sdk reads leads, and initializes once per container', async () => {
  process.env['ZOHO_USER'] = 'ada@zylker.com:7000';
  process.env['LATCHKEY_FIND_TOKEN_FUNCTION'] = 'find-token';
  process.env['LATCHKEY_FIND_TOKEN_BY_ID_FUNCTION'] = 'find-token-by-id';
  const environment = Zoho.DataCenter.setEnvironment(zoho.base, zoho.accountsTokenUrl, zoho.base);
  jest.spyOn(Zoho.EUDataCenter, 'PRODUCTION').mockReturnValue(environment);
  const found = { result: { token: operations.tokens.get('id-1') } };
  endpoint.answer({ result: { token: null } }, ...Array(9).fill(found));
  const { handler } = await import('../../../examples/lambda-with-zoho-sdk.ts');

  await expect(handler()).rejects.toMatchObject({ code: 'MANDATORY VALUE ERROR' });
  expect(await handler()).toEqual({ leads: 1 });
  expect(await handler()).toEqual({ leads: 1 });

  const searches = endpoint.invocations.filter((call) => call.functionName === 'find-token');
  expect(searches).toHaveLength(2);
});
