/** Cursors: opaque, and refused where no page of the store gave them. */
import { pageCursor, pageStart } from '../../../lib/token-index/page-cursor.ts';

const STORE = 'latchkey-default';
const TOKEN = 'token#0123456789abcdef0123456789abcdef';
const cursor = pageCursor(STORE, TOKEN);
const textOf = (partition: string) => Buffer.from(partition, 'utf8').toString('base64url');

test.each([TOKEN, 'key#refresh#00ff', 'generation#15', 'job#housekeeper'])(
  '%s comes back',
  (partition) => {
    expect(pageStart(STORE, pageCursor(STORE, partition))).toBe(partition);
  },
);

test.each([
  ['nothing', ''],
  ['no cursor', 'canary'],
  ['a dot', '.'],
  ['what it stands for', TOKEN],
  ['one that was written by hand', textOf('job#housekeeper')],
  ['the text of one without its checksum', textOf(TOKEN)],
  ['one of another store', pageCursor('latchkey-other', TOKEN)],
  ['another text with its checksum', cursor.replace(textOf(TOKEN), textOf('job#housekeeper'))],
  ['one with a character more', `${cursor}a`],
  ['one with a part more', `${cursor}.a`],
  ['one with a space more', `${cursor} `],
  ['one with padding', cursor.replace('.', '=.')],
  ['one that was cut off', cursor.slice(0, -1)],
  ['one whose beginning was cut off', cursor.slice(1)],
  ['one in capitals', cursor.toUpperCase()],
])('%s is refused without quoting it', (_what, given) => {
  expect(() => pageStart(STORE, given)).toThrow(
    expect.objectContaining({
      code: 'INVALID_REQUEST',
      message: expect.not.stringContaining('canary'),
    }) as Error,
  );
});
