/**
 * Finds what is due and hands it to the workers, once a minute: no scan, and no more than they can
 * do by the next minute. What it hands out is first moved a few minutes ahead in the due index, so
 * that nobody hands it out twice, and what gets lost on the way comes due again by itself.
 *
 *   sweep   due ── claim: due in 5 min ── send ─────────────────────────────── due again, if lost
 *   worker                                      └─ lease ── provider ── commit: due in 50 min
 */
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import type { RefreshQueue } from '../refresh-queue/refresh-queue.ts';
import { DUE_SHARDS, type DueIndex, type DueToken } from '../token-index/due-index.ts';

/** The schedule's period. */
const PERIOD_SECONDS = 60;
/** Longer than a message can wait for a worker that works at all. */
const REDISPATCH_MS = 300_000;
/** What never comes to anything moves out of the way of the others: 5 minutes to 5 hours. */
const MAX_DOUBLINGS = 6;
/** Claimed at once, and sent as one batch. */
const BATCH_SIZE = 10;
const LANES = 4;
/** Kept back for the call under way when the deadline nears. */
const RESERVE_MS = 3_000;

export interface RefreshSweepOptions {
  readonly due: DueIndex;
  readonly queue: RefreshQueue;
  readonly clock: Clock;
  /** Refreshes a second that all workers together may make. */
  readonly refreshesPerSecond: number;
}

export interface SweepReport {
  /** Tokens that waited in the queue when the sweep began. */
  readonly backlog: number;
  /** Tokens that were due and seen; more may be due than were looked at. */
  readonly due: number;
  readonly dispatched: number;
  /** How long the longest due token of those has been due. Milliseconds. */
  readonly oldestDueMs: number;
}

export class RefreshSweep {
  readonly #o: RefreshSweepOptions;

  constructor(options: RefreshSweepOptions) {
    this.#o = options;
  }

  /** @throws LatchkeyError STORE_UNAVAILABLE; what was not handed out is due at the next sweep */
  async run(deadline: Deadline): Promise<SweepReport> {
    const { queue, clock, refreshesPerSecond } = this.#o;
    const nowMs = clock.nowMs();
    const backlog = await queue.backlog(deadline);
    const room = Math.max(0, Math.floor(refreshesPerSecond * PERIOD_SECONDS) - backlog);
    const due = room === 0 ? [] : await this.#longestDue(nowMs, room, deadline);
    const oldest = due[0];
    const batches = batchesOf(due);
    let dispatched = 0;
    const lane = async () => {
      for (let batch = batches.shift(); batch !== undefined; batch = batches.shift()) {
        if (deadline.remainingMs() < RESERVE_MS) return;
        // Not `+= await`, which would add to what it was before the wait.
        const sent = await this.#dispatch(batch, nowMs, deadline);
        dispatched += sent;
      }
    };
    const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
    const broken = lanes.find((each) => each.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    return {
      backlog,
      due: due.length,
      dispatched,
      oldestDueMs: oldest === undefined ? 0 : nowMs - oldest.dueAtMs,
    };
  }

  /** Of all shards; each is asked for more than its even share, since none is exactly even. */
  async #longestDue(nowMs: number, room: number, deadline: Deadline): Promise<DueToken[]> {
    const limit = Math.ceil((room / DUE_SHARDS.length) * 1.5) + BATCH_SIZE;
    const ofShards = await Promise.all(
      DUE_SHARDS.map((shard) => this.#o.due.due({ shard, untilMs: nowMs, limit }, deadline)),
    );
    return ofShards
      .flat()
      .sort((a, b) => a.dueAtMs - b.dueAtMs)
      .slice(0, room);
  }

  async #dispatch(batch: readonly DueToken[], nowMs: number, deadline: Deadline): Promise<number> {
    const { due, queue } = this.#o;
    const claimed = await Promise.all(
      batch.map(async (token) => {
        const waitMs = REDISPATCH_MS * 2 ** Math.min(token.dispatches, MAX_DOUBLINGS);
        return (await due.claim(token, nowMs + waitMs, deadline)) ? [token.id] : [];
      }),
    );
    const ids = claimed.flat();
    return ids.length === 0 ? 0 : (await queue.send(ids, deadline)).sent;
  }
}

function batchesOf(due: readonly DueToken[]): DueToken[][] {
  return Array.from({ length: Math.ceil(due.length / BATCH_SIZE) }, (_, index) =>
    due.slice(index * BATCH_SIZE, (index + 1) * BATCH_SIZE),
  );
}
