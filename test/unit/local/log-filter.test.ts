/** What of the functions' output `npm run local` prints. */
import { isWorthPrinting } from '../../../local/server/log-filter.ts';

test.each([
  ['an operation', { level: 'INFO', operation: 'findToken', outcome: 'ok' }, true],
  ['a scheduled refresh', { level: 'INFO', operation: 'scheduledRefresh' }, true],
  [
    'a sweep that found something',
    { level: 'INFO', operation: 'refreshSweep', counts: { dispatched: 1 } },
    true,
  ],
  [
    'a sweep that found nothing',
    { level: 'INFO', operation: 'refreshSweep', counts: { dispatched: 0 } },
    false,
  ],
  ['a sweep that failed', { level: 'WARN', operation: 'refreshSweep' }, true],
  [
    'a batch, whose tokens have lines of their own',
    { level: 'INFO', operation: 'refreshBatch' },
    false,
  ],
  ['a metric', { _aws: {}, service: 'default' }, false],
])('%s', (_, line, expected) => {
  expect(isWorthPrinting(JSON.stringify(line))).toBe(expected);
});

test('what is no JSON is printed: a stack, a warning', () => {
  expect(isWorthPrinting('Error: something')).toBe(true);
  expect(isWorthPrinting('null')).toBe(true);
});
