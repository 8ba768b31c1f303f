/** Events from outside: what is accepted, and that a refusal names the field, never the value. */
import {
  parseDeleteToken,
  parseDeleteTokens,
  parseFindToken,
  parseFindTokenById,
  parseGetAccessToken,
  parseGetTokens,
  parseRestoreTokens,
  parseSaveToken,
} from '../../../lib/requests.ts';
import { revealToken } from '../../../lib/token.ts';

const ID = 'a'.repeat(32);
const SECRET = '1000.canary.value';

function refusal(parse: (event: unknown) => unknown, event: unknown): string {
  try {
    parse(event);
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_REQUEST', retryable: false });
    return (error as Error).message;
  }
  throw new Error('The event was accepted.');
}

test.each<[string, unknown, string]>([
  ['no event', undefined, 'event'],
  ['null', null, 'event'],
  ['a string', SECRET, 'event'],
  ['an array', [SECRET], 'event'],
  ['no token', {}, 'token'],
  ['a token that is a string', { token: SECRET }, 'token'],
  ['a token that is an array', { token: [SECRET] }, 'token'],
  ['an empty string', { token: { refreshToken: '' } }, 'token.refreshToken'],
  ['a number for a string', { token: { userName: 7 } }, 'token.userName'],
  ['an object for a string', { token: { accessToken: { SECRET } } }, 'token.accessToken'],
  ['an array for a string', { token: { accessToken: [SECRET] } }, 'token.accessToken'],
  ['a string for the expiry', { token: { expiresAt: '1795302230976' } }, 'token.expiresAt'],
  ['a broken expiry', { token: { expiresAt: 1.5 } }, 'token.expiresAt'],
  ['a negative expiry', { token: { expiresAt: -1 } }, 'token.expiresAt'],
  ['an expiry past every date', { token: { expiresAt: 8.7e15 } }, 'token.expiresAt'],
  ['half a character', { token: { accessToken: `${SECRET}\ud83d` } }, 'token.accessToken'],
  ['a secret past 64 KiB', { token: { grantToken: SECRET.repeat(5_000) } }, 'token.grantToken'],
  ['a user name past 2048', { token: { userName: SECRET.repeat(200) } }, 'token.userName'],
  ['a field of no request', { token: {}, extra: SECRET }, 'a field'],
  ['a field in another spelling', { token: { refresh_token: SECRET } }, 'token.refresh_token'],
  ['a secret for a field name', { token: { [SECRET]: 1 } }, 'a field'],
  ['a secret of letters for a field name', { token: { canarySecret: 1 } }, 'a field'],
  ['a field that every object inherits', JSON.parse('{"token":{"__proto__":1}}'), 'a field'],
])('save and find: %s', (_what, event, field) => {
  for (const parse of [parseSaveToken, parseFindToken]) {
    const message = refusal(parse, event);
    expect(message).toMatch(new RegExp(`^${field}: `));
    expect(message).not.toContain('canary');
    expect(message.length).toBeLessThan(200);
  }
});

test.each<[string, (event: unknown) => unknown, unknown, string]>([
  [
    'a token',
    parseSaveToken,
    { token: { [SECRET]: 1 } },
    'id, userName, clientId, clientSecret, grantToken, refreshToken, accessToken, redirectUrl, ' +
      'apiDomain, provider, expiresAt',
  ],
  ['a request', parseGetTokens, { page: 1 }, 'cursor, limit, includeSecrets'],
  ['a request of one field', parseFindTokenById, { id: ID, key: 1 }, 'id'],
])('a field that there is not is answered with those of %s', (_what, parse, event, fields) => {
  const text = `a field: is not one of those that go here: ${fields}.`;
  expect(refusal(parse, event)).toBe(text);
});

test('absent and null mean the same', () => {
  const { token, ...request } = parseSaveToken({
    token: { id: null, userName: null, accessToken: 'A', expiresAt: null },
  });
  expect(request).toEqual({});
  expect(revealToken(token)).toEqual({ accessToken: 'A' });
});

test('a token comes through whole', () => {
  const token = { userName: 'ann', accessToken: SECRET, expiresAt: 0 };
  const request = parseSaveToken({ token: { id: ID, ...token } });
  expect(request.id).toBe(ID);
  expect(revealToken(request.token)).toEqual(token);
});

test('an id that this store cannot have given travels no further', () => {
  expect(parseFindTokenById({ id: SECRET }).id).not.toContain('canary');
  expect(parseFindTokenById({ id: ID }).id).toBe(ID);
});

test.each([[{}], [{ id: '' }], [{ id: 7 }], [{ id: ID, token: {} }], [[ID]]])(
  'by id: %j is refused',
  (event) => {
    refusal(parseFindTokenById, event);
    refusal(parseDeleteToken, event);
  },
);

test('deleting does not revoke unless asked to', () => {
  expect(parseDeleteToken({ id: ID })).toEqual({ id: ID, revoke: false });
  expect(parseDeleteToken({ id: ID, revoke: true })).toEqual({ id: ID, revoke: true });
  refusal(parseDeleteToken, { id: ID, revoke: 'yes' });
});

test.each([undefined, null, {}, { limit: null }])('a listing of %j takes the defaults', (event) => {
  expect(parseGetTokens(event)).toEqual({ limit: 100, includeSecrets: true });
});

test.each([0, 101, -1, 1.5, '10', Number.NaN])('a limit of %p is refused', (limit) => {
  expect(refusal(parseGetTokens, { limit })).toMatch(/^limit: /);
});

test('deleteTokens takes an empty object or a request id, and nothing that could be a mistake', () => {
  expect(parseDeleteTokens({})).toEqual({});
  for (const mistake of [undefined, null, [], 'all', 0]) refusal(parseDeleteTokens, mistake);
  expect(parseDeleteTokens({ requestId: 'r' })).toEqual({ requestId: 'r' });
  refusal(parseDeleteTokens, { requestId: 'r'.repeat(37) });
  refusal(parseDeleteTokens, { id: ID });
});

test.each<[unknown]>([
  [{ id: ID }],
  [{ userName: 'ann' }],
  [{ userName: 'ann', clientId: 'C' }],
  [{ id: ID, minValidSeconds: 2_700 }],
])('an access token is asked for by %j', (event) => {
  expect(parseGetAccessToken(event)).toEqual(event);
});

test.each<[unknown]>([
  [{}],
  [{ clientId: 'C' }],
  [{ id: ID, userName: 'ann' }],
  [{ id: ID, clientId: 'C' }],
  [{ id: ID, minValidSeconds: 2_701 }],
  [{ id: ID, minValidSeconds: -1 }],
])('an access token is not asked for by %j', (event) => {
  refusal(parseGetAccessToken, event);
});

test.each<[unknown, unknown]>([
  [{ id: ID }, { id: ID }],
  [{ lastLogout: true }, { logout: 1 }],
  [{ logout: 1 }, { logout: 1 }],
  [
    { logout: 2, cursor: 'c' },
    { logout: 2, cursor: 'c' },
  ],
])('a restore is asked for by %j', (event, request) => {
  expect(parseRestoreTokens(event)).toEqual(request);
});

test('a restore names what cannot be an id, and does not take it for one that is unknown', () => {
  for (const id of ['x', ID.toUpperCase(), `${ID}0`, 'canary']) {
    expect(refusal(parseRestoreTokens, { id })).toMatch(/^id: must be .*32 hexadecimal digits/);
  }
});

test.each<[unknown]>([
  [{}],
  [{ id: ID, lastLogout: true }],
  [{ id: ID, logout: 1 }],
  [{ lastLogout: true, logout: 2 }],
  [{ logout: 0 }],
  [{ logout: 1.5 }],
  [{ lastLogout: false }],
  [{ cursor: 'c' }],
])('a restore is not asked for by %j', (event) => {
  refusal(parseRestoreTokens, event);
});
