/**
 * An event source mapping: takes what is visible in a queue, invokes the function with it, deletes
 * what succeeded. The rest stays in flight and comes back when its visibility timeout ends.
 */
import type { Activity } from '../activity.ts';
import type { WorldClock } from '../clock.ts';
import type { Queue, ReceivedMessage } from '../sqs/queue.ts';
import { WakeUp } from '../wake-up.ts';
import type { Invoke } from './invoker.ts';
import { failedIds, sqsEvent } from './sqs-event.ts';

/** Lambda quotas: an invocation takes 6 MiB; what is round the bodies needs some of it. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

export interface EventSourceDefinition {
  /** A declared queue. */
  readonly queue: string;
  readonly functionName: string;
  readonly batchSize: number;
  /** Invocations at once, at most. */
  readonly maximumConcurrency: number;
}

export interface EventSourceOptions {
  readonly definition: EventSourceDefinition;
  readonly queue: Queue;
  readonly invoke: Invoke;
  readonly activity: Activity;
  readonly clock: WorldClock;
}

export class EventSource {
  readonly #options: EventSourceOptions;
  readonly #wakeUp: WakeUp;
  readonly #forget: () => void;
  #running = 0;
  #closed = false;

  constructor(options: EventSourceOptions) {
    this.#options = options;
    this.#wakeUp = new WakeUp(options.clock, () => this.pump());
    this.#forget = options.queue.onChange(() => this.pump());
  }

  /** Starts invocations until nothing is visible or as many run as may. */
  pump(): void {
    const { definition, queue, activity } = this.#options;
    while (!this.#closed && this.#running < definition.maximumConcurrency) {
      const messages = queue.receive({
        maxMessages: definition.batchSize,
        maxBytes: MAX_BODY_BYTES,
      });
      if (messages.length === 0) break;
      this.#running += 1;
      void activity.track(
        this.#deliver(messages).finally(() => {
          this.#running -= 1;
          this.pump();
        }),
      );
    }
    this.#wakeUp.at(this.#closed ? undefined : queue.nextVisibleAtMs());
  }

  close(): void {
    this.#closed = true;
    this.#wakeUp.close();
    this.#forget();
  }

  async #deliver(messages: readonly ReceivedMessage[]): Promise<void> {
    const { definition, queue, invoke } = this.#options;
    const answer = await invoke({
      caller: 'event-source',
      functionName: definition.functionName,
      type: 'RequestResponse',
      payload: JSON.stringify(sqsEvent(messages, queue.arn)),
    });
    if (answer === undefined) return;
    const failed = failedIds(answer, new Set(messages.map(({ messageId }) => messageId)));
    for (const { messageId, receiptHandle } of messages) {
      if (!failed.has(messageId)) queue.delete(receiptHandle);
    }
  }
}
