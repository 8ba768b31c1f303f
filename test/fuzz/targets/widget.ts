/** The widget's parameters, and the tokens that it shows: whatever they are, the page is its own. */
import * as fc from 'fast-check';
import { FILTERS } from '../../../lib/console/token-condition.ts';
import { WIDGET_DOCUMENTATION } from '../../../lib/console/widget-documentation.ts';
import { strangerIn } from '../checks/html.ts';
import { examine, outcomeOf } from '../checks/invocation.ts';
import { WIDGET_ARN } from '../engine/functions.ts';
import type { World } from '../engine/world.ts';
import { HOSTILE_TEXTS, NOW } from '../inputs/corpus.ts';
import { type EventShape, eventsOf, type Member, NO_EVENTS } from '../inputs/events.ts';
import type { Target } from './target.ts';

const text = (...texts: readonly string[]): Member => ({
  takes: 'text',
  as: fc.constantFrom(...texts),
});
const number = (...numbers: readonly number[]): Member => ({
  takes: 'number',
  as: fc.constantFrom(...numbers),
});

const listed: EventShape['members'] = {
  state: text(...FILTERS),
  'view.filter': text(...FILTERS),
  'view.find': text('ann@example.com', '(id)'),
  'view.cursor': text('dG9rZW4jMDAxMTIyMzM0NDU1NjY3Nzg4OTlhYWJiY2NkZGVlZmY'),
  'view.offset': number(0, 10, 1_000_000),
  'view.looked': number(0, 10),
  'widgetContext.theme': text('light', 'dark'),
  'widgetContext.width': number(320, 1_200),
  'widgetContext.forms.all.state': text(...FILTERS),
  'widgetContext.forms.all.find': text('ann@example.com', '(id)'),
};
const asked: EventShape['members'] = {
  do: text('refresh', 'check'),
  'token.id': text('(id)', '00112233445566778899aabbccddeeff'),
  'token.revision': number(1, 2),
  'token.failedAtMs': number(0),
  'token.shownAtMs': text(NOW),
};
/** A dashboard opens it, its viewer looks for something, or clicks on a button. */
const events = fc.oneof(
  eventsOf({ members: listed, usually: ['widgetContext.theme'], event: nested }),
  eventsOf({
    members: listed,
    usually: ['view.filter', 'view.offset', 'widgetContext.width'],
    event: nested,
  }),
  eventsOf({
    members: { ...listed, ...asked },
    usually: ['view.filter', 'view.offset', ...Object.keys(asked)],
    event: nested,
  }),
  eventsOf({
    members: {
      describe: { takes: 'flag', as: fc.constant(true) },
      'widgetContext.params.do': text('refresh'),
    },
    usually: [],
    event: nested,
  }),
);

export const WIDGET: Target = {
  name: 'token-widget',
  share: 1,
  always: NO_EVENTS,
  inputs: events,
  prepare: saveHostileNames,
  attempt: async (input, world) => {
    const invocation = await world.functions.invoke('token-widget', world.event(input.event));
    const { lines, value } = invocation;
    // What is looked for is shown again, so texts may be repeated in the page, and only there.
    const wrong = examine('token-widget', invocation, {
      texts: [],
      ofOthers: world.secretsOfOthers,
    });
    const page = String(value);
    const stranger = page === WIDGET_DOCUMENTATION ? undefined : strangerIn(page, WIDGET_ARN);
    if (stranger !== undefined) wrong.push(`the page holds ${stranger}`);
    return { outcome: outcomeOfLine(lines) ?? outcomeOf(invocation), wrong };
  },
};

/** The widget answers a page in any case; its line says what it did. */
function outcomeOfLine(lines: readonly string[]): string | undefined {
  const [outcome] = lines.flatMap((line) => /"outcome":"([\w-]+)"/.exec(line)?.[1] ?? []);
  return outcome === 'ok' ? 'accepted' : outcome;
}

/** A member's name says where it stands: `{'a.b': 1}` becomes `{a: {b: 1}}`. */
function nested(members: unknown): unknown {
  if (typeof members !== 'object' || members === null) return members;
  const event: Record<string, unknown> = {};
  for (const [path, value] of Object.entries(members)) {
    const names = path.split('.');
    const last = names.pop() ?? path;
    let within = event;
    for (const name of names) {
      within[name] ??= {};
      within = within[name] as Record<string, unknown>;
    }
    Object.defineProperty(within, last, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  return event;
}

/** Users and clients that are called so, for every page to show. */
async function saveHostileNames(world: World): Promise<void> {
  const { HTML, 'log lines': logLines } = HOSTILE_TEXTS;
  for (const name of [...HTML, ...logLines]) {
    const token = { userName: name, clientId: `${name}${name}`, accessToken: 'an-access-token' };
    await world.call('save-token', { token });
  }
}
