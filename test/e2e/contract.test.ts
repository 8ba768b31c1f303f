/** The JSON contract, through Lambda Invoke as any language would use it. */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { OperationName, TokenJson } from '../../lib/contract.ts';
import { clientSettings } from '../../local/deployment.ts';
import { startTestStore, type TestStore } from '../support/test-store.ts';

let store: TestStore;
let lambda: LambdaClient;
beforeAll(async () => {
  store = await startTestStore();
  lambda = new LambdaClient(clientSettings(store.aws));
});
afterAll(async () => {
  lambda.destroy();
  await store.close();
});

type Answer = Record<string, unknown> & { error?: { code: string; message: string } };

async function invoke(operation: OperationName, payload: string): Promise<Answer> {
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: store.functionNames[operation], Payload: payload }),
  );
  const text = Buffer.from(answer.Payload ?? []).toString('utf8');
  if (answer.FunctionError !== undefined) throw new Error(text);
  return JSON.parse(text) as Answer;
}
const call = (operation: OperationName, event: unknown) => invoke(operation, JSON.stringify(event));

const WHOLE = {
  userName: 'whole@example.com:1',
  clientId: '1000.WHOLE',
  clientSecret: 'secret',
  grantToken: 'grant',
  refreshToken: 'refresh',
  accessToken: 'access',
  redirectUrl: 'https://app.example/cb?env=prod',
  apiDomain: 'https://www.zohoapis.eu',
  expiresAt: 4_102_444_800_000,
} satisfies TokenJson;

test('a token comes back complete by every key that finds it', async () => {
  const { id, created } = await call('saveToken', { token: WHOLE });
  expect(created).toBe(true);
  const token = { id, ...WHOLE };
  const { userName, clientId, clientSecret, grantToken, refreshToken, accessToken } = WHOLE;
  const named = [
    { id },
    { userName },
    { userName, clientId },
    { accessToken },
    { clientId, clientSecret, grantToken },
    { refreshToken },
    { grantToken: 'no such grant', refreshToken },
  ];
  for (const by of named) expect(await call('findToken', { token: by })).toMatchObject({ token });
  expect(await call('findTokenById', { id })).toEqual({ token });
  expect(await call('getAccessToken', { userName })).toEqual({
    accessToken,
    expiresAt: WHOLE.expiresAt,
    apiDomain: WHOLE.apiDomain,
    tokenId: id,
  });
});

test('nothing is found by nothing, by what is not there, or by what is not a key', async () => {
  const misses = [
    {},
    { clientId: '1000.WHOLE' },
    { userName: 'nobody' },
    { refreshToken: 'REFRESH' },
  ];
  for (const token of misses) expect(await call('findToken', { token })).toEqual({ token: null });
  const accessWithClient = { accessToken: 'access', clientId: '1000.WHOLE' };
  expect(await call('findToken', { token: accessWithClient })).toEqual({ token: null });
  expect(await call('findTokenById', { id: '../../other' })).toEqual({ token: null });
});

test('null means absent', async () => {
  const { id } = await call('saveToken', {
    token: { userName: 'null', accessToken: 'a', refreshToken: null, expiresAt: null },
  });
  expect(await call('findTokenById', { id })).toEqual({
    token: { id, userName: 'null', accessToken: 'a' },
  });
  await call('saveToken', { token: { id, accessToken: null, redirectUrl: 'https://x.example' } });
  expect(await call('findTokenById', { id })).toMatchObject({ token: { accessToken: 'a' } });
});

test('a deleted token is gone, deleting it again says so, and it can be restored', async () => {
  const { id } = await call('saveToken', { token: { userName: 'leaver', accessToken: 'a' } });
  expect(await call('deleteToken', { id })).toEqual({ deleted: true });
  expect(await call('deleteToken', { id })).toEqual({ deleted: false });
  expect(await call('findTokenById', { id })).toEqual({ token: null });
  expect(await call('findToken', { token: { userName: 'leaver' } })).toEqual({ token: null });
  const late = await call('saveToken', { token: { id, accessToken: 'late' } });
  expect(late.error).toMatchObject({ code: 'TOKEN_NOT_FOUND', retryable: false });
  expect(await call('restoreTokens', { id })).toEqual({ restored: [id], skipped: [] });
  expect(await call('findToken', { token: { userName: 'leaver' } })).toMatchObject({
    token: { id },
  });
});

test('bad input names the field, repeats no value and writes nothing', async () => {
  await call('saveToken', { token: { userName: 'bystander', accessToken: 'a' } });
  const before = (await call('getTokens', {}))['tokens'];
  expect(before).not.toEqual([]);
  store.takeCalls();
  const bad: [OperationName, string, string][] = [
    ['saveToken', '{}', 'token'],
    ['saveToken', '"text"', 'event'],
    ['saveToken', '{"token":{"accessToken":""}}', 'token.accessToken'],
    ['saveToken', '{"token":{"accessToken":7}}', 'token.accessToken'],
    ['saveToken', '{"token":{"accessToken":"\\ud800"}}', 'token.accessToken'],
    ['saveToken', '{"token":{"expiresAt":"tomorrow"}}', 'token.expiresAt'],
    ['saveToken', '{"token":{"expiresAt":1e300}}', 'token.expiresAt'],
    ['saveToken', '{"token":{"username":"typo"}}', 'token.username'],
    ['saveToken', '{"token":{"__proto__":{"id":"x"}}}', 'a field'],
    ['findTokenById', '{"id":null}', 'id'],
    ['saveToken', '{"token":[]}', 'token'],
    ['findTokenById', '[]', 'event'],
    ['deleteTokens', 'null', 'event'],
    ['deleteTokens', '[]', 'event'],
    ['deleteTokens', '"all"', 'event'],
    ['deleteTokens', '{"id":"one"}', 'id'],
    ['deleteToken', '{"id":"a","revoke":"yes"}', 'revoke'],
    ['getTokens', '{"limit":101}', 'limit'],
    ['getTokens', '{"cursor":"made up"}', 'cursor'],
    ['getAccessToken', '{}', 'id'],
    ['getAccessToken', '{"id":"a","userName":"b"}', 'id'],
    ['restoreTokens', '{}', 'id'],
  ];
  for (const [operation, payload, field] of bad) {
    const { error } = await invoke(operation, payload);
    expect({ payload, code: error?.code }).toEqual({ payload, code: 'INVALID_REQUEST' });
    expect(error?.message).toMatch(new RegExp(`^${field}: `));
  }
  const asked = store.takeCalls().map(({ action }) => action);
  expect(asked.filter((action) => action !== 'BatchGetItem')).toEqual([]);
  expect((await call('getTokens', {}))['tokens']).toEqual(before);
});

test('a token that Secrets Manager cannot keep is refused, not cut', async () => {
  const half = 'x'.repeat(33_000);
  const { error } = await call('saveToken', { token: { accessToken: half, refreshToken: half } });
  expect(error).toMatchObject({ code: 'TOKEN_TOO_LARGE', retryable: false });
});

test('pages hold every token once, and no page outgrows what a function may answer', async () => {
  await call('deleteTokens', {});
  const users = Array.from({ length: 110 }, (_, index) => `page-${index}`);
  const large = 'é'.repeat(30_000);
  for (const userName of users) {
    await call('saveToken', { token: { userName, accessToken: `${userName}-${large}` } });
  }
  const listed: string[] = [];
  let pages = 0;
  let cursor: unknown;
  do {
    const page = await call('getTokens', cursor === undefined ? {} : { cursor });
    expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(6_000_000);
    listed.push(...(page['tokens'] as TokenJson[]).map(({ userName }) => String(userName)));
    cursor = page['cursor'];
    pages += 1;
  } while (cursor !== undefined);
  expect(listed.sort()).toEqual([...users].sort());
  expect(pages).toBeGreaterThan(1);

  const [first] = (await call('getTokens', { includeSecrets: false, limit: 1 }))[
    'tokens'
  ] as object[];
  expect(first).toEqual({ id: expect.any(String), userName: expect.any(String) });
});

test('an empty store lists no tokens', async () => {
  await call('deleteTokens', {});
  expect(await call('getTokens', {})).toEqual({ tokens: [] });
});
