/** What a complaint about the command line repeats of it: names of options, and no value. */
import { withoutGiven } from '../../../operator/usage-text.ts';

const SECRET = "a'b\nc=$&";

test.each([
  ['an option that there is not, with a value', `--client-secret=${SECRET}`, "'--client-secret=…'"],
  ['a word', SECRET, "'…'"],
  ['what begins like an option', `-x${SECRET}`, "'…'"],
  ['an option that there is not', '--client-secret', "'--client-secret'"],
  ['nothing', '', "''"],
])('%s', (_what, arg, shown) => {
  const text = `error: unknown option '${arg}'`;
  expect(withoutGiven(text, ['recover', arg])).toBe(`error: unknown option ${shown}`);
});

test('what is no value of the command line stays', () => {
  const text = "error: required option '--store <name>' not specified";
  expect(withoutGiven(text, ['recover', 'store', 'a'])).toBe(text);
});
