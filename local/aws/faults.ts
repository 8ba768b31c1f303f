/**
 * Which calls go wrong, and how. Rules are kept in the order they were added; each counts the calls
 * that it matches. Of the kinds that decide a call's outcome only the first rule that is due
 * strikes, the later ones wait for the next call; `slow`, `pause`, `hook` and `staleRead` come on
 * top of it.
 */
import { failsByEntry } from './entry-failures.ts';
import { SECRET_READS } from './secrets-manager/secrets-manager-service.ts';
import type { ServiceCall, ServiceName } from './service.ts';

/** The kinds that are plain JSON, and so can be asked for over HTTP too. */
export type PlainFaultKind =
  /** The service's own throttling exception. */
  | { readonly type: 'throttle' }
  /** 500 with the service's own name for it. Nothing is executed. */
  | { readonly type: 'serverError' }
  /** The connection breaks before the request is executed. */
  | { readonly type: 'lostRequest' }
  /** The request is executed, then the connection breaks. */
  | { readonly type: 'lostResponse' }
  /** The request is executed after a wait. */
  | { readonly type: 'slow'; readonly delayMs: number }
  /**
   * A Secrets Manager read answers as before the newest write to the secret. Not with an upstream.
   */
  | { readonly type: 'staleRead' }
  /**
   * Of a batch (SendMessageBatch, DeleteMessageBatch, ChangeMessageVisibilityBatch, PutEvents) the
   * entries at these positions, from 0, fail by the service's fault; the others are executed.
   */
  | { readonly type: 'entryFailure'; readonly entries: readonly number[] }
  /**
   * A transaction is at the item: TransactWriteItems is cancelled for its first action, a write of
   * one item is refused. A cancelled one may give another reason.
   */
  | { readonly type: 'transactionConflict'; readonly reason?: CancellationReason };

/** Why a transaction can be cancelled that may succeed when it is repeated (DynamoDB API). */
export type CancellationReason =
  | 'TransactionConflict'
  | 'ConditionalCheckFailed'
  | 'ProvisionedThroughputExceeded'
  | 'ThrottlingError';

export type FaultKind =
  | PlainFaultKind
  /** The request is held until the promise settles, then executed: for building races. */
  | { readonly type: 'pause'; readonly until: Promise<void> }
  /** Runs code before the request is executed, and after it, before it is answered. */
  | {
      readonly type: 'hook';
      readonly before?: () => Promise<void>;
      readonly after?: () => Promise<void>;
    };

export interface CallMatch {
  readonly service?: ServiceName;
  readonly action?: string;
  /** The access key id; of a Lambda function in the embedded AWS: its name. */
  readonly caller?: string;
}

export interface Fault extends CallMatch {
  readonly kind: FaultKind;
  /** Matching calls to let pass first. Default 0. */
  readonly skip?: number;
  /** Matching calls to strike. Default 1, or no limit where a probability is given. */
  readonly times?: number;
  /** Chance, 0 to 1, that a call which is due is struck. Default 1. */
  readonly probability?: number;
}

/** What one call has to suffer. */
export interface Strike {
  readonly kinds: readonly FaultKind[];
}

const ITEM_WRITES = new Set(['TransactWriteItems', 'PutItem', 'UpdateItem', 'DeleteItem']);

const DECIDING: ReadonlySet<FaultKind['type']> = new Set([
  'throttle',
  'serverError',
  'lostRequest',
  'lostResponse',
  'entryFailure',
  'transactionConflict',
]);

interface Rule {
  readonly fault: Fault;
  toSkip: number;
  left: number;
}

export class FaultPlan {
  #rules: Rule[] = [];
  readonly #random: () => number;
  readonly #refused: ReadonlySet<FaultKind['type']>;

  /**
   * @param random source for probabilities, from 0 up to 1. Default Math.random
   * @param refused kinds that this endpoint cannot do; adding one throws
   */
  constructor(
    random: () => number = Math.random,
    refused: ReadonlySet<FaultKind['type']> = new Set(),
  ) {
    this.#random = random;
    this.#refused = refused;
  }

  add(fault: Fault): void {
    if (this.#refused.has(fault.kind.type)) {
      throw new Error(`The fault ${fault.kind.type} needs the embedded service, not an upstream.`);
    }
    const left = fault.times ?? (fault.probability === undefined ? 1 : Number.POSITIVE_INFINITY);
    this.#rules.push({ fault, toSkip: fault.skip ?? 0, left });
  }

  clear(): void {
    this.#rules = [];
  }

  /** How many more calls the rules would strike: 0 when a test has used up what it planned. */
  get pending(): number {
    return this.#rules.reduce((sum, rule) => sum + rule.left, 0);
  }

  /** The faults of this call; counts it. */
  strike(call: ServiceCall): Strike {
    const kinds: FaultKind[] = [];
    let decided = false;
    for (const rule of this.#rules) {
      const { fault } = rule;
      if (rule.left <= 0 || !matches(fault, call)) continue;
      if (rule.toSkip > 0) {
        rule.toSkip -= 1;
        continue;
      }
      const deciding = DECIDING.has(fault.kind.type);
      if (deciding && decided) continue;
      if (fault.probability !== undefined && this.#random() >= fault.probability) continue;
      rule.left -= 1;
      decided ||= deciding;
      kinds.push(fault.kind);
    }
    this.#rules = this.#rules.filter((rule) => rule.left > 0);
    return { kinds };
  }
}

function matches(fault: Fault, call: Pick<ServiceCall, 'service' | 'action' | 'caller'>): boolean {
  if (fault.service !== undefined && fault.service !== call.service) return false;
  if (fault.action !== undefined && fault.action !== call.action) return false;
  if (fault.caller !== undefined && fault.caller !== call.caller) return false;
  switch (fault.kind.type) {
    case 'staleRead':
      return call.service === 'secretsmanager' && SECRET_READS.has(call.action);
    case 'entryFailure':
      return failsByEntry(call);
    case 'transactionConflict':
      return call.service === 'dynamodb' && ITEM_WRITES.has(call.action);
    default:
      return true;
  }
}
