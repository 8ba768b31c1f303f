/** Which of two labelled versions a token is recovered from. */
import type { TokenJson } from '../../../../lib/contract.ts';
import { newestVersion } from '../../../../lib/recovery/newest-version.ts';
import { tokenFromJson } from '../../../../lib/token.ts';
import { lookupKeys } from '../../../../lib/token-index/lookup-key.ts';
import type { LabelledVersion } from '../../../../lib/vault/token-vault.ts';

interface Written {
  readonly id?: string;
  readonly revision: number;
  readonly fence?: number;
  /** The refresh token that the refresh used. */
  readonly spent?: string;
  readonly refreshToken?: string;
}

function version(name: string, { id = 'T', revision, fence, spent, refreshToken }: Written) {
  const fields: TokenJson = { accessToken: name, ...(refreshToken && { refreshToken }) };
  const { refresh } = lookupKeys(spent ? tokenFromJson({ refreshToken: spent }) : {});
  const labelled: LabelledVersion = {
    version: { secretArn: 'arn', versionId: name },
    content: {
      ...{ id, revision, token: tokenFromJson(fields) },
      ...(fence !== undefined && { fence }),
      ...(refresh && { spent: refresh }),
    },
    createdAtMs: 0,
  };
  return labelled;
}

const save = (revision: number, refreshToken = 'R') => ({ revision, refreshToken });
const refresh = (revision: number, fence: number, spent = 'R', refreshToken = spent) => {
  return { revision, fence, spent, refreshToken };
};

function chosen(current: Written | undefined, previous?: Written, pinned?: string) {
  const first = current && version('current', current);
  const second = previous && version('previous', previous);
  return newestVersion('T', first, second, pinned)?.version.versionId;
}

test.each([
  ['the only one', save(1), undefined, 'current'],
  ['the newest of two in order', save(3), save(2), 'current'],
  ['the higher revision, where a frozen writer came last', refresh(2, 1), save(3), 'previous'],
  ['of two saves on one row, the last', save(2), save(2, 'S'), 'current'],
  [
    'of two refreshes on one row, that of the later lease',
    refresh(2, 4),
    refresh(2, 5),
    'previous',
  ],
  ['a login over a refresh of the old grant', save(2, 'new'), refresh(2, 1), 'current'],
  ['a login, though such a refresh came last', refresh(2, 1), save(2, 'new'), 'previous'],
  ['a login, though such a refresh rotated', refresh(2, 1, 'R', 'R2'), save(2, 'new'), 'previous'],
  ['a rotated grant over a save of the spent one', save(2), refresh(2, 1, 'R', 'R2'), 'previous'],
  ['a rotated grant that came last', refresh(2, 1, 'R', 'R2'), save(2), 'current'],
  ['a save over a refresh that rotated nothing', refresh(2, 1), save(2), 'previous'],
  ['what was before a placeholder', save(0), save(5), 'previous'],
])('%s', (_what, current, previous, expected) => {
  expect(chosen(current, previous)).toBe(expected);
});

test('a save that the row names is later than what the row missed before it', () => {
  expect(chosen(save(2), save(4), 'current')).toBe('current');
  expect(chosen(save(2), save(4))).toBe('previous');
  // A refresh on such a row only renewed what was old.
  expect(chosen(refresh(2, 1), save(4), 'current')).toBe('previous');
});

test('a placeholder alone is nothing', () => {
  expect(chosen(save(0))).toBeUndefined();
  expect(chosen(undefined)).toBeUndefined();
});

test.each([
  [{ ...save(1), id: 'U' }, save(1)],
  [save(1), { ...save(1), id: 'U' }],
])('what belongs to another token is refused', (current, previous) => {
  expect(() => chosen(current, previous)).toThrow('The secret of token T holds token U.');
});
