/** The workers: what the queue has, in batches, to as many at once as the deployment allows. */
import type { TokenRow } from '../../../lib/token-index/token-index.ts';
import type { Chance } from '../engine/chance.ts';
import type { EventClock } from '../engine/event-clock.ts';
import { PICK_UP_MS, REDELIVERED_MS } from '../watch/reasons.ts';
import type { Tallies } from '../watch/tallies.ts';
import type { Violations } from '../watch/violations.ts';
import type { Watch } from '../watch/watch.ts';
import type { Fates } from './fates.ts';
import type { Message, SimulatedQueue } from './simulated-queue.ts';
import type { WorkerContainer } from './store-world.ts';
import { WarmPool } from './warm-pool.ts';
import { DEPLOYMENT } from './world-settings.ts';

export interface WorkerFleetOptions {
  readonly clock: EventClock;
  readonly chance: Chance;
  readonly queue: SimulatedQueue;
  readonly start: () => WorkerContainer;
  readonly fates: Fates;
  readonly rows: ReadonlyMap<string, TokenRow>;
  readonly watch: Watch;
  readonly tallies: Tallies;
  readonly violations: Violations;
}

/** From the queue to a running function. */
const INVOKE_MS = { least: 5, most: 40 };

export class WorkerFleet {
  readonly #o: WorkerFleetOptions;
  readonly #pool: WarmPool<WorkerContainer>;
  #running = 0;

  constructor(options: WorkerFleetOptions) {
    this.#o = options;
    this.#pool = new WarmPool(options.start, options.chance);
    options.queue.onAvailable = () => this.#poll();
    options.queue.onDeadLetter = (message) => this.#checkDeadLetter(message);
  }

  #poll(): void {
    const { queue, clock } = this.#o;
    while (this.#running < DEPLOYMENT.workers && queue.available > 0) {
      this.#running += 1;
      const ended = this.#work().finally(() => {
        this.#running -= 1;
        this.#poll();
      });
      clock.spawn(ended);
    }
  }

  async #work(): Promise<void> {
    const { clock, chance, queue, fates, tallies } = this.#o;
    await clock.sleep(chance.whole(INVOKE_MS.least, INVOKE_MS.most));
    const messages = queue.receive(DEPLOYMENT.workerBatchSize);
    if (messages.length === 0) return;
    tallies.workerInvocations += 1;
    const container = this.#pool.take();
    const { process, batch } = container;
    const done = new Set<Message>();
    const fate = fates.worker(messages.length);
    const ended = await process.invoke(DEPLOYMENT.worker, fate, async (deadline) => {
      const runs = messages.map(async (message) => {
        await batch.run(message.tokenId, deadline);
        done.add(message);
      });
      const failed = (await Promise.allSettled(runs)).find(({ status }) => status === 'rejected');
      if (failed?.status === 'rejected' && !isExpected(failed.reason)) throw failed.reason;
      await batch.finish(deadline);
    });
    if (process.invocation.froze) tallies.froze += 1;
    if (ended.outcome === 'died') {
      tallies.died.worker += 1;
      this.#setBack(messages, done, 'death');
      return;
    }
    this.#pool.giveBack(container);
    if (ended.outcome === 'failed' && !isExpected(ended.error)) throw ended.error;
    const froze = process.invocation.froze ? 'freeze' : undefined;
    const all = ended.outcome === 'answered' ? messages.filter((one) => !done.has(one)) : messages;
    for (const message of messages) if (!all.includes(message)) queue.done(message);
    this.#setBack(all, done, froze);
  }

  #setBack(
    messages: readonly Message[],
    done: ReadonlySet<Message>,
    setback: 'death' | 'freeze' | undefined,
  ): void {
    const { queue, rows, watch, violations, clock } = this.#o;
    for (const message of messages) {
      const { tokenId, receives, receivedAtMs } = message;
      queue.setBack(message, setback);
      if (setback === undefined) {
        violations.add('handed-back', clock.nowMs(), tokenId, `receive ${receives}`);
      } else if (!done.has(message)) {
        const last = receives >= DEPLOYMENT.maxReceiveCount;
        const againMs = last
          ? (rows.get(tokenId)?.dueAtMs ?? 0) + PICK_UP_MS
          : receivedAtMs + DEPLOYMENT.visibilityTimeoutMs + REDELIVERED_MS;
        watch.disturb(tokenId, setback, againMs);
      }
    }
  }

  #checkDeadLetter({ tokenId, setbacks }: Message): void {
    if (setbacks.every((setback) => setback !== undefined)) return;
    const { violations, clock } = this.#o;
    violations.add('dead-letter', clock.nowMs(), tokenId, setbacks.join(', '));
  }
}

/** A failure that the core throws on purpose: the message is to come again. */
function isExpected(error: unknown): boolean {
  return error instanceof Error && error.name === 'LatchkeyError';
}
