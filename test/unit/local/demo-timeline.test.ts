/** How the demo's timeline is read off the index and drawn, on terminals of any width. */
import { tableLines } from '../../../local/demo/layout.ts';
import { legendOf, pictureOf, type Timeline } from '../../../local/demo/timeline/picture.ts';
import { type Seen, Track } from '../../../local/demo/timeline/track.ts';

const MINUTE_MS = 60_000;
const MINUTES = 30;
const ROW: Seen = { state: 'active', expiresAtMs: 12 * MINUTE_MS };

function failedAt(minute: number, verdict: string, count: number): Seen {
  const atMs = minute * MINUTE_MS;
  return { ...ROW, failure: { verdict, atMs, count, retryAtMs: atMs } };
}

/** A user's track, from what its row becomes in which minute. */
function trackOf(name: string, changes: Readonly<Record<number, Seen>>): Track {
  const track = new Track(name, ROW);
  let row = ROW;
  for (let minute = 1; minute <= MINUTES; minute += 1) {
    row = changes[minute] ?? row;
    track.look(row, minute, minute * MINUTE_MS);
  }
  return track;
}

function refreshedAt(minute: number): Seen {
  const refreshedAtMs = minute * MINUTE_MS;
  return { state: 'active', refreshedAtMs, expiresAtMs: refreshedAtMs + 60 * MINUTE_MS };
}

const TIMELINE: Timeline = {
  tracks: [
    trackOf('Ada', { 5: refreshedAt(5) }),
    trackOf('Ken', {
      6: failedAt(6, 'outage: http-503', 1),
      8: failedAt(8, 'outage: http-503', 2),
      10: refreshedAt(10),
    }),
    trackOf('Ivan', {
      4: failedAt(4, 'revoked: invalid_code', 1),
      6: { ...failedAt(6, 'revoked: invalid_code', 2), state: 'needs-reauthorization' },
      20: { ...ROW, expiresAtMs: 80 * MINUTE_MS },
    }),
    trackOf('Rosa', {}),
  ],
  minutes: MINUTES,
  endsMs: Array.from({ length: MINUTES }, (_, index) => (index + 1) * MINUTE_MS),
  outage: { first: 6, last: 9 },
};

function drawn(width: number): string[] {
  return pictureOf(TIMELINE, width).map((line) => line.map(({ text }) => text).join(''));
}

test('a minute is a column', () => {
  expect(drawn(80).map((line) => line.trimEnd())).toEqual([
    'minute 1        10        20',
    'Ada    ────R──────|──────────────────',
    'Ken    ─────x─x─H─|──────────────────',
    'Ivan   ───?─!!!!!!|!!!!!!!L──────────',
    'Rosa   ───────────',
    'Zoho        xxxx',
  ]);
});

test.each([36, 24, 20])('on %i columns nothing is lost but minutes', (width) => {
  const lines = drawn(width);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  expect(lines[1]).toMatch(/R─*\|/);
  expect(lines[2]).toMatch(/x+─?H/);
  expect(lines[3]).toMatch(/!+\|?!*L/);
});

test.each([78, 46])('the legend has what is in the picture, within %i columns', (width) => {
  const lines = legendOf(TIMELINE, width).map((line) => line.map(({ text }) => text).join(''));
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
  const signs = lines.join('\n').match(/(?<=^| )[─RHWLx?!|](?= {2}\w)/gm);
  expect(signs?.sort()).toEqual([...'!?HLRx|─'].sort());
});

test('rows that are too wide are broken in their widest column, lists between their members', () => {
  const rows = [['Lambda', 'find-token x1, save-token x1, delete-token x1']];
  expect(tableLines(rows, undefined, 40).body).toEqual([
    'Lambda   find-token x1, save-token x1,',
    '         delete-token x1',
  ]);
});
