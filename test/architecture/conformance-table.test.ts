/** docs/CONFORMANCE.md is what the results make of it, and the results are of the checks there are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseChecks } from '../../conformance/src/index.ts';
import { conformanceDocument } from '../conformance/document.ts';
import { readExpectation } from '../conformance/expectation.ts';
import { OURS, STORES } from '../conformance/stores.ts';
import { ROOT } from './source-files.ts';

const results = readExpectation();
const ids = chooseChecks().map(({ id }) => id);

test('it shows every store', () => {
  expect(Object.keys(results)).toEqual(Object.keys(STORES));
});

test('it is written by npm run test:conformance -- --write', () => {
  const written = readFileSync(join(ROOT, 'docs/CONFORMANCE.md'), 'utf8');
  expect(written).toBe(conformanceDocument(results));
});

test.each(Object.entries(results))(
  'the results of %s are of checks that there are',
  (_, result) => {
    const named = [...result.failed, ...result.notTried];
    expect(named.filter((id) => !ids.includes(id))).toEqual([]);
  },
);

test('Latchkey passes every check', () => {
  expect(results[OURS]).toEqual({ failed: [], notTried: [] });
});

test('the kit names its number of checks', () => {
  const readme = readFileSync(join(ROOT, 'conformance/README.md'), 'utf8');
  expect(readme).toContain(`${ids.length} checks`);
});
