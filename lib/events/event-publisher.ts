/**
 * The port to where events go. Adapters: `eventbridge-publisher.ts`, `memory-publisher.ts`.
 */
import type { Deadline } from '../deadline.ts';
import type { TokenEvent } from './token-event.ts';

export interface EventPublisher {
  /**
   * Publishes them all, or says which were not taken: those may be published again.
   * @returns the events that were not published
   */
  publish(events: readonly TokenEvent[], deadline: Deadline): Promise<readonly TokenEvent[]>;
}
