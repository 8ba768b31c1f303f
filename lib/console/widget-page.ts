/** The whole widget as HTML, from what was seen and done. No I/O, no clock: times are arguments. */
import { html, type SafeHtml } from '@remix-run/html-template';
import { button } from './buttons.ts';
import type { Tone } from './signs.ts';
import { FILTERS, type Filter } from './token-condition.ts';
import { tokenLine } from './token-line.ts';
import { type Counts, type Listing, TOKENS_PER_PAGE, type View } from './token-list.ts';
import { tokenCards, tokenTable } from './token-table.ts';
import { type Frame, LANDING } from './widget-request.ts';
import { style } from './widget-style.ts';

/** Below this a table would wrap every word; a quarter of a dashboard is some 320 pixels. */
const TABLE_FROM_PX = 920;

export interface Notice {
  readonly tone: Tone;
  readonly text: string;
}

export interface WidgetPage {
  readonly frame: Frame;
  readonly endpoint: string;
  readonly view: View;
  readonly nowMs: number;
  readonly notice?: Notice;
  /** Absent where there was no look. */
  readonly listing?: Listing;
}

const FILTER_WORDS: Readonly<Record<Filter, string>> = {
  all: 'All states',
  failing: 'Failing',
  'needs-reauthorization': 'Needs re-authorization',
  unchecked: 'Unchecked',
  active: 'Active',
  idle: 'Idle',
  deleted: 'Deleted',
};

/** How a count is read out, in this order. */
const COUNT_WORDS: readonly (readonly [keyof Counts, string])[] = [
  ['needs-reauthorization', 'need re-authorization'],
  ['failing', 'failing'],
  ['unchecked', 'of these unchecked'],
  ['active', 'active'],
  ['idle', 'idle'],
  ['deleted', 'deleted'],
];

export function widgetPage(page: WidgetPage): string {
  const { frame, notice, listing } = page;
  const said =
    notice && html`<p class="lk-notice lk-${notice.tone}" role="status">${notice.text}</p>`;
  const parts = [
    said,
    searchBar(page),
    listing && counts(page, listing),
    listing && tokens(page, listing),
    listing && onward(page, listing),
  ];
  return String(html`${style(frame.theme)}<div class="latchkey">${parts}</div>`).toWellFormed();
}

function searchBar({ endpoint, view }: WidgetPage): SafeHtml {
  const options = FILTERS.map((filter) => {
    const selected = filter === view.filter ? html` selected` : '';
    return html`<option value="${filter}"${selected}>${FILTER_WORDS[filter]}</option>`;
  });
  const { offset: _page, looked: _seen, ...same } = view;
  const again = { label: 'Look again', payload: { view: { ...same, offset: 0 } } };
  // A form that sends itself would lead away from the dashboard; as a dialog's it does nothing.
  return html`
<div class="lk-bar">
<form method="dialog">
<select name="state" aria-label="State">${options}</select>
<input name="find" type="text" value="${view.find ?? ''}" autocomplete="off" spellcheck="false"
 placeholder="User name or token id, exactly" aria-label="User name or token id, exactly">
</form>
${button(endpoint, { label: 'Search', payload: {}, isPrimary: true })}
<span class="lk-push">${button(endpoint, again)}</span>
</div>`;
}

function counts({ view }: WidgetPage, { counts: seen, cursor }: Listing): SafeHtml {
  const isAll = cursor === undefined && view.cursor === undefined && seen.looked > 0;
  const looked = `Looked at ${isAll ? 'all ' : ''}${tokensOf(seen.looked)}`;
  const found = `Found ${tokensOf(seen.looked)}`;
  const numbers = COUNT_WORDS.flatMap(([name, words]) =>
    seen[name] === 0 ? [] : [html`<span><strong>${number(seen[name])}</strong> ${words}</span>`],
  );
  const colon = numbers.length > 0 ? ':' : '.';
  const said = view.find === undefined ? looked : found;
  return html`<p class="lk-counts"><span>${said}${colon}</span>${numbers}</p>`;
}

function tokens({ frame, view, nowMs, endpoint }: WidgetPage, listing: Listing): SafeHtml {
  const lines = listing.tokens.map((token) => tokenLine(token, nowMs));
  if (lines.length === 0) return html`<p class="lk-notice">${nothing(view, listing)}</p>`;
  const isWide = (frame.widthPx ?? Number.POSITIVE_INFINITY) >= TABLE_FROM_PX;
  return (isWide ? tokenTable : tokenCards)(lines, { endpoint, view, nowMs });
}

function nothing(view: View, { counts: seen, cursor }: Listing): string {
  if (view.find !== undefined) {
    return (
      'No token is found by exactly that user name or token id. ' +
      'A token that was deleted is found by its id alone.'
    );
  }
  const isFirst = view.cursor === undefined;
  if (seen.looked === 0 && isFirst) return 'There is no token in this store yet.';
  if (view.filter === 'all') return 'There are no more tokens.';
  const others = cursor === undefined ? '' : ' There are more to look at.';
  return `None of the ${tokensOf(seen.looked)} looked at is in this state.${others}`;
}

/** The pages of this look, and where to go on looking. */
function onward({ endpoint, view }: WidgetPage, listing: Listing): SafeHtml | undefined {
  const { tokens: shown, found, counts: seen, cursor } = listing;
  const { filter, offset } = view;
  const end = offset + shown.length;
  const isLast = end >= found;
  const to = (label: string, next: View) => button(endpoint, { label, payload: { view: next } });
  const before = { ...view, offset: Math.max(0, offset - TOKENS_PER_PAGE) };
  const after = { ...view, looked: view.looked ?? seen.looked, offset: offset + TOKENS_PER_PAGE };
  const parts = [
    ...(found > TOKENS_PER_PAGE && shown.length > 0
      ? [
          html`<span class="lk-quiet">${`${number(offset + 1)} to ${number(end)} of ${number(found)}`}</span>`,
        ]
      : []),
    ...(offset > 0 ? [to('Previous page', before)] : []),
    ...(isLast ? [] : [to('Next page', after)]),
    ...(isLast && cursor !== undefined
      ? [to('Go on: look at more tokens', { filter, cursor, offset: 0 })]
      : []),
    ...(view.cursor === undefined ? [] : [to('Back to the first tokens', { ...LANDING, filter })]),
    ...(cursor === undefined
      ? []
      : [html`<span class="lk-quiet">There are more tokens than were looked at.</span>`]),
  ];
  return parts.length === 0
    ? undefined
    : html`<div class="lk-bar lk-below lk-small">${parts}</div>`;
}

const number = (value: number) => value.toLocaleString('en-GB');
const tokensOf = (count: number) => `${number(count)} ${count === 1 ? 'token' : 'tokens'}`;
