/**
 * One worker's batch: each token by itself, then once for all of them what need not be said one by
 * one: which were refreshed, and that their clients are well.
 */
import type { ClientHealth, ClientKey } from '../client-health/client-health.ts';
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import type { EventPublisher } from '../events/event-publisher.ts';
import { tokenEvent } from '../events/token-event.ts';
import type { TokenRow } from '../token-index/token-index.ts';
import type { Scheduled, ScheduledRefresh } from './scheduled-refresh.ts';

export interface RefreshBatchOptions {
  readonly refresh: ScheduledRefresh;
  readonly publisher: EventPublisher;
  readonly health: ClientHealth;
  readonly clock: Clock;
  /** The store's name, for its events. */
  readonly store: string;
}

export class RefreshBatch {
  readonly #o: RefreshBatchOptions;
  #refreshed: TokenRow[] = [];

  constructor(options: RefreshBatchOptions) {
    this.#o = options;
  }

  /** @throws what `ScheduledRefresh.run` throws: the token's message is to be delivered again */
  async run(id: string, deadline: Deadline): Promise<Scheduled> {
    const scheduled = await this.#o.refresh.run(id, deadline);
    const { outcome, row } = scheduled;
    if (outcome === 'refreshed' && row?.announce === undefined && row) this.#refreshed.push(row);
    return scheduled;
  }

  /**
   * Tells of the refreshes, which stand whatever becomes of this.
   * @returns how many events were lost on the way
   */
  async finish(deadline: Deadline): Promise<{ readonly lostEvents: number }> {
    const { publisher, health, clock, store } = this.#o;
    const refreshed = this.#refreshed;
    this.#refreshed = [];
    const nowMs = clock.nowMs();
    const events = refreshed.map((row) => tokenEvent('refreshed', row, { store, nowMs }));
    const [lost] = await Promise.all([
      events.length === 0 ? [] : publisher.publish(events, deadline).catch(() => events),
      ...countsOf(refreshed).map(({ client, count }) =>
        // Missing successes make a client look worse than it is: then nobody is condemned.
        health.addRefreshed(client, count, nowMs, deadline).catch(() => undefined),
      ),
    ]);
    return { lostEvents: lost.length };
  }
}

function countsOf(rows: readonly TokenRow[]): { client: ClientKey; count: number }[] {
  const counts = new Map<string, { client: ClientKey; count: number }>();
  for (const { provider, clientId } of rows) {
    if (clientId === undefined) continue;
    const client = { clientId, ...(provider !== undefined && { provider }) };
    const name = JSON.stringify([provider, clientId]);
    counts.set(name, { client, count: (counts.get(name)?.count ?? 0) + 1 });
  }
  return [...counts.values()];
}
