/**
 * The services of the embedded AWS without its socket: the SDK's own requests go in, its own answers
 * come out, thousands of times a second.
 */
import { WorldClock } from '../../../local/aws/clock.ts';
import { DynamoDbService } from '../../../local/aws/dynamodb/dynamodb-service.ts';
import { EventBridgeService } from '../../../local/aws/events/event-bridge-service.ts';
import type { PutEvent } from '../../../local/aws/events/put-events.ts';
import { FaultPlan } from '../../../local/aws/faults.ts';
import { type FrontDoor, perform } from '../../../local/aws/front-door.ts';
import { SecretsManagerService } from '../../../local/aws/secrets-manager/secrets-manager-service.ts';
import type { Answer, Service, ServiceCall, ServiceName } from '../../../local/aws/service.ts';
import type { Queue, QueueDefinition } from '../../../local/aws/sqs/queue.ts';
import { QueueRegistry } from '../../../local/aws/sqs/queue-registry.ts';
import { SqsService } from '../../../local/aws/sqs/sqs-service.ts';

const NOBODY: Service = {
  execute: async ({ service }) => {
    throw new Error(`Nobody calls ${service} here.`);
  },
};

/** What comes before the operation's name in `X-Amz-Target`. */
const SERVICE_OF_TARGET: Readonly<Record<string, ServiceName>> = {
  DynamoDB_20120810: 'dynamodb',
  secretsmanager: 'secretsmanager',
  AmazonSQS: 'sqs',
  AWSEvents: 'events',
};

/** A request as an SDK client hands it to its request handler. */
export interface WireRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export interface InProcessAwsOptions {
  readonly nowMs: () => number;
  readonly queues: readonly QueueDefinition[];
  readonly eventBuses: readonly string[];
  readonly faults?: FaultPlan;
}

export class InProcessAws {
  /** Containers' SDK clients take it for their endpoint; nothing listens there. */
  static readonly url = 'http://embedded.invalid';
  readonly #door: FrontDoor;
  readonly #queues: QueueRegistry;
  readonly #events: EventBridgeService;
  readonly #dynamoDb: DynamoDbService;

  constructor({ nowMs, queues, eventBuses, faults = new FaultPlan() }: InProcessAwsOptions) {
    this.#queues = new QueueRegistry(queues, nowMs);
    this.#queues.endpoint = InProcessAws.url;
    this.#events = new EventBridgeService(eventBuses, nowMs);
    this.#dynamoDb = new DynamoDbService({ nowMs });
    const services = {
      dynamodb: this.#dynamoDb,
      secretsmanager: new SecretsManagerService({ nowMs }),
      sqs: new SqsService(this.#queues, new WorldClock(nowMs)),
      events: this.#events,
      lambda: NOBODY,
    };
    this.#door = { services, faults, calls: [], rememberedCalls: 0 };
  }

  async open(): Promise<void> {
    await this.#dynamoDb.open();
  }

  close(): Promise<void> {
    return this.#dynamoDb.close();
  }

  get faults(): FaultPlan {
    return this.#door.faults;
  }

  /** What a call comes to, whatever faults there are for others. */
  execute(call: ServiceCall): Promise<Answer> {
    return this.#door.services[call.service].execute(call, false);
  }

  /** A call that the faults may strike; undefined where one broke the connection. */
  perform(call: ServiceCall): Promise<Answer | undefined> {
    return perform(this.#door, call);
  }

  queue(name: string): Queue {
    return this.#queues.declared(name);
  }

  queueUrl(name: string): string {
    return this.#queues.urlOf(name);
  }

  /** Every event that was put, in order. */
  get events(): readonly PutEvent[] {
    return this.#events.events;
  }
}

export function callOf({ headers, body }: WireRequest, caller: string): ServiceCall {
  const [target = '', action = ''] = (headers['x-amz-target'] ?? '').split('.');
  const service = SERVICE_OF_TARGET[target];
  if (service === undefined) throw new Error(`A request for ${target}, which is not there.`);
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);
  const request = JSON.parse(text) as Record<string, unknown>;
  return { service, action, caller, request, body: Buffer.alloc(0), forwardHeaders: {} };
}

/** What a client hears of a connection that broke before the answer came. */
export function connectionReset(): Error {
  return Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
}
