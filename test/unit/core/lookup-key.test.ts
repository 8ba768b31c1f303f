/** Lookup keys: the same for the same, different by kind, and without the value. */

import { tokenFromJson } from '../../../lib/token.ts';
import { keysOf, kindOf, lookupKeys } from '../../../lib/token-index/lookup-key.ts';

const VALUE = '1000.shared.value';
const FOUR_KINDS = tokenFromJson({
  userName: VALUE,
  accessToken: VALUE,
  grantToken: VALUE,
  refreshToken: VALUE,
});

test('the stored shape of a key', () => {
  // Changing this makes every stored key unreachable: it takes a migration.
  expect(lookupKeys({ userName: 'ann@zylker.com:7000' }).user).toBe(
    'user#6e597d0e153ed5d70403a97b87502f925f9c09d1efd309b4ecc00799faf30029',
  );
});

test('one value has another key of each kind', () => {
  const keys = keysOf(FOUR_KINDS);
  expect(keys.map(kindOf)).toEqual(['user', 'access', 'grant', 'refresh']);
  expect(new Set(keys.map((key) => key.slice(key.indexOf('#')))).size).toBe(4);
});

test('no key shows any part of the value', () => {
  for (const key of keysOf(FOUR_KINDS)) {
    expect(key).toMatch(/^(user|access|grant|refresh)#[0-9a-f]{64}$/);
  }
});

test.each([
  ['letter case', 'ann', 'Ann'],
  ['a space', 'ann', 'ann '],
  ['Unicode form', '\u00e9', 'e\u0301'],
])('%s makes another key', (_what, one, other) => {
  expect(lookupKeys({ userName: one })).not.toEqual(lookupKeys({ userName: other }));
});

test('client, redirect and domain are no keys', () => {
  const token = tokenFromJson({
    clientId: 'C',
    clientSecret: 'S',
    redirectUrl: 'u',
    apiDomain: 'd',
  });
  expect(keysOf(token)).toEqual([]);
});
