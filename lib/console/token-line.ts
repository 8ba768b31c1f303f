/**
 * A token as a line of the operator's list: everything in words, nothing escaped yet.
 * Pure: no I/O, no clock, no environment.
 */
import { expiryMs, scheduledAtMs } from '../refresh-policy.ts';
import type { ShownToken } from './operator-actions.ts';
import { type SecretLink, secretLink } from './secret-link.ts';
import { ago, comesIn, moment, span } from './time-words.ts';
import { type Condition, isUnchecked } from './token-condition.ts';
import type { ListedToken } from './token-list.ts';
import { type VerdictWords, verdictWords } from './verdict-words.ts';

/** A time in words, and the moment itself for a closer look. */
export interface TimeWords {
  readonly words: string;
  readonly moment?: string;
}

export interface FailureLine extends VerdictWords {
  readonly when: TimeWords;
  /** When it is tried again, where it is. */
  readonly next?: string;
  readonly checked?: TimeWords;
}

export interface TokenLine {
  readonly shown: ShownToken;
  readonly condition: Condition;
  readonly state: string;
  readonly userName?: string;
  readonly clientId?: string;
  readonly provider?: string;
  readonly secret: SecretLink;
  /** Absent where there is nothing left to expire. */
  readonly expires?: TimeWords;
  readonly refreshed: TimeWords;
  readonly failure?: FailureLine;
  /** What an operator asked for and nothing has come of yet. */
  readonly request?: string;
  /** What else there is to know, for example until when it can be restored. */
  readonly remark?: string;
  /** Absent where there is nothing to ask for. */
  readonly mayRefresh?: 'refresh' | 'probe';
  readonly mayCheck: boolean;
}

const STATE: Readonly<Record<Condition, string>> = {
  active: 'Active',
  idle: 'Idle',
  failing: 'Failing',
  overdue: 'Overdue',
  expired: 'Expired',
  'needs-reauthorization': 'Needs re-authorization',
  deleted: 'Deleted',
  replaced: 'Replaced',
  'logged-out': 'Logged out',
};

/** A sweep takes up a request within a minute; past this something is wrong with it. */
const REQUEST_PATIENCE_MS = 5 * 60_000;

export function tokenLine(token: ListedToken, nowMs: number): TokenLine {
  const { row, condition } = token;
  const { userName, clientId, provider, refreshedAtMs, failure } = row;
  const isLiving = !['deleted', 'replaced', 'logged-out'].includes(condition);
  const request = isLiving ? requestOf(token, nowMs) : undefined;
  const remark = remarkOf(token, nowMs);
  const mayRefresh = isLiving && row.refreshable && request === undefined;
  return {
    shown: {
      id: row.id,
      revision: row.revision,
      ...(failure && { failedAtMs: failure.atMs }),
    },
    condition,
    state: STATE[condition],
    ...(userName !== undefined && { userName }),
    ...(clientId !== undefined && { clientId }),
    ...(provider !== undefined && provider !== 'zoho' && { provider }),
    secret: secretLink(row.secretArn),
    ...(isLiving && { expires: expiresOf(token, nowMs) }),
    refreshed: refreshedAtMs === undefined ? { words: 'never' } : timeAgo(refreshedAtMs, nowMs),
    ...(failure && isLiving && { failure: failureOf(token, failure, nowMs) }),
    ...(request !== undefined && { request }),
    ...(remark !== undefined && { remark }),
    ...(mayRefresh && {
      mayRefresh: condition === 'needs-reauthorization' ? ('probe' as const) : ('refresh' as const),
    }),
    mayCheck: isUnchecked(token, condition),
  };
}

function timeAgo(atMs: number, nowMs: number): TimeWords {
  return { words: ago(atMs, nowMs), moment: moment(atMs) };
}

function expiresOf({ row, policy }: ListedToken, nowMs: number): TimeWords {
  const atMs = expiryMs(row, policy);
  if (atMs === undefined) return { words: 'no access token' };
  if (atMs <= nowMs) return { words: `expired ${ago(atMs, nowMs)}`, moment: moment(atMs) };
  return { words: `in ${span(atMs - nowMs)}`, moment: moment(atMs) };
}

function failureOf(
  { row, policy, condition }: ListedToken,
  failure: NonNullable<ListedToken['row']['failure']>,
  nowMs: number,
): FailureLine {
  const { verdict, atMs, count } = failure;
  const when = timeAgo(atMs, nowMs);
  // What is asked for says for itself when it comes.
  const nextMs = row.refreshRequestedAtMs === undefined ? scheduledAtMs(row, policy) : undefined;
  const what = condition === 'needs-reauthorization' ? 'next probe' : 'next try';
  return {
    ...verdictWords(verdict),
    when: count > 1 ? { ...when, words: `${count} times, last ${when.words}` } : when,
    ...(nextMs !== undefined && { next: `${what} ${comesIn(nextMs, nowMs)}` }),
    ...(row.checkedAtMs !== undefined && { checked: timeAgo(row.checkedAtMs, nowMs) }),
  };
}

function requestOf({ row, policy }: ListedToken, nowMs: number): string | undefined {
  const { refreshRequestedAtMs: requestedMs } = row;
  if (requestedMs === undefined) return undefined;
  const asked = `Refresh asked for ${ago(requestedMs, nowMs)}`;
  const dueMs = scheduledAtMs(row, policy);
  if (dueMs === undefined) return `${asked}; it cannot be had`;
  if (nowMs - dueMs > REQUEST_PATIENCE_MS) {
    return `${asked}, and nothing has come of it: see the alarms of the sweep and the workers`;
  }
  return `${asked}; the sweep takes it ${comesIn(dueMs, nowMs)}`;
}

function remarkOf({ row, condition }: ListedToken, nowMs: number): string | undefined {
  switch (condition) {
    case 'overdue':
      return 'Not refreshed since it expired: is the sweep running?';
    case 'expired':
      return 'It cannot be refreshed: the user must log in';
    case 'replaced':
      return `Token ${row.supersededBy} of the same user and client took its place`;
    case 'deleted':
    case 'logged-out':
      return restorableOf(row, nowMs);
    case 'active':
    case 'idle':
      return row.refreshable ? undefined : 'It cannot be refreshed: it has no refresh token';
    case 'failing':
    case 'needs-reauthorization':
      return row.refreshable ? undefined : 'It cannot be refreshed until it is saved anew';
  }
}

function restorableOf(
  { deletedAtMs, purgeAtMs }: ListedToken['row'],
  nowMs: number,
): string | undefined {
  const when = deletedAtMs === undefined ? '' : `${ago(deletedAtMs, nowMs)}, `;
  if (purgeAtMs === undefined) return 'Can be restored: restore-tokens brings it back';
  if (purgeAtMs <= nowMs) return `${when}cannot be restored any more`;
  return `${when}can be restored for ${span(purgeAtMs - nowMs)}`;
}
