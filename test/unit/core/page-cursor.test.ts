/** Cursors: opaque, and refused where no page gave them. */
import { pageCursor, pageStart } from '../../../lib/token-index/page-cursor.ts';

test.each(['token#0123456789abcdef', 'key#refresh#00ff', 'generation#15'])(
  '%s comes back',
  (partition) => {
    expect(pageStart(pageCursor(partition))).toBe(partition);
  },
);

test.each([
  'token#0123456789abcdef',
  '',
  'canary',
  pageCursor('canary#1'),
  pageCursor('token#'),
  pageCursor('token#a\nb'),
  pageCursor('token#a b'),
])('%j is refused without quoting it', (cursor) => {
  expect(() => pageStart(cursor)).toThrow(
    expect.objectContaining({
      code: 'INVALID_REQUEST',
      message: expect.not.stringContaining('canary'),
    }) as Error,
  );
});
