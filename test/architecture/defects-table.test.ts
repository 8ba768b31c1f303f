/** docs/DEFECTS.md and the tests that it names: every defect has its row, every claim its test. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const DOCUMENT = resolve(import.meta.dirname, '../../docs/DEFECTS.md');
const TESTS = resolve(import.meta.dirname, '../e2e/defects');
const DEFECTS = 59;

interface Row {
  readonly number: number;
  readonly latchkey: string;
  readonly files: readonly string[];
}

const rows = readFileSync(DOCUMENT, 'utf8')
  .split('\n')
  .filter((line) => /^\| \d+ +\|/.test(line))
  .map((line): Row => {
    const [number, , , latchkey = '', test = ''] = line.slice(2, -2).split(/ +\| /);
    const files = [...test.matchAll(/\]\(([^)]+)\)/g)].map(([, file = '']) => file);
    return { number: Number(number), latchkey, files };
  });

/** The numbers of the tests in a file: titles begin with `#` and a number. */
function numbersIn(file: string): ReadonlySet<number> {
  const titles = readFileSync(file, 'utf8').matchAll(/['"`]#(\d+) /g);
  return new Set([...titles].map(([, number]) => Number(number)));
}

const fileOf = (link: string) => join(dirname(DOCUMENT), link);

test('every defect has a row, in order', () => {
  const numbers = Array.from({ length: DEFECTS }, (_, index) => index + 1);
  expect(rows.map(({ number }) => number)).toEqual(numbers);
});

test("a row says that the defect is prevented, or that it is not the store's and why", () => {
  const unclear = rows.filter(({ latchkey }) => !/^(prevented|not the store's: \w)/.test(latchkey));
  expect(unclear).toEqual([]);
});

test('every prevented defect has a test of its number in the files that its row names', () => {
  const prevented = rows.filter(({ latchkey }) => latchkey.startsWith('prevented'));
  expect(prevented.length).toBeGreaterThan(0);
  for (const { number, files } of prevented) {
    const withTest = files.filter((file) => numbersIn(fileOf(file)).has(number));
    expect({ number, files: withTest }).toEqual({ number, files });
    expect({ number, tested: files.length > 0 }).toEqual({ number, tested: true });
  }
});

test('every test of a defect is named by its row', () => {
  for (const name of readdirSync(TESTS).filter((file) => file.endsWith('.test.ts'))) {
    for (const number of numbersIn(join(TESTS, name))) {
      const row = rows.find((each) => each.number === number);
      const files = row?.files.map(fileOf) ?? [];
      expect({ number, name, named: files.includes(join(TESTS, name)) }).toEqual({
        number,
        name,
        named: true,
      });
    }
  }
});
