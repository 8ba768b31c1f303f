/** The 243 ways to name a token: all of them, each under one rule, and none leads to two rules. */
import { NAMINGS, namingsOf, type Rule } from '../../../conformance/src/checks/namings.ts';

const RULES: readonly Rule[] = ['nothing', 'user', 'access', 'credential', 'unclear'];

const ruleOf = (fields: object) =>
  NAMINGS.find((naming) => JSON.stringify(naming.fields) === JSON.stringify(fields))?.rule;

test('there are 243, all different', () => {
  expect(new Set(NAMINGS.map(({ fields }) => JSON.stringify(fields))).size).toBe(243);
});

test('each rule has its share, and together they have all', () => {
  const shares = Object.fromEntries(RULES.map((rule) => [rule, namingsOf(rule).length]));
  expect(shares).toEqual({ nothing: 48, user: 81, access: 4, credential: 15, unclear: 95 });
});

test.each([
  ['nothing', {}],
  ['nothing', { clientId: '1000.CLIENT', clientSecret: 'client-secret' }],
  ['nothing', { userName: '', accessToken: '' }],
  ['user', { userName: 'by-user@zylker.com:7000' }],
  ['access', { accessToken: 'access-alone' }],
  ['unclear', { clientId: '1000.CLIENT', accessToken: 'access-alone' }],
  ['unclear', { refreshToken: 'refresh-alone' }],
] as const)('the rule "%s" is for %j', (rule, fields) => {
  expect(ruleOf(fields)).toBe(rule);
});
