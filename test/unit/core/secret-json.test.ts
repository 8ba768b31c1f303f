/** How a secret version stands in the vault, and the labels beside it. */
import { tokenFromJson } from '../../../lib/token.ts';
import {
  labelDescription,
  labelTags,
  parseSecretJson,
  secretJson,
  versionToken,
} from '../../../lib/vault/secret-json.ts';

const CONTENT = { id: 'id', revision: 3, token: tokenFromJson({ accessToken: 'A', expiresAt: 7 }) };

test('the stored shape', () => {
  expect(JSON.parse(secretJson({ ...CONTENT, fence: 2 }))).toEqual({
    schema: 1,
    id: 'id',
    revision: 3,
    fence: 2,
    token: { accessToken: 'A', expiresAt: 7 },
  });
});

test('it is read back as it was', () => {
  expect(secretJson(parseSecretJson(secretJson(CONTENT)))).toBe(secretJson(CONTENT));
  expect(parseSecretJson(secretJson(CONTENT))).not.toHaveProperty('fence');
});

test.each([
  ['no JSON', 'canary'],
  ['no object', '"canary"'],
  ['a later schema', '{"schema":2,"id":"i","revision":1,"token":{"accessToken":"canary"}}'],
  ['no token', '{"schema":1,"id":"i","revision":1,"canary":"canary"}'],
])('%s is refused without quoting it', (_what, json) => {
  let message = '';
  try {
    parseSecretJson(json);
  } catch (error) {
    ({ message } = error as Error);
  }
  expect(message).toMatch(/^A secret /);
  expect(message).not.toContain('canary');
});

test.each([
  ['one byte each', 'a', 1],
  ['three bytes each', '漢', 3],
])('65,536 bytes fit, one more does not: %s', (_what, character, bytes) => {
  const empty = secretJson({ ...CONTENT, token: tokenFromJson({ accessToken: '' }) });
  const room = Math.floor((65_536 - Buffer.byteLength(empty)) / bytes);
  const of = (length: number) => tokenFromJson({ accessToken: character.repeat(length) });
  expect(() => secretJson({ ...CONTENT, token: of(room) })).not.toThrow();
  expect(() => secretJson({ ...CONTENT, token: of(room + 1) })).toThrow(/takes \d+ bytes/);
});

test('the request token is of the length that AWS takes, and differs with the content', () => {
  const token = versionToken(secretJson(CONTENT));
  expect(token).toMatch(/^[0-9a-f]{32,64}$/);
  expect(versionToken(secretJson(CONTENT))).toBe(token);
  expect(versionToken(secretJson({ ...CONTENT, revision: 4 }))).not.toBe(token);
  expect(versionToken(secretJson({ ...CONTENT, fence: 1 }))).not.toBe(token);
});

describe('tags', () => {
  const tagOf = (userName: string) => labelTags({ userName })[0]?.Value ?? '';

  test('say whose token it is', () => {
    expect(labelTags({ userName: 'ann@zylker.com:7000', clientId: '1000.C' })).toEqual([
      { Key: 'latchkey:user', Value: 'ann@zylker.com:7000' },
      { Key: 'latchkey:client', Value: '1000.C' },
    ]);
    expect(labelTags({})).toEqual([]);
  });

  test.each([
    ['ann <ann@zylker.com>', 'ann _ann@zylker.com_'],
    ["o'neill", 'o_neill'],
    ['Łukasz 漢字', 'Łukasz 漢字'],
    ['tab\tnewline\n', 'tab_newline_'],
  ])('%j stands as %j', (userName, value) => {
    expect(tagOf(userName)).toBe(value);
  });

  test('a long name is cut between characters', () => {
    const value = tagOf(`a${'𝒜'.repeat(300)}`);
    expect(value.isWellFormed()).toBe(true);
    expect(value.length).toBeLessThanOrEqual(256);
  });

  test('the prefix that AWS keeps for itself is not used', () => {
    expect(tagOf('aws:ann')).not.toMatch(/^aws:/i);
  });
});

describe('a description', () => {
  const of = (userName?: string, clientId?: string) =>
    labelDescription({ ...(userName && { userName }), ...(clientId && { clientId }) });

  test('names the user and the client, each as a word that a search finds', () => {
    const words = of('ann+crm@zylker.com:7000', '1000.ABC').split(' ');
    expect(words).toEqual(expect.arrayContaining(['ann+crm@zylker.com:7000', '1000.ABC']));
  });

  test('says that it is a token, whoever else it belongs to', () => {
    expect(of()).toBe('OAuth token (Latchkey: change it only through the store)');
    expect(of('ann')).toBe('OAuth token of ann (Latchkey: change it only through the store)');
    expect(of(undefined, 'C')).toContain('OAuth token for client C (');
  });

  test('is never longer than 2,048 characters, and well-formed', () => {
    const long = of(`a${'𝒜'.repeat(1_000)}`, '𝒜'.repeat(1_000));
    expect(long.length).toBeLessThanOrEqual(2_048);
    expect(long.isWellFormed()).toBe(true);
  });

  test('holds nothing that turns or ends a line', () => {
    expect(of('a\u202eb\r\nc\u0000')).toContain('of a b  c  (');
  });
});
