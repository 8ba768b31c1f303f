/**
 * Events of a function: as documented, and from there wrong in one way, in as many places as it
 * takes to come by what only the first place would catch.
 */
import * as fc from 'fast-check';
import { BULK, HOSTILE_NUMBERS, HOSTILE_TEXTS } from './corpus.ts';
import type { Input } from './input.ts';

/** A member of an event, and what is documented for it. */
export interface Member {
  readonly takes: 'text' | 'number' | 'flag';
  readonly as: fc.Arbitrary<unknown>;
}

export interface EventShape {
  readonly members: Readonly<Record<string, Member>>;
  /** Members that are nearly always there. */
  readonly usually: readonly string[];
  /** The event of these members. */
  readonly event: (members: unknown) => unknown;
}

type Members = Record<string, unknown>;

type TextKind = keyof typeof HOSTILE_TEXTS;
const LARGE_TEXTS = BULK.filter(({ kind }) => kind === 'text');
const TEXT_KINDS = Object.keys(HOSTILE_TEXTS) as TextKind[];
/** Before and behind a hostile text, so that a check of its beginning or its end does not save it. */
const affix = fc.constantFrom('', '', 'Zoë ', 'canary-7421 ');

function hostileText(kind: TextKind): fc.Arbitrary<string> {
  const texts: readonly string[] = HOSTILE_TEXTS[kind];
  return fc.tuple(affix, fc.constantFrom(...texts), affix).map((parts) => parts.join(''));
}

/** Code units of every kind, halves of characters too. */
const anyText = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { minLength: 1, maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
);
const wrongType = fc.oneof(
  fc.constantFrom<unknown[]>(null, true, false, '', 0, [], {}, [[]], [null]),
  fc.jsonValue({ maxDepth: 3 }),
);
/** Events that are nothing of what is expected: each target gets them in every round. */
export const NO_EVENTS: readonly Input[] = [null, true, 0, '', 'x', [], {}, [null]].map(
  (event) => ({
    kind: 'wrong types',
    event,
  }),
);
const prototypeName = fc.constantFrom(...HOSTILE_TEXTS['prototype names']);

export function eventsOf({ members, usually, event }: EventShape): fc.Arbitrary<Input> {
  const documented = fc.record(
    Object.fromEntries(Object.entries(members).map(([name, { as }]) => [name, as])),
    { requiredKeys: [] },
  );
  const usual = fc.record(
    Object.fromEntries(usually.map((name) => [name, members[name]?.as ?? fc.constant(null)])),
  );
  const base = fc
    .tuple(documented, usual, fc.integer({ max: 9, min: 0 }))
    .map(([some, most, dice]): Members => (dice === 0 ? some : { ...some, ...most }));
  const names = (takes: Member['takes']) => {
    const fitting = Object.keys(members).filter((name) => members[name]?.takes === takes);
    return fitting.length > 0 ? fitting : Object.keys(members);
  };
  const spoilt = (
    values: fc.Arbitrary<unknown>,
    among: readonly string[],
    maxLength = among.length,
  ) =>
    fc
      .tuple(base, fc.subarray([...among], { minLength: 1, maxLength }))
      .chain(([good, places]) =>
        fc
          .tuple(...places.map(() => values))
          .map((bad): Members => ({ ...good, ...pairs(places, bad) })),
      );
  const of = (kind: string, events: fc.Arbitrary<unknown>) =>
    events.map((made): Input => ({ kind, event: made }));
  const within = (values: fc.Arbitrary<Members>) => values.map(event);
  const all = Object.keys(members);
  const keyed = fc
    .tuple(base, prototypeName, fc.oneof(base, wrongType))
    .map(([good, name, value]) =>
      pairs([...Object.keys(good), name], [...Object.values(good), value]),
    );
  return fc.oneof(
    { weight: 3, arbitrary: of('as documented', within(base)) },
    ...TEXT_KINDS.map((kind) => of(kind, within(spoilt(hostileText(kind), names('text'))))),
    { weight: 2, arbitrary: of('any text', within(spoilt(anyText, names('text')))) },
    {
      weight: 2,
      arbitrary: of(
        'wrong types',
        fc.oneof(within(spoilt(wrongType, all)), wrongType, wrongType.map(event)),
      ),
    },
    { weight: 2, arbitrary: of('prototype keys', fc.oneof(within(keyed), keyed)) },
    of('numbers and times', within(spoilt(fc.constantFrom(...HOSTILE_NUMBERS), names('number')))),
    of(
      'large',
      fc.oneof(
        within(spoilt(fc.constantFrom(...LARGE_TEXTS), names('text'), 1)),
        within(spoilt(fc.constantFrom(...BULK), all)),
        fc.constantFrom(...BULK),
      ),
    ),
  );
}

/** Own members all of them, whatever they are called. */
function pairs(names: readonly string[], values: readonly unknown[]): Members {
  return Object.fromEntries(names.map((name, at) => [name, values[at]]));
}
