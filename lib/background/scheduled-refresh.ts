/**
 * What a worker does with a token that came due: refresh it if the policy still says so, announce
 * what is to be announced, and note when it is due next. A message that is late, repeated or out
 * of order finds nothing to do: the row decides, not the message.
 */
import type { Clock } from '../clock.ts';
import { type Deadline, outOfTime } from '../deadline.ts';
import type { EventPublisher } from '../events/event-publisher.ts';
import { tokenEvent } from '../events/token-event.ts';
import type { Freshness } from '../freshness.ts';
import type { Pacer } from '../pacer.ts';
import {
  isIdle,
  policyOf,
  type RefreshPolicies,
  refreshNeed,
  scheduledAtMs,
} from '../refresh-policy.ts';
import type { DueIndex } from '../token-index/due-index.ts';
import { isAlive, type TokenIndex, type TokenRow } from '../token-index/token-index.ts';
import type { TokenReader } from '../token-reader.ts';
import type { TokenRefresher } from '../token-refresher.ts';

const ON_SCHEDULE = { kind: 'schedule' } as const;

export type ScheduledOutcome =
  | Freshness
  | 'idle'
  /** Deleted, logged out or superseded: nothing to refresh. */
  | 'gone'
  /** Its secret cannot be read. */
  | 'unreadable'
  /** Somebody changed it meanwhile: it is due when they said, or looked at again soon. */
  | 'changed';

export interface ScheduledRefreshOptions {
  readonly index: TokenIndex;
  readonly due: DueIndex;
  readonly reader: TokenReader;
  readonly refresher: TokenRefresher;
  readonly publisher: EventPublisher;
  readonly pacer: Pacer;
  readonly policies: RefreshPolicies;
  readonly clock: Clock;
  /** The store's name, for its events. */
  readonly store: string;
}

export interface Scheduled {
  readonly outcome: ScheduledOutcome;
  readonly row?: TokenRow;
}

export class ScheduledRefresh {
  readonly #o: ScheduledRefreshOptions;

  constructor(options: ScheduledRefreshOptions) {
    this.#o = options;
  }

  /**
   * @throws LatchkeyError STORE_UNAVAILABLE when there was no time or AWS failed: the message is
   *   to be delivered again
   */
  async run(id: string, deadline: Deadline): Promise<Scheduled> {
    const { rows, generation } = await this.#o.index.read({ ids: [id] }, deadline);
    const row = rows.get(id);
    if (row === undefined) return { outcome: 'gone' };
    if (!isAlive(row, generation)) return this.#settle(row, undefined, 'gone', deadline);
    const policy = policyOf(this.#o.policies, row.provider);
    const nowMs = this.#o.clock.nowMs();
    // Somebody waits for one that an operator asked about, however idle it is.
    if (row.refreshRequestedAtMs === undefined && isIdle(row, nowMs, policy)) {
      const idle: TokenRow = { ...row, state: 'idle' };
      return this.#settle(row, scheduledAtMs(idle, policy), 'idle', deadline);
    }
    const need = refreshNeed(row, ON_SCHEDULE, nowMs, policy);
    if (need.refresh) return this.#refresh(row, deadline);
    return this.#settle(row, scheduledAtMs(row, policy), need.reason, deadline);
  }

  async #refresh(row: TokenRow, deadline: Deadline): Promise<Scheduled> {
    const { pacer, reader, refresher, policies } = this.#o;
    await pacer.turn(deadline);
    const found = await reader.tryRead(row, deadline);
    // Looked at again later and later, as the sweep set it; the housekeeper says what is wrong.
    if (found === 'unreadable') return { outcome: 'unreadable', row };
    const freshened = found && (await refresher.freshen(found, ON_SCHEDULE, deadline));
    if (freshened === undefined) return { outcome: 'changed' };
    const { stored, freshness } = freshened;
    const { row: after } = stored;
    if (freshness === 'no-time') throw outOfTime();
    if (isVerdict(freshness) && after.announce === undefined)
      return { outcome: freshness, row: after };
    const policy = policyOf(policies, after.provider);
    const dueAtMs = freshness === 'cannot-refresh' ? undefined : scheduledAtMs(after, policy);
    return this.#settle(after, dueAtMs, freshness, deadline);
  }

  /**
   * Announces first and notes it second: a crash in between announces twice, never not at all.
   */
  async #settle(
    row: TokenRow,
    dueAtMs: number | undefined,
    outcome: ScheduledOutcome,
    deadline: Deadline,
  ): Promise<Scheduled> {
    if (row.announce !== undefined) {
      const { publisher, store, clock } = this.#o;
      const event = tokenEvent(row.announce, row, { store, nowMs: clock.nowMs() });
      const refused = await publisher.publish([event], deadline);
      // It stays due: the sweep brings it back.
      if (refused.length > 0) return { outcome, row };
    }
    const state = outcome === 'idle' ? { state: 'idle' as const } : {};
    const settled = await this.#o.due.settle({ row, dueAtMs, ...state }, deadline);
    return { outcome: settled ? outcome : 'changed', row };
  }
}

/** With a verdict the row has been written, and its due time with it. */
function isVerdict(freshness: Freshness): boolean {
  switch (freshness) {
    case 'refreshed':
    case 'refused':
    case 'client-fault':
    case 'throttled':
    case 'outage':
    case 'malformed':
      return true;
    case 'revoked':
    case 'fresh':
    case 'cannot-refresh':
    case 'backing-off':
    case 'too-soon':
    case 'no-time':
      return false;
  }
}
