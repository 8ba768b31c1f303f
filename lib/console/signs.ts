/** A sign for each condition: told apart by its shape, its colour comes besides. */
import { html, type SafeHtml } from '@remix-run/html-template';
import type { Condition } from './token-condition.ts';

export type Tone = 'good' | 'warning' | 'bad' | 'quiet';

const CIRCLE = html`<circle cx="8" cy="8" r="6.5"/>`;
const OCTAGON = html`<path d="M5.3 1.5h5.4l3.8 3.8v5.4l-3.8 3.8H5.3l-3.8-3.8V5.3z"/>`;
const TRIANGLE = html`<path d="M8 1.7l6.6 12.1H1.4z"/>`;

const SIGNS: Readonly<Record<Condition, { readonly tone: Tone; readonly shape: SafeHtml }>> = {
  active: { tone: 'good', shape: html`${CIRCLE}<path d="M5 8.2l2.1 2.1L11 6"/>` },
  failing: { tone: 'bad', shape: html`${CIRCLE}<path d="M5.7 5.7l4.6 4.6m0-4.6l-4.6 4.6"/>` },
  overdue: { tone: 'bad', shape: html`${TRIANGLE}<path d="M8 6.2v3.6m0 1.4v1.2"/>` },
  'needs-reauthorization': {
    tone: 'bad',
    shape: html`${OCTAGON}<path d="M8 4.4v4.3m0 1.6v1.4"/>`,
  },
  expired: { tone: 'warning', shape: html`${CIRCLE}<path d="M8 4.3V8l2.6 1.6"/>` },
  idle: { tone: 'quiet', shape: html`${CIRCLE}<path d="M6.4 5.6v4.8m3.2-4.8v4.8"/>` },
  deleted: { tone: 'quiet', shape: html`${CIRCLE}<path d="M5 8h6"/>` },
  replaced: { tone: 'quiet', shape: html`${CIRCLE}<path d="M4.8 8h6M8.4 5.6L10.8 8l-2.4 2.4"/>` },
  'logged-out': {
    tone: 'quiet',
    shape: html`<path d="M9.5 2.2H2.8v11.6h6.7M6.5 8h8m-2.6-2.6L14.5 8l-2.6 2.6"/>`,
  },
};

/** The sign; the words beside it say the same. */
export function sign(condition: Condition): SafeHtml {
  const { tone, shape } = SIGNS[condition];
  return html`<svg class="lk-sign lk-${tone}" viewBox="0 0 16 16" width="16" height="16" fill="none" stroke="currentColor" stroke-width="1.6" aria-hidden="true">${shape}</svg>`;
}

export function toneOf(condition: Condition): Tone {
  return SIGNS[condition].tone;
}
