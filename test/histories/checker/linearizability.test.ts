/** The search for an order, on histories of one register that are known to have one or none. */
import { type CheckedCall, linearize } from './linearizability.ts';

const write = (
  beganAt: number,
  endedAt: number,
  value: number,
  more: Partial<CheckedCall<number>> = {},
): CheckedCall<number> => ({
  ...{ beganAt, endedAt, steps: [() => [value]], mustHappen: true, sights: [] },
  ...more,
});
const read = (beganAt: number, endedAt: number, ...values: number[]): CheckedCall<number> => ({
  ...{ beganAt, endedAt, steps: [], mustHappen: true },
  sights: values.map((value) => (state: number) => state === value),
});
const isExplained = (...calls: CheckedCall<number>[]) => linearize(calls, 0).explained;

test.each<[string, CheckedCall<number>[]]>([
  ['nothing', []],
  ['a read of what was there', [read(1, 2, 0)]],
  ['a read after a write', [write(1, 2, 1), read(3, 4, 1)]],
  ['a read beside a write, before it', [write(1, 4, 1), read(2, 3, 0)]],
  ['a read beside a write, after it', [write(1, 4, 1), read(2, 3, 1)]],
  [
    'reads that see one of two writes after the other',
    [write(1, 8, 1), write(1, 8, 2), read(2, 3, 1), read(4, 5, 2)],
  ],
  ['a read that sees both, at two instants', [write(1, 8, 1), write(1, 8, 2), read(2, 7, 2, 1)]],
  [
    'a write that may have happened, and has',
    [write(1, 2, 1, { mustHappen: false }), read(3, 4, 1)],
  ],
  [
    'a write that may have happened, and has not',
    [write(1, 2, 1, { mustHappen: false }), read(3, 4, 0)],
  ],
  [
    'a write that happened later than it was given up',
    [write(1, 2, 1, { mustHappen: false }), read(3, 4, 0), read(5, 6, 1)],
  ],
  [
    'a call of two steps with a read between them',
    [write(1, 6, 0, { steps: [() => [1], () => [2]] }), read(2, 3, 1), read(4, 5, 2)],
  ],
  ['a step with two outcomes', [write(1, 2, 0, { steps: [() => [1, 2]] }), read(3, 4, 2)]],
])('explained: %s', (_what, calls) => {
  expect(isExplained(...calls)).toBe(true);
});

test.each<[string, CheckedCall<number>[], number]>([
  ['a read of what nobody wrote', [read(1, 2, 7)], 0],
  ['a stale read after a write', [write(1, 2, 1), read(3, 4, 0)], 1],
  ['a read of a write that begins later', [read(1, 2, 1), write(3, 4, 1)], 0],
  ['two reads that see a write and then not', [write(1, 6, 1), read(2, 3, 1), read(4, 5, 0)], 2],
  [
    'writes seen in two orders',
    [write(1, 9, 1), write(1, 9, 2), read(2, 3, 1), read(4, 5, 2), read(6, 7, 1)],
    4,
  ],
  ['a step that cannot happen', [write(1, 2, 0, { steps: [() => []] })], 0],
  [
    'steps in the wrong order',
    [write(1, 6, 0, { steps: [() => [1], () => [2]] }), read(2, 3, 2), read(4, 5, 1)],
    2,
  ],
  [
    'a write that may happen, seen before it began',
    [read(1, 2, 1), write(3, 4, 1, { mustHappen: false })],
    0,
  ],
  ['a sight of the instant before the call', [write(1, 2, 1), write(3, 4, 2), read(5, 6, 1)], 2],
])('not explained: %s', (_what, calls, culprit) => {
  expect(linearize(calls, 0)).toMatchObject({ explained: false, call: culprit });
});

test('says what the register may have held', () => {
  const calls = [write(1, 9, 1), write(1, 9, 2), read(2, 3, 7)];
  const verdict = linearize(calls, 0);
  expect(verdict.explained === false && [...verdict.states].sort()).toEqual([0, 1, 2]);
});

test('what has been tried in one order is not tried in another', () => {
  const calls = Array.from({ length: 10 }, (_, n) => write(1, 100 + n, 1));
  const verdict = linearize([...calls, read(2, 3, 2)], 0);
  expect(verdict.explained).toBe(false);
  // The ways to have made some of ten; there are millions of orders to make them in.
  expect(verdict.tried).toBe(2 ** 10);
});
