/**
 * One standard queue: which of its messages are delayed, visible or in flight, and when they come
 * back, go to the dead-letter queue, or are dropped. Knows nothing of the wire.
 *
 *   send -> delayed -> visible -- receive --> in flight -- delete --> gone
 *                         ^                       |
 *                         +--- visibility ends ---+   after maxReceiveCount: dead-letter queue
 */
import { randomUUID } from 'node:crypto';
import { failures } from './failures.ts';
import type { MessageAttributes } from './message-attributes.ts';

const DEFAULT_RETENTION_SECONDS = 4 * 24 * 60 * 60;
const PURGE_PAUSE_MS = 60_000;

export interface QueueDefinition {
  readonly name: string;
  readonly visibilityTimeoutSeconds: number;
  /** Default: four days, as SQS has it. */
  readonly retentionSeconds?: number;
  readonly redrive?: {
    /** The name of another declared queue. */
    readonly deadLetterQueue: string;
    readonly maxReceiveCount: number;
  };
}

export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly delaySeconds: number;
}

export interface ReceivedMessage {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly sentAtMs: number;
  readonly firstReceivedAtMs: number;
  readonly receiveCount: number;
  /** The queue it was in before it came to this dead-letter queue. */
  readonly sourceArn?: string;
}

interface StoredMessage extends Omit<ReceivedMessage, 'receiptHandle' | 'firstReceivedAtMs'> {
  readonly firstReceivedAtMs?: number;
  readonly visibleAtMs: number;
  /** Which receipt is the newest; 0 where this queue has not handed the message out. */
  readonly receipt: number;
}

export interface ReceiveRequest {
  readonly maxMessages: number;
  /** Default: the queue's. */
  readonly visibilityTimeoutSeconds?: number | undefined;
  /** Stops before the bodies together pass this; the first is handed out whatever its size. */
  readonly maxBytes?: number;
}

export class Queue {
  readonly definition: QueueDefinition;
  readonly arn: string;
  readonly createdAtMs: number;
  readonly #nowMs: () => number;
  /** By a number of its own: after `deliverTwice` two entries share a message id. */
  readonly #messages = new Map<number, StoredMessage>();
  readonly #listeners = new Set<() => void>();
  #deadLetterQueue: Queue | undefined;
  #entries = 0;
  #receipts = 0;
  #twice = 0;
  #purgedAtMs = Number.NEGATIVE_INFINITY;

  constructor(definition: QueueDefinition, nowMs: () => number) {
    this.definition = definition;
    this.arn = `arn:aws:sqs:us-east-1:000000000000:${definition.name}`;
    this.#nowMs = nowMs;
    this.createdAtMs = nowMs();
  }

  get retentionSeconds(): number {
    return this.definition.retentionSeconds ?? DEFAULT_RETENTION_SECONDS;
  }

  get deadLetterQueue(): Queue | undefined {
    return this.#deadLetterQueue;
  }

  redriveTo(queue: Queue): void {
    this.#deadLetterQueue = queue;
  }

  /** Called when messages have come in, or have been made visible. @returns what ends the calls */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The ids of the messages, in order. The listeners hear of all of them at once. */
  send(messages: readonly NewMessage[]): string[] {
    const nowMs = this.#nowMs();
    const ids = messages.map(({ delaySeconds, ...message }) => {
      const messageId = randomUUID();
      const visibleAtMs = nowMs + delaySeconds * 1000;
      this.#add({
        ...message,
        messageId,
        sentAtMs: nowMs,
        visibleAtMs,
        receiveCount: 0,
        receipt: 0,
      });
      return messageId;
    });
    this.#changed();
    return ids;
  }

  receive(request: ReceiveRequest): ReceivedMessage[] {
    const nowMs = this.#nowMs();
    this.#dropExpired(nowMs);
    const timeoutSeconds =
      request.visibilityTimeoutSeconds ?? this.definition.visibilityTimeoutSeconds;
    const received: ReceivedMessage[] = [];
    const twins: StoredMessage[] = [];
    let bytes = 0;
    for (const [entry, message] of this.#messages) {
      if (received.length >= request.maxMessages) break;
      if (message.visibleAtMs > nowMs || this.#movedAside(entry, message, nowMs)) continue;
      bytes += Buffer.byteLength(message.body);
      if (received.length > 0 && bytes > (request.maxBytes ?? bytes)) break;
      if (this.#twice > 0) {
        this.#twice -= 1;
        twins.push(message);
      }
      this.#receipts += 1;
      const handedOut = {
        ...message,
        receipt: this.#receipts,
        receiveCount: message.receiveCount + 1,
        firstReceivedAtMs: message.firstReceivedAtMs ?? nowMs,
        visibleAtMs: nowMs + timeoutSeconds * 1000,
      };
      this.#messages.set(entry, handedOut);
      received.push({ ...handedOut, receiptHandle: this.#handle(entry, this.#receipts) });
    }
    for (const twin of twins) this.#add(twin);
    return received;
  }

  /** A handle that is not the newest of its message deletes nothing, and is no failure (SQS API). */
  delete(receiptHandle: string): void {
    const { entry, receipt } = this.#readHandle(receiptHandle);
    if (this.#messages.get(entry)?.receipt === receipt) this.#messages.delete(entry);
  }

  changeVisibility(receiptHandle: string, timeoutSeconds: number): void {
    const nowMs = this.#nowMs();
    this.#dropExpired(nowMs);
    const { entry, receipt } = this.#readHandle(receiptHandle);
    const message = this.#messages.get(entry);
    if (message === undefined || message.receipt !== receipt) {
      throw failures.invalidValue(
        'ReceiptHandle',
        receiptHandle,
        'Message does not exist or is not available for visibility timeout change.',
      );
    }
    if (message.visibleAtMs <= nowMs) throw failures.messageNotInflight();
    this.#messages.set(entry, { ...message, visibleAtMs: nowMs + timeoutSeconds * 1000 });
    this.#changed();
  }

  counts(): { visible: number; inFlight: number; delayed: number } {
    const nowMs = this.#nowMs();
    this.#dropExpired(nowMs);
    const counts = { visible: 0, inFlight: 0, delayed: 0 };
    for (const { visibleAtMs, receipt } of this.#messages.values()) {
      if (visibleAtMs <= nowMs) counts.visible += 1;
      else if (receipt > 0) counts.inFlight += 1;
      else counts.delayed += 1;
    }
    return counts;
  }

  /** When the next message that is delayed or in flight comes (back), if there is one. */
  nextVisibleAtMs(): number | undefined {
    const nowMs = this.#nowMs();
    let next: number | undefined;
    for (const { visibleAtMs } of this.#messages.values()) {
      if (visibleAtMs > nowMs) next = Math.min(visibleAtMs, next ?? visibleAtMs);
    }
    return next;
  }

  purge(): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#purgedAtMs < PURGE_PAUSE_MS) {
      throw failures.purgeInProgress(this.definition.name);
    }
    this.#purgedAtMs = nowMs;
    this.#messages.clear();
  }

  /**
   * The next messages handed out are there a second time, under the same id and the same count: as
   * when a server that holds a copy missed the receive and the delete.
   */
  deliverTwice(messages: number): void {
    this.#twice += messages;
  }

  #add(message: StoredMessage): void {
    this.#entries += 1;
    this.#messages.set(this.#entries, message);
  }

  /** True where the message had its chances: it is in the dead-letter queue now. */
  #movedAside(entry: number, message: StoredMessage, nowMs: number): boolean {
    const { redrive } = this.definition;
    if (redrive === undefined || this.#deadLetterQueue === undefined) return false;
    if (message.receiveCount < redrive.maxReceiveCount) return false;
    this.#messages.delete(entry);
    this.#deadLetterQueue.#take({
      ...message,
      sourceArn: this.arn,
      visibleAtMs: nowMs,
      receipt: 0,
    });
    return true;
  }

  /** Its age and its count go with it: retention counts from the first send (SQS guide). */
  #take(message: StoredMessage): void {
    this.#add(message);
    this.#changed();
  }

  #dropExpired(nowMs: number): void {
    const oldestMs = nowMs - this.retentionSeconds * 1000;
    for (const [entry, { sentAtMs }] of this.#messages) {
      if (sentAtMs <= oldestMs) this.#messages.delete(entry);
    }
  }

  #handle(entry: number, receipt: number): string {
    return Buffer.from(`${this.arn} ${entry} ${receipt}`).toString('base64');
  }

  #readHandle(receiptHandle: string): { entry: number; receipt: number } {
    const [arn, entry, receipt] = Buffer.from(receiptHandle, 'base64').toString('utf8').split(' ');
    if (arn !== this.arn || !/^\d+$/.test(entry ?? '') || !/^\d+$/.test(receipt ?? '')) {
      throw failures.invalidReceiptHandle(receiptHandle);
    }
    return { entry: Number(entry), receipt: Number(receipt) };
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}
