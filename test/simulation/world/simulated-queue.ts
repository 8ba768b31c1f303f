/**
 * The refresh queue as SQS delivers it: at least once, in no order, again after the visibility
 * timeout where nobody said that it was done, and three times at most.
 */
import type { RefreshQueue } from '../../../lib/refresh-queue/refresh-queue.ts';
import type { Chance } from '../engine/chance.ts';
import type { EventClock } from '../engine/event-clock.ts';
import type { Tallies } from '../watch/tallies.ts';
import { DEPLOYMENT, QUEUE } from './world-settings.ts';

export interface Message {
  readonly tokenId: string;
  receives: number;
  receivedAtMs: number;
  /** Why it was not done, receive by receive; undefined: for no reason. */
  readonly setbacks: ('death' | 'freeze' | undefined)[];
}

export interface SimulatedQueueOptions {
  readonly clock: EventClock;
  readonly chance: Chance;
  readonly tallies: Tallies;
}

export class SimulatedQueue implements RefreshQueue {
  readonly #o: SimulatedQueueOptions;
  readonly #available: Message[] = [];
  /** On their way, in flight, or waiting for their visibility timeout. */
  #elsewhere = 0;
  /** Messages are there to be received. */
  onAvailable: () => void = () => {};
  onDeadLetter: (message: Message) => void = () => {};
  /** Messages are no longer delivered twice by themselves. */
  calmFromMs = Number.POSITIVE_INFINITY;

  constructor(options: SimulatedQueueOptions) {
    this.#o = options;
  }

  backlog: RefreshQueue['backlog'] = async () => this.size;

  send: RefreshQueue['send'] = async (ids) => {
    const { chance, clock, tallies } = this.#o;
    for (const tokenId of ids) {
      tallies.messages += 1;
      this.#deliver(tokenId, chance.of(QUEUE.late) ? chance.whole(0, QUEUE.lateByMs) : 0);
      if (clock.nowMs() >= this.calmFromMs || !chance.of(QUEUE.duplicates)) continue;
      tallies.deliveredAgain += 1;
      this.#deliver(tokenId, chance.whole(0, QUEUE.duplicateWithinMs));
    }
    return { sent: ids.length };
  };

  get size(): number {
    return this.#available.length + this.#elsewhere;
  }

  get available(): number {
    return this.#available.length;
  }

  /** Some of what is there, whichever it is. */
  receive(most: number): Message[] {
    const received: Message[] = [];
    while (received.length < most) {
      const message = this.#takeAny();
      if (message === undefined) break;
      message.receives += 1;
      message.receivedAtMs = this.#o.clock.nowMs();
      received.push(message);
    }
    this.#elsewhere += received.length;
    return received;
  }

  done(_message: Message): void {
    this.#elsewhere -= 1;
  }

  /** Nobody said that it was done: it comes again when its time is over. */
  setBack(message: Message, setback: 'death' | 'freeze' | undefined): void {
    message.setbacks.push(setback);
    this.#o.clock.at(message.receivedAtMs + DEPLOYMENT.visibilityTimeoutMs, () => {
      if (message.receives >= DEPLOYMENT.maxReceiveCount) {
        this.#elsewhere -= 1;
        this.#o.tallies.deadLetters += 1;
        this.onDeadLetter(message);
      } else {
        this.#o.tallies.redelivered += 1;
        this.#arrive(message);
      }
    });
  }

  #deliver(tokenId: string, inMs: number): void {
    const message: Message = { tokenId, receives: 0, receivedAtMs: 0, setbacks: [] };
    this.#elsewhere += 1;
    this.#o.clock.at(this.#o.clock.nowMs() + inMs, () => this.#arrive(message));
  }

  #arrive(message: Message): void {
    this.#elsewhere -= 1;
    this.#available.push(message);
    this.onAvailable();
  }

  #takeAny(): Message | undefined {
    const place = this.#o.chance.whole(0, this.#available.length - 1);
    const taken = this.#available[place];
    const last = this.#available.pop();
    if (taken !== undefined && last !== undefined && taken !== last) this.#available[place] = last;
    return taken;
  }
}
