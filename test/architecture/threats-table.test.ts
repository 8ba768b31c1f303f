/** SECURITY.md: every threat names the tests that show what stands against it, file by file. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './source-files.ts';

const [, below = ''] = readFileSync(join(ROOT, 'SECURITY.md'), 'utf8').split('\n## Threats\n');
const rows = (below.split('\n## ')[0] ?? '')
  .split('\n')
  .filter((line) => line.startsWith('| '))
  .slice(1)
  .map((line) => {
    const [threat = '', against = '', tests = ''] = line.slice(2, -2).split(' | ');
    const links = [...tests.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file);
    return { threat, against, links };
  });

test('there are threats, and each says what stands against it', () => {
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter(({ against }) => !/\w{3}/.test(against))).toEqual([]);
});

test.each(rows.map(({ threat, links }) => [threat, links] as const))('%s', (_threat, links) => {
  expect(links).not.toEqual([]);
  const others = links.filter((link) => !isTestFile(link));
  expect(others).toEqual([]);
});

/** A folder is none: whoever looks for the test of a threat finds many, and not which. */
function isTestFile(link: string): boolean {
  if (!/^test\/.+\.test\.ts$/.test(link)) return false;
  const file = statSync(join(ROOT, link), { throwIfNoEntry: false });
  return file?.isFile() === true && /^\s*test[.(]/m.test(readFileSync(join(ROOT, link), 'utf8'));
}
