/**
 * Pure: tracks as a picture in characters, a row per user and a column per minute, or per several
 * where the terminal is narrow. Every character is readable without its colour.
 */
import type { Span, Style } from '../narrator.ts';
import type { Change, State, Track } from './track.ts';

/** `expiry`: of an access token that was replaced. */
type Mark = State | Change | 'expiry' | 'nothing';

interface Look {
  readonly sign: string;
  readonly style?: Style;
  readonly meaning: string;
  /** Of the marks that share a column the one with the highest rank is seen. */
  readonly rank: number;
}

const LOOKS: Readonly<Record<Mark, Look>> = {
  fresh: { sign: '─', style: 'green', rank: 0, meaning: 'access token fresh' },
  refreshed: { sign: 'R', style: ['bold', 'green'], rank: 4, meaning: 'refreshed by the schedule' },
  expiry: { sign: '|', rank: 2, meaning: 'the replaced one would have expired' },
  failed: { sign: 'x', style: 'yellow', rank: 3, meaning: 'refresh failed: Zoho is down' },
  healed: { sign: 'H', style: ['bold', 'green'], rank: 4, meaning: 'healed: refreshed at last' },
  withdrawn: { sign: 'W', style: 'magenta', rank: 3, meaning: 'withdraws consent at Zoho' },
  refused: { sign: '?', style: 'yellow', rank: 4, meaning: 'refused once: only a suspicion' },
  'given-up': { sign: '!', style: 'red', rank: 5, meaning: 'refused again: needs to log in' },
  'needs-login': { sign: '!', style: 'red', rank: 1, meaning: '' },
  'logged-in': { sign: 'L', style: ['bold', 'cyan'], rank: 5, meaning: 'logs in again' },
  expired: { sign: ' ', rank: 1, meaning: '' },
  nothing: { sign: ' ', rank: 0, meaning: '' },
};

export interface Timeline {
  readonly tracks: readonly Track[];
  readonly minutes: number;
  /** When each minute ended, from minute 1; the earliest that is not before a time is its minute. */
  readonly endsMs: readonly number[];
  /** The minutes in which the provider was down, first and last. */
  readonly outage: { readonly first: number; readonly last: number };
}

const LABEL_EVERY_MINUTES = 10;

/** The picture's lines, for `width` columns. */
export function pictureOf(timeline: Timeline, width: number): Span[][] {
  const { tracks, minutes, outage } = timeline;
  const nameWidth = Math.max(...tracks.map(({ name }) => name.length), 'minute'.length) + 1;
  const perColumn = Math.ceil(minutes / Math.max(10, width - nameWidth));
  const columns = (marks: readonly (readonly Mark[])[]) =>
    Array.from({ length: Math.ceil(minutes / perColumn) }, (_, column) =>
      marks.slice(1 + column * perColumn, 1 + (column + 1) * perColumn).flat(),
    );
  const row = (name: string, marks: readonly (readonly Mark[])[], style?: Style): Span[] => [
    { text: name.padEnd(nameWidth), ...(style && { style }) },
    ...merged(columns(marks).map(spanOf)),
  ];
  const isDown = (minute: number) => minute >= outage.first && minute <= outage.last;
  const everyMinute = Array.from({ length: minutes + 1 }, (_, minute) => minute);
  return [
    [{ text: 'minute'.padEnd(nameWidth) + axis(minutes, perColumn), style: 'dim' }],
    ...tracks.map((track) => row(track.name, marksOf(track, timeline))),
    row(
      'Zoho',
      everyMinute.map((minute) => [isDown(minute) ? 'failed' : 'nothing']),
      'dim',
    ),
  ];
}

/** What the signs mean, those that are in the picture, in two columns where they fit. */
export function legendOf({ tracks }: Timeline, width: number): Span[][] {
  const seen = new Set<Mark>(['fresh', 'expiry']);
  for (const { moments } of tracks) for (const { change } of moments) seen.add(change);
  const looks = (Object.keys(LOOKS) as Mark[]).filter((mark) => seen.has(mark)).map(lookOf);
  const half = Math.floor(width / 2);
  const widest = Math.max(...looks.map(({ meaning }) => `?  ${meaning}`.length));
  if (widest >= half) return looks.map((look) => explained(look, 0));
  const height = Math.ceil(looks.length / 2);
  return looks.slice(0, height).map((left, line) => {
    const right = looks[line + height];
    if (right === undefined) return explained(left, 0);
    return [...explained(left, half), ...explained(right, 0)];
  });
}

function explained({ sign, style, meaning }: Look, width: number): Span[] {
  return [
    { text: sign, ...(style && { style }) },
    { text: `  ${meaning}`.padEnd(Math.max(0, width - 1)) },
  ];
}

function marksOf({ states, moments, expiriesMs }: Track, { endsMs }: Timeline): Mark[][] {
  const marks: Mark[][] = states.map((state) => [state]);
  for (const { minute, change } of moments) marks[minute]?.push(change);
  for (const expiryMs of expiriesMs) marks[minuteOf(expiryMs, endsMs) ?? -1]?.push('expiry');
  return marks;
}

/** The minute that a time falls in; undefined after the last. */
export function minuteOf(timeMs: number, endsMs: readonly number[]): number | undefined {
  const index = endsMs.findIndex((endMs) => endMs >= timeMs);
  return index === -1 ? undefined : index + 1;
}

function spanOf(marks: readonly Mark[]): Span {
  const [seen] = marks.map(lookOf).sort((a, b) => b.rank - a.rank);
  return { text: seen?.sign ?? ' ', ...(seen?.style && { style: seen.style }) };
}

function lookOf(mark: Mark): Look {
  return LOOKS[mark];
}

/** Neighbours of one style as one piece. */
function merged(spans: readonly Span[]): Span[] {
  const pieces: Span[] = [];
  for (const span of spans) {
    const last = pieces.at(-1);
    if (last !== undefined && last.style === span.style) {
      pieces[pieces.length - 1] = { ...last, text: last.text + span.text };
    } else pieces.push(span);
  }
  return pieces;
}

/** Numbers that begin in the column of their minute. */
function axis(minutes: number, perColumn: number): string {
  let line = '1';
  for (let minute = LABEL_EVERY_MINUTES; minute <= minutes; minute += LABEL_EVERY_MINUTES) {
    const column = Math.floor((minute - 1) / perColumn);
    if (column + String(minute).length <= Math.ceil(minutes / perColumn)) {
      line = line.padEnd(column) + minute;
    }
  }
  return line;
}
