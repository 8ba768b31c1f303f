/** The buttons of a token: to ask for a refresh, and to note that its failure was looked at. */
import { html, type SafeHtml } from '@remix-run/html-template';
import { button } from './buttons.ts';
import type { TokenLine } from './token-line.ts';
import type { View } from './token-list.ts';
import type { Action, ButtonPayload } from './widget-request.ts';

export interface ActionContext {
  readonly endpoint: string;
  /** What is shown again after it. */
  readonly view: View;
  readonly nowMs: number;
}

const SOON = 'The next sweep does it, within a minute.';

export function tokenActions(
  { shown, mayRefresh, mayCheck }: TokenLine,
  { endpoint, view, nowMs }: ActionContext,
): SafeHtml | undefined {
  const name = `token ${shown.id.slice(0, 8)}…`;
  const payload = (action: Action): ButtonPayload => {
    return { do: action, token: { ...shown, shownAtMs: nowMs }, view };
  };
  const refresh = {
    label: 'Refresh now',
    description: `Refresh ${name} now`,
    payload: payload('refresh'),
    confirmation: `Refresh ${name} now? ${SOON}`,
  };
  const probe = {
    label: 'Probe now',
    description: `Probe ${name} now`,
    payload: payload('refresh'),
    confirmation: `Ask the provider whether it takes the refresh token of ${name} again? ${SOON}`,
  };
  const check = {
    label: 'Mark checked',
    description: `Mark the failure of ${name} as checked`,
    payload: payload('check'),
    confirmation: `Note that somebody has looked at the failure of ${name}? It goes on failing.`,
  };
  const buttons = [
    ...(mayRefresh === 'refresh' ? [refresh] : []),
    ...(mayRefresh === 'probe' ? [probe] : []),
    ...(mayCheck ? [check] : []),
  ];
  if (buttons.length === 0) return undefined;
  return html`${buttons.map((each) => button(endpoint, each))}`;
}
