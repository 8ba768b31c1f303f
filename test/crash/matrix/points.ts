/** The points at which a container can die, found by looking at what it calls. Pure. */
import { commute, followsAtOnce, type OutgoingCall, type When } from '../engine/outgoing-call.ts';

/** When what was on its way arrives: before a call of the repetition, after it, or long after. */
export type Landing = number | 'after the repetition' | 'in the end';

export interface Point {
  readonly call: number;
  readonly when: When;
  readonly landing: Landing;
}

/** No moment twice: death after a call is death before the one that follows at once. */
export function pointsOf(calls: readonly OutgoingCall[]): Point[] {
  return calls.flatMap((call, at): Point[] => {
    const point = { call: at + 1, landing: 'after the repetition' } as const;
    return [
      { ...point, when: 'before' },
      // A read that arrives late does nothing: as one that is never sent.
      ...(call.changes ? [{ ...point, when: 'late' } as const] : []),
      ...(followsAtOnce(call, calls[at + 1]) ? [] : [{ ...point, when: 'after' } as const]),
    ];
  });
}

/**
 * Where in its repetition what is late can arrive: before each call but the first, for that is as if
 * it had arrived at once; and long after. Calls to other services in between make no difference.
 * Whoever polls for a lease sees the same each time; the first and the last two looks stand for all
 * of them.
 */
export function otherLandings(late: OutgoingCall, repetition: readonly OutgoingCall[]): Landing[] {
  const label = (at: number) => repetition[at]?.label;
  const polls = (at: number) =>
    [-4, -2, 2, 4].every((step) => label(at + step) === label(at)) &&
    [-3, -1, 1, 3].every((step) => label(at + step) === label(at + 1));
  const passes = (at: number) => {
    const [call, next] = repetition.slice(at, at + 2);
    if (call === undefined || !commute(late, call)) return false;
    return next === undefined || followsAtOnce(call, next);
  };
  const passesToTheEnd = (from: number) => repetition.every((_call, at) => at < from || passes(at));
  const during = repetition.flatMap((_call, at) =>
    at === 0 || polls(at) || passes(at - 1) || passesToTheEnd(at) ? [] : [at + 1],
  );
  return [...during, 'in the end'];
}

const WHEN = { before: 'before', after: 'after', late: 'during' } as const;

export function shownPoint({ call, when, landing }: Point, label: string): string {
  const moment = typeof landing === 'number' ? `before call ${landing} of the repetition` : landing;
  const late = when === 'late' ? `, which lands ${moment}` : '';
  return `${WHEN[when]} call ${call}, ${label}${late}`;
}

/** What kind of point it is, wherever the call stands. */
export function shownKind({ when }: Point, label: string): string {
  return `${WHEN[when]} ${label}`;
}
