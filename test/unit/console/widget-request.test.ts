/** What is read out of a dashboard's event, and what is not: whoever edits a dashboard writes it. */
import { FILTERS } from '../../../lib/console/token-condition.ts';
import {
  BUTTON_VALID_MS,
  LANDING,
  parseWidgetRequest,
} from '../../../lib/console/widget-request.ts';
import { START_MS } from '../../support/core/virtual-clock.ts';

const ID = '0123456789abcdef0123456789abcdef';
const parse = (event: unknown) => parseWidgetRequest(event, START_MS);
const context = (more: object = {}) => ({
  widgetContext: { params: {}, forms: { all: {} }, ...more },
});
const button = (more: object = {}) => ({
  do: 'refresh',
  token: { id: ID, revision: 3, failedAtMs: 5, shownAtMs: START_MS - 1_000 },
  view: { filter: 'failing', offset: 25, looked: 500 },
  ...context(),
  ...more,
});

describe('a view', () => {
  test.each([
    [undefined],
    [null],
    ['text'],
    [7],
    [[]],
    [{}],
    [context()],
    [{ widgetContext: null }],
    [{ widgetContext: { forms: 'x', params: 7, theme: {}, width: 'wide' } }],
  ])('of %j is all tokens', (event) => {
    expect(parse(event)).toEqual({ kind: 'list', view: LANDING, frame: { theme: 'light' } });
  });

  test.each(FILTERS)('can be configured: %s', (filter) => {
    expect(parse({ state: filter }).view).toEqual({ ...LANDING, filter });
  });

  test('is what the viewer typed rather than what is configured', () => {
    const forms = { all: { state: 'idle', find: '  ann@zylker.com ' } };
    expect(parse({ state: 'failing', ...context({ forms }) }).view).toEqual({
      ...LANDING,
      filter: 'idle',
      find: 'ann@zylker.com',
    });
  });

  test('is what a button brings along rather than what the viewer typed', () => {
    const forms = { all: { state: 'idle', find: 'ann' } };
    const view = { filter: 'deleted', find: 'bob', cursor: 'c', offset: 50, looked: 600 };
    expect(parse({ view, ...context({ forms }) }).view).toEqual(view);
  });

  test.each<[string, object]>([
    ['a state that there is not', { state: 'broken' }],
    ['a state that is no text', { state: { toString: 1 } }],
    ['a state of the prototype', { state: 'constructor' }],
    ['a name without end', context({ forms: { all: { find: 'x'.repeat(3_000) } } })],
    ['no view', { view: 'all' }],
    ['a view of another filter', { view: { ...LANDING, filter: 'x' } }],
    ['a view before the first page', { view: { ...LANDING, offset: -25 } }],
    ['a view that is no number', { view: { ...LANDING, offset: '25' } }],
    ['a cursor without end', { view: { ...LANDING, cursor: 'c'.repeat(5_000) } }],
    ['a cursor that is no text', { view: { ...LANDING, cursor: {} } }],
  ])('%s is answered in words', (_what, event) => {
    expect(parse(event)).toMatchObject({ kind: 'refused', why: expect.any(String), view: LANDING });
  });

  test('follows the frame', () => {
    const { frame } = parse(context({ theme: 'dark', width: 588 }));
    expect(frame).toEqual({ theme: 'dark', widthPx: 588 });
    expect(parse(context({ theme: '"><script>', width: -1 })).frame).toEqual({ theme: 'light' });
  });
});

test('documentation is answered where it is asked for, and nothing else is done', () => {
  expect(parse({ describe: true }).kind).toBe('describe');
  expect(parse({ ...button(), describe: true }).kind).toBe('describe');
  expect(parse({ describe: false }).kind).toBe('list');
});

describe('an action', () => {
  test.each(['refresh', 'check'])('of a button: %s', (action) => {
    expect(parse(button({ do: action }))).toEqual({
      kind: 'act',
      action,
      shown: { id: ID, revision: 3, failedAtMs: 5 },
      view: { filter: 'failing', offset: 25, looked: 500 },
      frame: { theme: 'light' },
    });
  });

  test.each<[string, object]>([
    ['is configured', context({ params: { do: 'refresh' } })],
    ['is configured beside another', context({ params: { do: null } })],
    [
      'was shown too long ago',
      { token: { id: ID, revision: 3, shownAtMs: START_MS - BUTTON_VALID_MS - 1 } },
    ],
    ['will be shown', { token: { id: ID, revision: 3, shownAtMs: START_MS + 61_000 } }],
    ['was never shown', { token: { id: ID, revision: 3 } }],
    ['is another', { do: 'delete' }],
    ['is no text', { do: ['refresh'] }],
    ['is of no token', { token: undefined }],
    ['is of no token id', { token: { id: '../secret', revision: 3, shownAtMs: START_MS } }],
    [
      'is of an id in capitals',
      { token: { id: ID.toUpperCase(), revision: 3, shownAtMs: START_MS } },
    ],
    ['is of no revision', { token: { id: ID, revision: 'x', shownAtMs: START_MS } }],
  ])('that %s is refused in words', (_what, more) => {
    expect(parse(button(more))).toMatchObject({ kind: 'refused', why: expect.any(String) });
  });

  test('is good for as long as its list is', () => {
    const shownAtMs = START_MS - BUTTON_VALID_MS;
    expect(parse(button({ token: { id: ID, revision: 3, shownAtMs } })).kind).toBe('act');
  });
});

test('nothing else of an event is used: no table, no endpoint, no Region', () => {
  const more = { table: 'x', endpoint: 'arn:evil', region: 'x', secretArn: 'x', store: 'x' };
  const seen = parse({ ...more, ...context({ params: more }) });
  expect(seen).toEqual({ kind: 'list', view: LANDING, frame: { theme: 'light' } });
});
