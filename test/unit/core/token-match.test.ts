/**
 * Which stored token a find or a save means: the truth table. Stored, oldest first:
 * ann's tokens of clients one and two, bob's of client one, nameless ones, and carl's without a
 * client.
 */
import type { TokenJson } from '../../../lib/contract.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import { keyRowWrites } from '../../../lib/token-index/key-row-writes.ts';
import type { LookupKey } from '../../../lib/token-index/lookup-key.ts';
import type { KeyRow } from '../../../lib/token-index/token-index.ts';
import { findKeys, matchFind, matchSave, sameClient, saveKeys } from '../../../lib/token-match.ts';
import { rowOf } from '../../support/core/tokens.ts';

const STORED: Record<string, TokenJson> = {
  'ann-one': {
    userName: 'ann',
    clientId: 'one',
    accessToken: 'A1',
    grantToken: 'G1',
    refreshToken: 'R1',
  },
  'ann-two': {
    userName: 'ann',
    clientId: 'two',
    accessToken: 'A2',
    grantToken: 'G2',
    refreshToken: 'R2',
  },
  bob: {
    userName: 'bob',
    clientId: 'one',
    accessToken: 'A3',
    grantToken: 'G3',
    refreshToken: 'R3',
  },
  'nameless-one': { clientId: 'one', accessToken: 'A4', grantToken: 'G4', refreshToken: 'R4' },
  'nameless-two': { clientId: 'two', accessToken: 'A5', grantToken: 'G4', refreshToken: 'R5' },
  bare: { accessToken: 'A6', refreshToken: 'R6' },
  carl: { userName: 'carl', refreshToken: 'R7' },
};

const rows = new Map(Object.entries(STORED).map(([id, json]) => [id, rowOf(id, json)]));
const keyRows = new Map<LookupKey, KeyRow>();
for (const row of rows.values()) {
  for (const { key, entries } of keyRowWrites(undefined, row, keyRows, () => false)) {
    keyRows.set(key, { key, entries });
  }
}

test.each<[string, TokenJson, string | undefined]>([
  ['nothing', {}, undefined],
  ['a client alone', { clientId: 'one', clientSecret: 'S' }, undefined],
  ['a user: the one saved last', { userName: 'ann' }, 'ann-two'],
  ['a user and client', { userName: 'ann', clientId: 'one' }, 'ann-one'],
  ['a user and a client of nobody', { userName: 'ann', clientId: 'three' }, undefined],
  [
    'a user, before all tokens',
    { userName: 'ann', accessToken: 'A3', grantToken: 'G3', refreshToken: 'R3' },
    'ann-two',
  ],
  [
    'an unknown user, whatever tokens',
    { userName: 'eve', accessToken: 'A1', refreshToken: 'R1' },
    undefined,
  ],
  ['an access token', { accessToken: 'A1' }, 'ann-one'],
  [
    'an access token, before grant and refresh',
    { accessToken: 'A1', grantToken: 'G3', refreshToken: 'R3' },
    'ann-one',
  ],
  ['an unknown access token, whatever else', { accessToken: 'A9', refreshToken: 'R1' }, undefined],
  ['an access token with a client', { accessToken: 'A1', clientId: 'one' }, undefined],
  ['an access token with a client secret', { accessToken: 'A1', clientSecret: 'S' }, undefined],
  [
    'a refresh token beside an access token with a client',
    { accessToken: 'A9', clientId: 'one', refreshToken: 'R1' },
    'ann-one',
  ],
  ['a grant', { grantToken: 'G1' }, 'ann-one'],
  ['a grant, before refresh', { grantToken: 'G1', refreshToken: 'R3' }, 'ann-one'],
  ['an unknown grant, then refresh', { grantToken: 'G9', refreshToken: 'R3' }, 'bob'],
  ['an unknown grant and refresh', { grantToken: 'G9', refreshToken: 'R9' }, undefined],
  ['a grant of two clients: the one saved last', { grantToken: 'G4' }, 'nameless-two'],
  [
    'a grant of two clients, with the client',
    { grantToken: 'G4', clientId: 'one' },
    'nameless-one',
  ],
  ['a refresh token', { refreshToken: 'R1' }, 'ann-one'],
  ['a refresh token with another client', { refreshToken: 'R1', clientId: 'two' }, undefined],
  ['a refresh token whose client was never said', { refreshToken: 'R6', clientId: 'one' }, 'bare'],
  [
    'a user and client, where the client was never said',
    { userName: 'carl', clientId: 'one' },
    undefined,
  ],
])('find: %s', (_what, named, expected) => {
  expect(matchFind(tokenFromJson(named), keyRows, rows)?.id).toBe(expected);
});

test.each<[string, TokenJson, string | undefined]>([
  ['nothing', {}, undefined],
  ['a user and client', { userName: 'ann', clientId: 'one' }, 'ann-one'],
  [
    'a user and a new client is a new token',
    { userName: 'ann', clientId: 'three', refreshToken: 'R9' },
    undefined,
  ],
  [
    'a user without a client: the one saved last',
    { userName: 'ann', accessToken: 'A9' },
    'ann-two',
  ],
  ['a user, before tokens', { userName: 'ann', clientId: 'one', refreshToken: 'R4' }, 'ann-one'],
  [
    'a new user with the refresh token of a nameless one',
    { userName: 'eve', clientId: 'one', refreshToken: 'R4' },
    'nameless-one',
  ],
  [
    'a new user with the grant of a nameless one',
    { userName: 'eve', clientId: 'one', grantToken: 'G4' },
    'nameless-one',
  ],
  [
    "a new user with another user's refresh token",
    { userName: 'eve', clientId: 'one', refreshToken: 'R1' },
    undefined,
  ],
  [
    'a new user with a nameless one of another client',
    { userName: 'eve', clientId: 'three', refreshToken: 'R4' },
    undefined,
  ],
  ['an access token', { accessToken: 'A1' }, 'ann-one'],
  [
    'an unknown access token, then grant, then refresh',
    { accessToken: 'A9', grantToken: 'G9', refreshToken: 'R1' },
    'ann-one',
  ],
  ['a grant, before refresh', { clientId: 'one', grantToken: 'G3', refreshToken: 'R1' }, 'bob'],
  ['a refresh token and client', { clientId: 'one', refreshToken: 'R1' }, 'ann-one'],
  [
    'a refresh token with another client is a new token',
    { clientId: 'two', refreshToken: 'R1' },
    undefined,
  ],
  ['a client learned later', { clientId: 'one', refreshToken: 'R6' }, 'bare'],
  ['nothing but a client and an access token', { clientId: 'one', accessToken: 'A1' }, 'ann-one'],
  [
    'a user and a client that shows no credential',
    { userName: 'carl', clientId: 'one', refreshToken: 'R9' },
    undefined,
  ],
  [
    "a client learned later, of the user's own token",
    { userName: 'carl', clientId: 'one', refreshToken: 'R7' },
    'carl',
  ],
])('save: %s', (_what, given, expected) => {
  expect(matchSave(tokenFromJson(given), keyRows, rows)?.id).toBe(expected);
});

test('a token that is not alive is not meant', () => {
  const living = new Map([...rows].filter(([id]) => id !== 'ann-two'));
  expect(matchFind({ userName: 'ann' }, keyRows, living)?.id).toBe('ann-one');
});

test('an entry whose token has another key by now does not lead there', () => {
  const moved = new Map(rows).set('bob', rowOf('bob', { userName: 'bobby' }));
  expect(matchFind({ userName: 'bob' }, keyRows, moved)).toBeUndefined();
});

test.each([
  [undefined, undefined, true],
  ['one', undefined, true],
  [undefined, 'one', true],
  ['one', 'one', true],
  ['one', 'two', false],
])('named client %s, stored %s: %s', (named, stored, same) => {
  expect(sameClient(named, stored)).toBe(same);
});

test('a find reads no key that cannot decide it', () => {
  const kinds = (json: TokenJson) => findKeys(tokenFromJson(json)).map((key) => key.split('#')[0]);
  expect(kinds({ userName: 'ann', accessToken: 'A', refreshToken: 'R' })).toEqual(['user']);
  expect(kinds({ accessToken: 'A', refreshToken: 'R' })).toEqual(['access']);
  expect(kinds({ grantToken: 'G', refreshToken: 'R' })).toEqual(['grant', 'refresh']);
  expect(saveKeys(tokenFromJson({ userName: 'ann', refreshToken: 'R' }))).toHaveLength(2);
});
