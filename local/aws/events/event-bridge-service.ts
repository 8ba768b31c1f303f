/**
 * The EventBridge protocol, as far as putting events goes: they are kept for whoever looks. There
 * are no rules and no targets.
 */
import { randomUUID } from 'node:crypto';
import {
  type Answer,
  answerJson,
  type Service,
  type ServiceCall,
  ServiceError,
} from '../service.ts';
import { DEFAULT_BUS, type PutEvent, putEventsEntries, readEntry } from './put-events.ts';

export class EventBridgeService implements Service {
  /** In the order in which they were put. */
  readonly events: PutEvent[] = [];
  readonly #buses: ReadonlySet<string>;
  readonly #nowMs: () => number;

  /** @param buses that exist beside the default one */
  constructor(buses: readonly string[], nowMs: () => number) {
    this.#buses = new Set([DEFAULT_BUS, ...buses]);
    this.#nowMs = nowMs;
  }

  execute(call: ServiceCall): Promise<Answer> {
    return answerJson('1.1', () => {
      if (call.action !== 'PutEvents') throw new ServiceError('UnknownOperationException', '');
      return this.#put(call.request);
    });
  }

  #put(request: Record<string, unknown>): Record<string, unknown> {
    const entries = putEventsEntries(request).map((entry) => {
      const result = readEntry(entry, this.#nowMs());
      if (!result.ok) {
        const { ok: _ok, ...failure } = result;
        return failure;
      }
      // AWS answers the same to an event for a bus that does not exist, and drops it.
      if (this.#buses.has(result.event.bus)) this.events.push(result.event);
      return { EventId: randomUUID() };
    });
    const failed = entries.filter((entry) => 'ErrorCode' in entry);
    return { FailedEntryCount: failed.length, Entries: entries };
  }
}
