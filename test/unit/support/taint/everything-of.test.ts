/** Where a secret may hide in an object: nothing of it is overlooked. */
import { inspect } from 'node:util';
import { LatchkeyError } from '../../../../lib/errors.ts';
import { Secret } from '../../../../lib/secret.ts';
import { everythingOf } from '../../../support/taint/everything-of.ts';

const CANARY = 'canary';
const hidden = (name: string | symbol, property: PropertyDescriptor = { value: CANARY }) =>
  Object.defineProperty(new Error('failed'), name, { enumerable: false, ...property });
const throwing = (text: string) => {
  throw new Error(text);
};
const deep = (levels: number): object => (levels === 0 ? { CANARY } : { next: deep(levels - 1) });

class WithGetter extends Error {
  get inherited() {
    return CANARY;
  }
}

class Polite extends Error {
  readonly request = CANARY;
  [inspect.custom]() {
    return 'polite';
  }
  toJSON() {
    return 'polite';
  }
}

test.each<[string, unknown]>([
  ['its message', new Error(CANARY)],
  ['its cause', new Error('failed', { cause: new Error(CANARY) })],
  ["its cause's cause", new Error('a', { cause: new Error('b', { cause: CANARY }) })],
  ['a property', Object.assign(new Error('failed'), { request: CANARY })],
  ['a hidden property', hidden('$response')],
  ['a property named by a symbol', hidden(Symbol('request'))],
  ['a getter of its own', hidden('request', { get: () => CANARY })],
  ['a getter of its class', new WithGetter('failed')],
  ["a getter of its cause's class", new Error('failed', { cause: new WithGetter('failed') })],
  ['one of several errors', new AggregateError([new Error('a'), new WithGetter('b')], 'failed')],
  ['a property that its class does not print', new Polite('failed')],
  ['the depth', Object.assign(new Error('failed'), { request: deep(30) })],
  ['the end of a long list', Object.assign(new Error('f'), { list: [...Array(500), CANARY] })],
  ['the end of a long text', Object.assign(new Error('f'), { text: 'x'.repeat(20_000) + CANARY })],
  ['a map', new Map([[{ CANARY }, 1]])],
  ['its JSON', { toJSON: () => CANARY }],
  ['its text', { toString: () => CANARY }],
  ['what it throws', { toJSON: () => throwing(CANARY) }],
  ['the stack', Object.assign(new Error('failed'), { stack: `Error: ${CANARY}\n at here` })],
])('%s', (_where, value) => {
  expect(everythingOf(value)).toMatch(/canary/i);
});

test('an error that holds Secrets shows none of them', () => {
  const secret = new Secret(CANARY);
  const error = new LatchkeyError('STORE_UNAVAILABLE', `of ${secret}`);
  Object.assign(error, { token: { secret }, cause: new Error('failed', { cause: secret }) });
  expect(everythingOf(error)).not.toContain(CANARY);
});
