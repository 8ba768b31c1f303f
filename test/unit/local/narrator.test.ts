/** How the demo looks on a terminal and elsewhere. */
import { FalseClaim, Narrator, type Output } from '../../../local/demo/narrator.ts';

function printedBy(tell: (narrator: Narrator) => void, output: Partial<Output> = {}): string {
  let printed = '';
  tell(new Narrator({ ...output, write: (text) => (printed += text) }));
  return printed;
}

const ESCAPE = '\u001b[';

test.each([
  ['a terminal that has colours', true, true, true],
  ['a terminal that has none, or NO_COLOR', true, false, false],
  ['a file', false, true, false],
])('colour on %s', (_, isTTY, hasColors, expected) => {
  const output = { isTTY, hasColors: () => hasColors };
  const printed = printedBy((narrator) => narrator.check('it holds', true), output);
  expect(printed.includes(ESCAPE)).toBe(expected);
});

test('prose is broken at the width of the terminal, and at 100 columns at most', () => {
  const prose = 'word '.repeat(100);
  const widest = (columns?: number) =>
    Math.max(
      ...printedBy((narrator) => narrator.say(prose), columns === undefined ? {} : { columns })
        .split('\n')
        .map((line) => line.length),
    );
  expect(widest(60)).toBeLessThanOrEqual(60);
  expect(widest(300)).toBeLessThanOrEqual(100);
  expect(widest()).toBeGreaterThan(90);
});

test('small print is broken like prose', () => {
  const printed = printedBy((narrator) => narrator.aside('word '.repeat(30)), { columns: 50 });
  expect(Math.max(...printed.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(50);
});

test('a claim that does not hold is not printed and ends the story', () => {
  const printed = printedBy((narrator) => {
    expect(() => narrator.check('two is one', false)).toThrow(FalseClaim);
  });
  expect(printed).toBe('');
});

describe('a table on a narrow terminal', () => {
  const rows = [
    ['user', '8381dd6d', 'ada@zylker.com', 'BatchGetItem x2, GetSecretValue x1'],
    ['refresh token', '8381dd6d', 'ada@zylker.com', 'BatchGetItem x2'],
  ];
  const names = ['found by', 'token', 'the CRM takes it for', 'calls behind the function'];
  const at = (columns: number, shown = rows) =>
    printedBy((narrator) => narrator.table(shown, names.slice(0, shown[0]?.length)), { columns });

  test.each([40, 45, 50, 55, 60, 65, 70, 80])(
    'of %d columns has no line that is wider',
    (columns) => {
      const widest = Math.max(
        ...at(columns)
          .split('\n')
          .map(({ length }) => length),
      );
      expect(widest).toBeLessThanOrEqual(columns);
    },
  );

  test('breaks the widest columns, lists between their members', () => {
    expect(at(70)).toBe(
      [
        '    found by        token      the CRM takes it     calls behind the',
        '                               for                  function',
        '    user            8381dd6d   ada@zylker.com       BatchGetItem x2,',
        '                                                    GetSecretValue x1',
        '    refresh token   8381dd6d   ada@zylker.com       BatchGetItem x2',
        '',
      ].join('\n'),
    );
  });

  test('becomes paragraphs where the columns do not fit beside each other', () => {
    expect(at(50)).toBe(
      [
        '    found by user',
        '      token 8381dd6d; the CRM takes it for',
        '      ada@zylker.com; calls behind the function',
        '      BatchGetItem x2, GetSecretValue x1',
        '    found by refresh token',
        '      token 8381dd6d; the CRM takes it for',
        '      ada@zylker.com; calls behind the function',
        '      BatchGetItem x2',
        '',
      ].join('\n'),
    );
  });

  test('breaks a member of a list that is too long by itself', () => {
    const tags = [['tags', 'latchkey:user = ada@zylker.com:7000, latchkey:client = 1000.DEMO']];
    const widest = Math.max(
      ...at(40, tags)
        .split('\n')
        .map(({ length }) => length),
    );
    expect(widest).toBeLessThanOrEqual(40);
  });
});
