/** Which entries of PutEvents are taken, and how the others are answered. */
import { putEventsEntries, readEntry } from '../../../../local/aws/events/put-events.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const good = { Source: 'latchkey', DetailType: 'Seen', Detail: '{"id":1}' };
const megabyte = 1_048_576;

test('an entry becomes an event of the default bus, at the time it was put', () => {
  expect(readEntry(good, NOW_MS)).toEqual({
    ok: true,
    event: {
      bus: 'default',
      source: 'latchkey',
      detailType: 'Seen',
      detail: { id: 1 },
      time: '2026-01-01T00:00:00.000Z',
    },
  });
});

test('an entry says its bus, by name or ARN, and its time', () => {
  const Time = NOW_MS / 1000 - 60;
  const named = { ...good, EventBusName: 'audit', Time };
  expect(readEntry(named, NOW_MS)).toMatchObject({
    event: { bus: 'audit', time: '2025-12-31T23:59:00.000Z' },
  });
  const EventBusName = 'arn:aws:events:us-east-1:000000000000:event-bus/audit';
  expect(readEntry({ ...good, EventBusName }, NOW_MS)).toMatchObject({ event: { bus: 'audit' } });
});

test.each([
  ['no source', { ...good, Source: undefined }, 'InvalidArgument'],
  ['an empty type', { ...good, DetailType: '' }, 'InvalidArgument'],
  ['no detail', { ...good, Detail: undefined }, 'InvalidArgument'],
  [
    "AWS's own source",
    { ...good, Source: 'aws.secretsmanager' },
    'NotAuthorizedForSourceException',
  ],
  ['a detail that is no JSON', { ...good, Detail: '{' }, 'MalformedDetail'],
  ['a detail that is no object', { ...good, Detail: '[]' }, 'MalformedDetail'],
  ['a detail of null', { ...good, Detail: 'null' }, 'MalformedDetail'],
])('%s', (_what, entry, ErrorCode) => {
  expect(readEntry(entry, NOW_MS)).toMatchObject({ ok: false, ErrorCode });
});

test('one to ten entries, a megabyte in all', () => {
  const sized = (bytes: number) => ({
    Source: 's',
    DetailType: 't',
    Detail: 'x'.repeat(bytes - 2),
  });
  expect(() => putEventsEntries({})).toThrow('greater than or equal to 1');
  expect(() => putEventsEntries({ Entries: Array(11).fill(good) })).toThrow('equal to 10');
  expect(putEventsEntries({ Entries: Array(10).fill(good) })).toHaveLength(10);
  expect(putEventsEntries({ Entries: [sized(megabyte)] })).toHaveLength(1);
  expect(() => putEventsEntries({ Entries: [sized(megabyte - 2), sized(3)] })).toThrow(
    'Total size',
  );
  const timed = { ...sized(megabyte - 13), Time: 0 };
  expect(() => putEventsEntries({ Entries: [timed] })).toThrow('Total size');
});
