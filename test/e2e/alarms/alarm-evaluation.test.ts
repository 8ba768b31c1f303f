/**
 * The evaluation that the other suites trust, held against the tables and examples of CloudWatch's
 * documentation: "Configuring how CloudWatch alarms treat missing data", "Using metric math".
 */
import { type AlarmState, nextState } from './alarm-state.ts';
import { MetricData } from './metric-data.ts';
import { evaluateMath, type Series } from './metric-math.ts';

/** `0` within the threshold, `X` breaching, `-` missing. */
const seriesOf = (points: string): Series =>
  points.split(' ').map((point) => ({ '0': 0, X: 1 })[point]);

function state(points: string, datapointsToAlarm: number, treatMissingData: string): AlarmState {
  const rule = { comparison: 'GreaterThanThreshold', threshold: 0.5, evaluationPeriods: 3 };
  const before = 'INSUFFICIENT_DATA';
  return nextState({ ...rule, datapointsToAlarm, treatMissingData }, seriesOf(points), before);
}

const KEPT = 'INSUFFICIENT_DATA';

test.each([
  ['0 - X - X', 'OK', 'OK', 'OK'],
  ['0 - - - -', 'OK', 'OK', 'OK'],
  ['- - - - -', KEPT, 'ALARM', 'OK'],
  ['0 X X - X', 'ALARM', 'ALARM', 'ALARM'],
  ['- - - - X', KEPT, 'ALARM', 'OK'],
  ['X - - - -', KEPT, 'ALARM', 'OK'],
])('3 of 3, %s: ignore %s, breaching %s, notBreaching %s', (points, ...expected) => {
  const states = ['ignore', 'breaching', 'notBreaching'].map((missing) =>
    state(points, 3, missing),
  );
  expect(states).toEqual(expected);
});

test.each([
  ['0 - X - X', 'ALARM', 'ALARM', 'ALARM'],
  ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM'],
  ['0 - X - -', 'OK', 'ALARM', 'OK'],
  ['- - - - 0', 'OK', 'ALARM', 'OK'],
  ['- - - - X', KEPT, 'ALARM', 'OK'],
])('2 of 3, %s: ignore %s, breaching %s, notBreaching %s', (points, ...expected) => {
  const states = ['ignore', 'breaching', 'notBreaching'].map((missing) =>
    state(points, 2, missing),
  );
  expect(states).toEqual(expected);
});

test('what it does not know it does not guess', () => {
  expect(() => state('0 - -', 3, 'missing')).toThrow('missing');
  expect(() => evaluateMath('MAX(a)', { a: [1] })).toThrow('no metric MAX');
  expect(() => evaluateMath('a > 1', { a: [1] })).toThrow('not understood');
  expect(() => evaluateMath('FILL(a, REPEAT)', { a: [1] })).toThrow('FILL');
  expect(() => evaluateMath('a + b', { a: [1] })).toThrow('no metric b');
  expect(() => evaluateMath('1 + 1', {})).toThrow('not understood');
  const data = new MetricData();
  const metric = { namespace: 'n', name: 'm', dimensions: {} };
  data.add(metric, 1, 0);
  expect(() => data.statistic(metric, 'p99', 0, 1)).toThrow('p99');
});

test.each<[string, Series]>([
  ['a + b', [5, 20, 1, undefined]],
  ['a - b * 2', [-1, 20, -2, undefined]],
  ['100 * a / (a + b)', [60, 100, 0, undefined]],
  ['a / b', [1.5, undefined, 0, undefined]],
  ['FILL(a, 7)', [3, 20, 7, 7]],
  ['FILL(none, 0)', [undefined, undefined, undefined, undefined]],
  ['FILL(none, 0) + FILL(a, 0)', [3, 20, 0, 0]],
])('%s', (expression, expected) => {
  const none = [undefined, undefined, undefined, undefined];
  const metrics = { a: [3, 20, undefined, undefined], b: [2, undefined, 1, undefined], none };
  expect(evaluateMath(expression, metrics)).toEqual(expected);
});

test('statistics are of what was measured within the period', () => {
  const data = new MetricData();
  const metric = { namespace: 'Latchkey', name: 'OldestDue', dimensions: { service: 'a' } };
  for (const [at, value] of [5, 1, 3, 100].entries()) data.add(metric, value, at * 10);
  data.add({ ...metric, dimensions: { service: 'b' } }, 1_000, 0);
  const of = (stat: string) => data.statistic(metric, stat, 0, 30);
  expect(['Sum', 'Average', 'Minimum', 'Maximum', 'SampleCount'].map(of)).toEqual([9, 3, 1, 5, 3]);
  expect(data.statistic(metric, 'Sum', 31, 40)).toBeUndefined();
});
