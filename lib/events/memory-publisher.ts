/** Events kept in memory, for tests and simulations. */
import type { EventPublisher } from './event-publisher.ts';
import type { TokenEvent } from './token-event.ts';

export class MemoryPublisher implements EventPublisher {
  readonly published: TokenEvent[] = [];

  publish: EventPublisher['publish'] = async (events) => {
    this.published.push(...events);
    return [];
  };
}
