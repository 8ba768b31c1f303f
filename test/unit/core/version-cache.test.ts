/** What a container remembers of secrets. */
import { tokenFromJson } from '../../../lib/token.ts';
import { VersionCache } from '../../../lib/vault/version-cache.ts';

const version = (secret: number, revision = 1) => ({
  secretArn: `arn:${secret}`,
  versionId: `v${revision}`,
});
const content = (secret: number, revision = 1) => ({
  id: `${secret}`,
  revision,
  token: tokenFromJson({ accessToken: `${secret}` }),
});

test('it gives exactly the version that is asked for', () => {
  const cache = new VersionCache();
  cache.set(version(1, 2), content(1, 2));
  expect(cache.get(version(1, 2))).toEqual(content(1, 2));
  expect(cache.get(version(1, 1))).toBeUndefined();
  expect(cache.get(version(2, 2))).toBeUndefined();
});

test('of each secret it keeps the version that came last', () => {
  const cache = new VersionCache();
  cache.set(version(1, 1), content(1, 1));
  cache.set(version(1, 2), content(1, 2));
  expect(cache.get(version(1, 1))).toBeUndefined();
  expect(cache.get(version(1, 2))?.revision).toBe(2);
});

test('past its capacity it drops what was not used for longest', () => {
  const cache = new VersionCache(2);
  cache.set(version(1), content(1));
  cache.set(version(2), content(2));
  cache.get(version(1));
  cache.set(version(3), content(3));
  expect(cache.get(version(1))).toBeDefined();
  expect(cache.get(version(2))).toBeUndefined();
  expect(cache.get(version(3))).toBeDefined();
});

test('replacing a version of a full cache drops no other secret', () => {
  const cache = new VersionCache(2);
  cache.set(version(1), content(1));
  cache.set(version(2), content(2));
  cache.set(version(2, 2), content(2, 2));
  expect(cache.get(version(1))).toBeDefined();
});
