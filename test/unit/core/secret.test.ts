/** A Secret never prints, however somebody tries. */
import { Console } from 'node:console';
import { PassThrough } from 'node:stream';
import { format, inspect } from 'node:util';
import { Secret } from '../../../lib/secret.ts';

const VALUE = '1000.canary.4f1c';
const secret = new Secret(VALUE);

test.each<[string, () => unknown]>([
  ['String()', () => String(secret)],
  ['a template', () => `${secret}`],
  ['concatenation', () => 'x'.concat(secret as unknown as string)],
  ['join', () => [secret].join()],
  ['JSON', () => JSON.stringify({ token: { secret } })],
  ['util.inspect', () => inspect({ secret }, { depth: null, showHidden: true })],
  ['util.inspect of its own', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['util.format %s %o %O %j', () => format('%s %o %O %j', secret, secret, secret, secret)],
  ['an error message', () => new Error(`failed for ${secret}`).stack],
  ['an error cause', () => inspect(new Error('failed', { cause: { secret } }))],
  ['its own properties', () => JSON.stringify(Object.getOwnPropertyDescriptors(secret))],
  ['a spread', () => inspect({ ...secret })],
  ['a structured clone', () => inspect(structuredClone({ secret }))],
  ['a map and a set', () => inspect([new Map([[secret, secret]]), new Set([secret])])],
])('%s does not show it', (_way, print) => {
  expect(String(print())).not.toContain('canary');
});

test('the console shows that something was left out', () => {
  const out = new PassThrough();
  const console = new Console(out, out);
  console.log('token', secret);
  console.error({ nested: { secret } });
  console.table([{ secret }]);
  const printed = String(out.read());
  expect(printed).toContain('[redacted]');
  expect(printed).not.toContain('canary');
});

test('only reveal gives it', () => {
  expect(secret.reveal()).toBe(VALUE);
});

test.each([
  ['the same', VALUE, true],
  ['another of the same length', VALUE.replace('1', '2'), false],
  ['a longer one', `${VALUE}x`, false],
  ['none', undefined, false],
])('compared with %s', (_what, other, equal) => {
  expect(secret.equals(other === undefined ? undefined : new Secret(other))).toBe(equal);
});
