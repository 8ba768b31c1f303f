/** Which key rows change with a token, and what is expected of them. */
import type { TokenJson } from '../../../lib/contract.ts';
import { tokenFromJson } from '../../../lib/token.ts';
import { entryOf, keyRowWrites } from '../../../lib/token-index/key-row-writes.ts';
import { type LookupKey, lookupKeys } from '../../../lib/token-index/lookup-key.ts';
import type { KeyEntry, KeyRow } from '../../../lib/token-index/token-index.ts';
import { rowOf } from '../../support/core/tokens.ts';

const USER = lookupKeys({ userName: 'ann' }).user as LookupKey;
const ACCESS = lookupKeys(tokenFromJson({ accessToken: 'A' })).access as LookupKey;
const NEW_ACCESS = lookupKeys(tokenFromJson({ accessToken: 'A2' })).access as LookupKey;

const keyed = (id: string, json: TokenJson) => rowOf(id, json);
const mine = keyed('mine', { userName: 'ann', clientId: 'C', accessToken: 'A' });
const entry = entryOf(mine);
const other = { id: 'other', clientId: 'D' };

function keyRows(rows: Partial<Record<LookupKey, readonly KeyEntry[]>>) {
  return new Map<LookupKey, KeyRow>(
    Object.entries(rows).map(([key, entries = []]) => [
      key as LookupKey,
      { key: key as LookupKey, entries },
    ]),
  );
}
const alive = () => false;

test('a new token takes all its keys', () => {
  expect(keyRowWrites(undefined, mine, new Map(), alive)).toEqual([
    { key: USER, entries: [entry], expected: [] },
    { key: ACCESS, entries: [entry], expected: [] },
  ]);
});

test('where others have the key it stands last, as the most recently saved', () => {
  const writes = keyRowWrites(undefined, mine, keyRows({ [USER]: [other] }), alive);
  expect(writes[0]).toEqual({ key: USER, entries: [other, entry], expected: [other] });
});

test('a token saved again moves to the end', () => {
  const writes = keyRowWrites(
    mine,
    mine,
    keyRows({ [USER]: [entry, other], [ACCESS]: [entry] }),
    alive,
  );
  expect(writes).toEqual([{ key: USER, entries: [other, entry], expected: [entry, other] }]);
});

test('where nothing changes nothing is written', () => {
  const rows = keyRows({ [USER]: [other, entry], [ACCESS]: [entry] });
  expect(keyRowWrites(mine, mine, rows, alive)).toEqual([]);
});

test('a key that the token has no more goes, with its row where it was alone', () => {
  const after = keyed('mine', { userName: 'ann', clientId: 'C', accessToken: 'A2' });
  const rows = keyRows({ [USER]: [entry], [ACCESS]: [entry] });
  expect(keyRowWrites(mine, after, rows, alive)).toEqual([
    { key: ACCESS, entries: [], expected: [entry] },
    { key: NEW_ACCESS, entries: [entry], expected: [] },
  ]);
});

test('a client learned later changes the entry', () => {
  const before = keyed('mine', { userName: 'ann', accessToken: 'A' });
  const rows = keyRows({ [USER]: [{ id: 'mine' }], [ACCESS]: [{ id: 'mine' }] });
  expect(keyRowWrites(before, mine, rows, alive)).toEqual([
    { key: USER, entries: [entry], expected: [{ id: 'mine' }] },
    { key: ACCESS, entries: [entry], expected: [{ id: 'mine' }] },
  ]);
});

test('a token that goes leaves the others their key', () => {
  const rows = keyRows({ [USER]: [other, entry], [ACCESS]: [entry] });
  expect(keyRowWrites(mine, undefined, rows, alive)).toEqual([
    { key: USER, entries: [other], expected: [other, entry] },
    { key: ACCESS, entries: [], expected: [entry] },
  ]);
});

test('a token that goes writes no row that does not name it', () => {
  expect(keyRowWrites(mine, undefined, keyRows({ [USER]: [other] }), alive)).toEqual([]);
});

test('entries of dead tokens are swept out of rows that change, and only of those', () => {
  const isGone = (id: string) => id === 'other';
  expect(keyRowWrites(undefined, mine, keyRows({ [USER]: [other] }), isGone)[0]).toEqual({
    key: USER,
    entries: [entry],
    expected: [other],
  });
  const unchanged = keyRows({ [USER]: [other, entry], [ACCESS]: [entry] });
  expect(keyRowWrites(mine, mine, unchanged, isGone)).toEqual([]);
});
