/**
 * From the event of a CloudWatch dashboard to what is asked of the widget. Whoever edits a dashboard
 * writes its parameters, so nothing in an event chooses more than what is shown, and an action is
 * taken only from a button that this widget has made just now.
 * Pure: no I/O, no clock, no environment.
 */
import * as v from 'valibot';
import { isTokenId } from '../vault/token-vault.ts';
import type { ShownToken } from './operator-actions.ts';
import { FILTERS, type Filter } from './token-condition.ts';
import type { View } from './token-list.ts';

/** How the dashboard shows the widget. */
export interface Frame {
  readonly theme: 'light' | 'dark';
  /** Pixels, where the dashboard says so. */
  readonly widthPx?: number;
}

export type Action = 'refresh' | 'check';

export type WidgetRequest = { readonly frame: Frame; readonly view: View } & (
  | { readonly kind: 'describe' | 'list' }
  | { readonly kind: 'act'; readonly action: Action; readonly shown: ShownToken }
  /** Not to be done, and why: in words. */
  | { readonly kind: 'refused'; readonly why: string }
);

/** What the payload of a button says; the same names are read back here. */
export interface ButtonPayload {
  readonly do?: Action;
  readonly token?: ShownToken & { readonly shownAtMs: number };
  readonly view?: View;
}

/** A button acts for so long: what it was shown with is old then, and so is a dashboard's copy. */
export const BUTTON_VALID_MS = 15 * 60_000;
/** Clocks of two machines differ by as much. */
const SKEW_MS = 60_000;
const MAX_FIND_LENGTH = 2_048;
export const LANDING: View = { filter: 'all', offset: 0 };

const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(1_000_000));
const time = v.pipe(v.number(), v.minValue(0), v.maxValue(8.64e15));
const filter = v.picklist(FILTERS);
const viewSchema = v.object({
  filter,
  find: v.optional(v.pipe(v.string(), v.maxLength(MAX_FIND_LENGTH))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(MAX_FIND_LENGTH))),
  offset: count,
  looked: v.optional(count),
});
const actionSchema = v.object({
  do: v.picklist(['refresh', 'check']),
  token: v.object({
    id: v.pipe(v.string(), v.check(isTokenId)),
    revision: count,
    failedAtMs: v.optional(time),
    shownAtMs: time,
  }),
});

type Fields = Readonly<Record<string, unknown>>;

export function parseWidgetRequest(event: unknown, nowMs: number): WidgetRequest {
  const fields = fieldsOf(event);
  const context = fieldsOf(fields['widgetContext']);
  const frame = frameOf(context);
  const view = viewOf(fields, context);
  if (fields['describe']) return { kind: 'describe', frame, view: LANDING };
  if (typeof view === 'string') return { kind: 'refused', why: view, frame, view: LANDING };
  if (fields['do'] === undefined) return { kind: 'list', frame, view };
  const asked = actionOf(fields, context, nowMs);
  return typeof asked === 'string'
    ? { kind: 'refused', why: asked, frame, view }
    : { kind: 'act', ...asked, frame, view };
}

function frameOf({ theme, width }: Fields): Frame {
  const hasWidth = typeof width === 'number' && width > 0;
  return { theme: theme === 'dark' ? 'dark' : 'light', ...(hasWidth && { widthPx: width }) };
}

/** A button brings its view along; else it is what the viewer typed, else as configured. */
function viewOf(fields: Fields, context: Fields): View | string {
  if (fields['view'] !== undefined) {
    const view = v.safeParse(viewSchema, fields['view']);
    return view.success ? withoutAbsent(view.output) : 'A button of this widget was changed.';
  }
  const form = fieldsOf(fieldsOf(context['forms'])['all']);
  const state = form['state'] ?? fields['state'] ?? LANDING.filter;
  if (!isFilter(state)) return `state: there is no such one. It is one of ${FILTERS.join(', ')}.`;
  const find = typeof form['find'] === 'string' ? form['find'].trim() : '';
  if (find.length > MAX_FIND_LENGTH) return 'No user name is that long.';
  return { ...LANDING, filter: state, ...(find !== '' && { find }) };
}

function actionOf(
  fields: Fields,
  context: Fields,
  nowMs: number,
): { readonly action: Action; readonly shown: ShownToken } | string {
  // What is configured arrives whenever the dashboard is opened or refreshes itself.
  if (fieldsOf(context['params'])['do'] !== undefined) {
    return 'A parameter of the dashboard asks for an action. Only a button of the list may.';
  }
  const parsed = v.safeParse(actionSchema, fields);
  if (!parsed.success) return 'A button of this widget was changed. Nothing was done.';
  const { do: action, token } = parsed.output;
  const { shownAtMs, id, revision, failedAtMs } = token;
  const ageMs = nowMs - shownAtMs;
  if (ageMs > BUTTON_VALID_MS || ageMs < -SKEW_MS) {
    return 'The list that this button stood in is too old. Nothing was done: look again first.';
  }
  return { action, shown: { id, revision, ...(failedAtMs !== undefined && { failedAtMs }) } };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function isFilter(value: unknown): value is Filter {
  return (FILTERS as readonly unknown[]).includes(value);
}

function withoutAbsent({ filter, offset, ...more }: v.InferOutput<typeof viewSchema>): View {
  const { find, cursor, looked } = more;
  return {
    ...{ filter, offset },
    ...(find !== undefined && { find }),
    ...(cursor !== undefined && { cursor }),
    ...(looked !== undefined && { looked }),
  };
}
