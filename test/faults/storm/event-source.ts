/**
 * Hands the refresh queue's messages to workers as SQS may: late, in another order, more than once,
 * and again where nobody said that they were done.
 */
import { WORKER_BATCH_SIZE } from '../../../infra/delivery-settings.ts';
import type { Queue } from '../../../local/aws/sqs/queue.ts';
import type { BatchAnswer } from '../../crash/world/functions.ts';
import type { Chance } from '../../simulation/engine/chance.ts';
import type { EventClock } from '../../simulation/engine/event-clock.ts';
import type { Ended } from '../../simulation/engine/lambda-process.ts';
import { CONTAINERS, QUEUE } from './storm-settings.ts';
import type { Weather } from './weather.ts';

export interface EventSourceOptions {
  readonly queue: Queue;
  readonly clock: EventClock;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly work: (event: { readonly tokenIds: readonly string[] }) => Promise<Ended<unknown>>;
}

export class EventSource {
  readonly #o: EventSourceOptions;
  #running = 0;

  constructor(options: EventSourceOptions) {
    this.#o = options;
  }

  /** Hands over what is there. */
  poll(): void {
    const { queue, clock } = this.#o;
    while (this.#running < CONTAINERS.atOnce && queue.counts().visible > 0) {
      this.#running += 1;
      const handed = this.#handOver().finally(() => {
        this.#running -= 1;
      });
      clock.spawn(handed);
    }
  }

  async #handOver(): Promise<void> {
    const { queue, clock, chance, weather, work } = this.#o;
    if (weather.isStormy && chance.of(QUEUE.twice)) {
      queue.deliverTwice(1);
      weather.count('message delivered twice');
    }
    const maxMessages = weather.isStormy ? chance.whole(1, WORKER_BATCH_SIZE) : WORKER_BATCH_SIZE;
    const messages = queue.receive({ maxMessages });
    if (messages.length === 0) return;
    if (weather.isStormy) await clock.sleep(chance.whole(0, QUEUE.lateByMs));
    const tokenIds = messages.map(({ body }) => (JSON.parse(body) as { tokenId: string }).tokenId);
    const ended = await work({ tokenIds });
    if (ended.outcome !== 'answered') return;
    const { failed } = ended.result as BatchAnswer;
    for (const [at, { receiptHandle }] of messages.entries()) {
      if (!failed.includes(tokenIds[at] ?? '')) queue.delete(receiptHandle);
    }
  }
}
