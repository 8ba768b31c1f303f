/**
 * The operator's token list, as a dashboard asks for it: does what a button asks, looks at the
 * tokens, and answers HTML whatever the event is. An expected failure is a message in it.
 */
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import { LatchkeyError } from '../errors.ts';
import type { RefreshPolicies } from '../refresh-policy.ts';
import type { OperatorNotes } from '../token-index/operator-notes.ts';
import type { TokenIndex } from '../token-index/token-index.ts';
import { type ActionOutcome, OperatorActions, type Refusal } from './operator-actions.ts';
import { comesIn } from './time-words.ts';
import { TokenList } from './token-list.ts';
import { WIDGET_DOCUMENTATION } from './widget-documentation.ts';
import { type Notice, type WidgetPage, widgetPage } from './widget-page.ts';
import { parseWidgetRequest, type WidgetRequest } from './widget-request.ts';

export interface TokenWidgetOptions {
  readonly index: Pick<TokenIndex, 'read' | 'page'>;
  readonly notes: OperatorNotes;
  readonly policies: RefreshPolicies;
  readonly clock: Pick<Clock, 'nowMs'>;
}

export interface WidgetAnswer {
  /** HTML; Markdown where the event asks for documentation. */
  readonly text: string;
  /** For the log: what was asked for, or why it was not done. */
  readonly outcome: WidgetOutcome;
  /** The token that something was asked of. */
  readonly tokenId?: string;
  readonly counts?: { readonly looked: number; readonly found: number };
}

export type WidgetOutcome =
  | 'ok'
  | 'described'
  | 'requested'
  | 'checked'
  | 'refused'
  | LatchkeyError['code'];

export class TokenWidget {
  readonly #actions: OperatorActions;
  readonly #list: TokenList;
  readonly #clock: Pick<Clock, 'nowMs'>;

  constructor(options: TokenWidgetOptions) {
    this.#actions = new OperatorActions(options);
    this.#list = new TokenList(options);
    this.#clock = options.clock;
  }

  /**
   * @param event - of whatever shape
   * @param endpoint - the ARN of this function, for its buttons
   */
  async answer(event: unknown, endpoint: string, deadline: Deadline): Promise<WidgetAnswer> {
    const request = parseWidgetRequest(event, this.#clock.nowMs());
    if (request.kind === 'describe') {
      return { text: WIDGET_DOCUMENTATION, outcome: 'described' };
    }
    try {
      const acted = await this.#act(request, deadline);
      return await this.#page(request, endpoint, acted, deadline);
    } catch (error) {
      if (!(error instanceof LatchkeyError)) throw error;
      const notice: Notice = { tone: 'bad', text: `${error.message} (${error.code})` };
      const { frame, view } = request;
      const text = widgetPage({ frame, view, endpoint, notice, nowMs: this.#clock.nowMs() });
      return { text, outcome: error.code };
    }
  }

  async #act(request: WidgetRequest, deadline: Deadline): Promise<Acted> {
    if (request.kind === 'refused') {
      return { outcome: 'refused', notice: { tone: 'bad', text: request.why } };
    }
    if (request.kind !== 'act') return { outcome: 'ok' };
    const { action, shown } = request;
    const done =
      action === 'refresh'
        ? await this.#actions.requestRefresh(shown, deadline)
        : await this.#actions.noteChecked(shown, deadline);
    const isKnown = !('refused' in done) || done.refused !== 'unknown';
    const outcome = 'refused' in done ? 'refused' : done.done;
    return { outcome, notice: noticeOf(done), ...(isKnown && { tokenId: shown.id }) };
  }

  async #page(
    { frame, view, kind }: WidgetRequest,
    endpoint: string,
    { notice, ...acted }: Acted,
    deadline: Deadline,
  ): Promise<WidgetAnswer> {
    const common = { frame, view, endpoint, ...(notice && { notice }) };
    const answer = (page: Omit<WidgetPage, 'nowMs'>) =>
      widgetPage({ ...page, nowMs: this.#clock.nowMs() });
    if (kind === 'refused') return { text: answer(common), ...acted };
    const listing = await this.#list.look(view, deadline);
    const { found } = listing;
    const counts = { looked: listing.counts.looked, found };
    return { text: answer({ ...common, listing }), counts, ...acted };
  }
}

interface Acted {
  readonly outcome: WidgetOutcome;
  readonly notice?: Notice;
  readonly tokenId?: string;
}

const REFUSALS: Readonly<Record<Refusal, string>> = {
  unknown: 'There is no such token in this store.',
  gone: 'That token was deleted, replaced or logged out: there is nothing to refresh. Nothing was done.',
  'cannot-refresh':
    'That token has no refresh token: the user must log in again. Nothing was done.',
  'already-requested': 'A refresh of that token is asked for already. The next sweep does it.',
  'no-failure': 'That token does not fail any more. Nothing was done.',
  changed: 'Something became of that token since it was shown. Nothing was done: here it is now.',
};

function noticeOf(outcome: ActionOutcome): Notice {
  if ('refused' in outcome) return { tone: 'warning', text: REFUSALS[outcome.refused] };
  if (outcome.done === 'checked')
    return { tone: 'good', text: 'The failure is marked as checked.' };
  const { dueAtMs, nowMs } = outcome;
  const soon = comesIn(dueAtMs, nowMs);
  const why = dueAtMs - nowMs < 60_000 ? '' : ', when the budgets for it allow it';
  return {
    tone: 'good',
    text: `The refresh is asked for. The sweep does it ${soon}${why}: look again then.`,
  };
}
