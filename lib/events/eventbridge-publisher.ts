/** Events to an EventBridge bus of the store's own. Owns the calls and their batches. */
import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { callAws } from '../aws-failure.ts';
import type { Deadline } from '../deadline.ts';
import type { EventPublisher } from './event-publisher.ts';
import { DETAIL_TYPES, type TokenEvent } from './token-event.ts';

/** What rules match on, besides the detail-type. */
export const EVENT_SOURCE = 'latchkey';
/** PutEvents takes 10 entries at most. */
const BATCH_SIZE = 10;

export interface EventBridgePublisherOptions {
  readonly client: EventBridgeClient;
  readonly eventBusName: string;
}

export class EventBridgePublisher implements EventPublisher {
  readonly #client: EventBridgeClient;
  readonly #eventBusName: string;

  constructor({ client, eventBusName }: EventBridgePublisherOptions) {
    this.#client = client;
    this.#eventBusName = eventBusName;
  }

  publish: EventPublisher['publish'] = async (events, deadline) => {
    const refused: TokenEvent[] = [];
    for (let start = 0; start < events.length; start += BATCH_SIZE) {
      refused.push(...(await this.#put(events.slice(start, start + BATCH_SIZE), deadline)));
    }
    return refused;
  };

  async #put(batch: readonly TokenEvent[], deadline: Deadline): Promise<TokenEvent[]> {
    const command = new PutEventsCommand({
      Entries: batch.map(({ type, detail }) => ({
        EventBusName: this.#eventBusName,
        Source: EVENT_SOURCE,
        DetailType: DETAIL_TYPES[type],
        Detail: JSON.stringify(detail),
        Time: new Date(detail.at),
      })),
    });
    const { Entries = [] } = await callAws(
      (options) => this.#client.send(command, options),
      deadline,
    );
    return batch.filter((_, index) => Entries[index]?.ErrorCode !== undefined);
  }
}
