/** The lines of the list as HTML: a table where there is room for one, else a card for each token. */
import { html, type SafeHtml } from '@remix-run/html-template';
import { attribute } from './attribute.ts';
import { shownText } from './shown-text.ts';
import { sign, toneOf } from './signs.ts';
import { type ActionContext, tokenActions } from './token-actions.ts';
import type { FailureLine, TimeWords, TokenLine } from './token-line.ts';

const COLUMNS = [
  { title: 'State', width: '12%' },
  { title: 'User and secret', width: '23%' },
  { title: 'Client', width: '14%' },
  { title: 'Expires', width: '9%' },
  { title: 'Last refresh', width: '9%' },
  { title: 'Last failure', width: '20%' },
  { title: 'Actions', width: '13%' },
] as const;

const NOTHING = html`<span class="lk-quiet">–</span>`;

export function tokenTable(lines: readonly TokenLine[], context: ActionContext): SafeHtml {
  const heads = COLUMNS.map(
    ({ title, width }) => html`<th scope="col" style="width:${width}">${title}</th>`,
  );
  const rows = lines.map(
    (line) => html`
<tr>
<td>${state(line)}</td>
<td>${user(line)}</td>
<td>${client(line)}</td>
<td>${line.expires ? time(line.expires) : NOTHING}</td>
<td>${time(line.refreshed)}</td>
<td>${failure(line) ?? NOTHING}</td>
<td class="lk-small">${tokenActions(line, context) ?? NOTHING}</td>
</tr>`,
  );
  return html`<table><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

export function tokenCards(lines: readonly TokenLine[], context: ActionContext): SafeHtml {
  const cards = lines.map((line) => {
    const entries: [string, SafeHtml | undefined][] = [
      ['Client', line.clientId === undefined ? undefined : client(line)],
      ['Expires', line.expires && time(line.expires)],
      ['Refreshed', time(line.refreshed)],
      [line.failure === undefined ? 'Note' : 'Failure', failure(line)],
    ];
    const list = entries.flatMap(([name, value]) =>
      value === undefined ? [] : [html`<dt>${name}</dt><dd>${value}</dd>`],
    );
    return html`
<div class="lk-card">${state(line)}${user(line)}<dl>${list}</dl>
<div class="lk-small">${tokenActions(line, context)}</div></div>`;
  });
  return html`<div class="lk-cards">${cards}</div>`;
}

function state({ condition, state }: TokenLine): SafeHtml {
  const tone = toneOf(condition);
  return html`<span class="lk-state lk-${tone}">${sign(condition)}<span>${state}</span></span>`;
}

function user({ userName, secret, shown }: TokenLine): SafeHtml {
  const nameless = html`<span class="lk-name lk-quiet">no user name yet</span>`;
  const name = userName === undefined ? nameless : stranger(userName, 'lk-name');
  const title = `Secret ${secret.name}: opens Secrets Manager`;
  const link = html`
<a class="lk-id" href="${secret.href}" target="_blank" rel="noopener noreferrer"
 title="${title}">${shown.id}</a>`;
  const noLink = html`<span class="lk-id" title="${secret.name}">${shown.id}</span>`;
  return html`${name}${secret.href === undefined ? noLink : link}`;
}

function client({ clientId, provider }: TokenLine): SafeHtml {
  const id = clientId === undefined ? NOTHING : stranger(clientId, 'lk-client');
  if (provider === undefined) return id;
  return html`${id}<span class="lk-sub">at ${shownText(provider).text}</span>`;
}

function time({ words, moment }: TimeWords): SafeHtml {
  return html`<span${attribute('title', moment)}>${words}</span>`;
}

/** Why it fails, what else there is to know, and what was asked for: whichever there is. */
function failure({ failure: failed, request, remark }: TokenLine): SafeHtml | undefined {
  const parts = [
    ...(failed === undefined ? [] : [failureWords(failed)]),
    ...(remark === undefined ? [] : [html`<span class="lk-sub">${remark}</span>`]),
    ...(request === undefined ? [] : [html`<span class="lk-sub">⟳ ${request}</span>`]),
  ];
  return parts.length === 0 ? undefined : html`${parts}`;
}

function failureWords({ words, code, when, next, checked }: FailureLine): SafeHtml {
  const times = next === undefined ? when.words : `${when.words}; ${next}`;
  const looked =
    checked === undefined
      ? ''
      : html`<span class="lk-sub"${attribute('title', checked.moment)}>✓ Checked ${checked.words}</span>`;
  return html`
<span>${words}</span> <code>${shownText(code).text}</code>
<span class="lk-sub"${attribute('title', when.moment)}>${times}</span>${looked}`;
}

/** In a box of its own, which neither its length nor its direction breaks out of. */
function stranger(value: string, style: string): SafeHtml {
  const { text, title } = shownText(value);
  return html`<bdi class="${style}"${attribute('title', title)}>${text}</bdi>`;
}
