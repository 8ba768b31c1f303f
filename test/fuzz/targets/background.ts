/**
 * What runs by itself. Nobody waits for these answers, so what is refused is thrown, as
 * lambdas/runtime/background.ts says; a message that nobody of ours has sent is let go without a word.
 */
import * as fc from 'fast-check';
import type { BackgroundFunction } from '../../../infra/bundling/bundles.ts';
import { LatchkeyError } from '../../../lib/errors.ts';
import { examine, outcomeOf } from '../checks/invocation.ts';
import type { World } from '../engine/world.ts';
import { textsIn } from '../inputs/bulk.ts';
import { type EventShape, eventsOf, type Member, NO_EVENTS } from '../inputs/events.ts';
import type { Input } from '../inputs/input.ts';
import type { Seen, Target } from './target.ts';

const text = (...texts: readonly string[]): Member => ({
  takes: 'text',
  as: fc.constantFrom(...texts),
});
const NOBODY = '00112233445566778899aabbccddeeff';

const message: EventShape = {
  members: {
    messageId: text('11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222'),
    body: text('{"tokenId":"(id)"}', `{"tokenId":"${NOBODY}"}`, `{"tokenId":"${NOBODY}","x":1}`),
    receiptHandle: text('a-receipt'),
    eventSource: text('aws:sqs'),
  },
  usually: ['messageId', 'body'],
  event: (members) => members,
};
/** Whole ones, with hostile messages among good ones; and what is no batch at all. */
const batches: fc.Arbitrary<Input> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .tuple(eventsOf(message), fc.array(eventsOf(message), { maxLength: 9 }))
      .map(([first, others]): Input => {
        const good = others.filter(({ kind }) => kind === 'as documented');
        return { kind: first.kind, event: { Records: [...good, first].map(({ event }) => event) } };
      }),
  },
  {
    weight: 1,
    arbitrary: eventsOf({ members: { Records: text('x') }, usually: [], event: (all) => all }),
  },
);

const housekeeping: EventShape = {
  members: { mode: text('report', 'repair'), force: { takes: 'flag', as: fc.boolean() } },
  usually: [],
  event: (members) => members,
};
const tick: EventShape = {
  members: { time: text('2026-11-22T00:00:00Z') },
  usually: [],
  event: (all) => all,
};

export const BACKGROUND: readonly Target[] = [
  target('refresh-worker', 1, batches),
  // Sixteen shards are asked what is due, whatever the event.
  target('refresh-dispatcher', 0.1, eventsOf(tick)),
  // A run looks at the whole store.
  target('housekeeper', 0.15, eventsOf(housekeeping)),
];

function target(name: BackgroundFunction, share: number, inputs: fc.Arbitrary<Input>): Target {
  return {
    ...{ name, share, inputs, always: NO_EVENTS },
    attempt: (input, world) => attempt(name, input, world),
  };
}

async function attempt(name: BackgroundFunction, input: Input, world: World): Promise<Seen> {
  const event = world.event(input.event);
  const invocation = await world.functions.invoke(name, event);
  const wrong = examine(name, invocation, {
    texts: name === 'refresh-worker' ? bodiesIn(input.event) : textsIn(input.event),
    ofOthers: world.secretsOfOthers,
    throwsRefusals: (error) => error instanceof LatchkeyError && error.code === 'INVALID_REQUEST',
  });
  if (invocation.ended === 'answered' && name === 'refresh-worker') {
    const { batchItemFailures } = invocation.value as { batchItemFailures: readonly unknown[] };
    if (batchItemFailures.length > 0)
      wrong.push('a message is to come again, and again be no good');
  }
  return { outcome: outcomeOf(invocation), wrong };
}

/** SQS gives the other members of a message, and a line of the log says its id. */
function bodiesIn(event: unknown): string[] {
  const { Records: records } = Object(event) as { Records?: unknown };
  if (!Array.isArray(records)) return textsIn(event);
  return records.flatMap((record) => textsIn(Object(record)['body']));
}
