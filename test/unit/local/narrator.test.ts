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

test('a claim that does not hold is not printed and ends the story', () => {
  const printed = printedBy((narrator) => {
    expect(() => narrator.check('two is one', false)).toThrow(FalseClaim);
  });
  expect(printed).toBe('');
});
