/**
 * The embedded AWS: one loopback endpoint that speaks the protocols of DynamoDB, Secrets Manager,
 * Lambda Invoke, SQS and EventBridge, for development and tests. It verifies no signature and
 * enforces no permission: never expose it.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Activity } from './activity.ts';
import { Background } from './background.ts';
import type { AwsCall } from './call-log.ts';
import { type Clock, WorldClock } from './clock.ts';
import { CONTROL_PATH, serveControl } from './control-surface.ts';
import { makeDataDirectory } from './data-directory.ts';
import { DynamoDbService } from './dynamodb/dynamodb-service.ts';
import { EventBridgeService } from './events/event-bridge-service.ts';
import type { PutEvent } from './events/put-events.ts';
import { FaultPlan } from './faults.ts';
import { send, serveCall } from './front-door.ts';
import type { EventSourceDefinition } from './lambda/event-source.ts';
import { invokerOf } from './lambda/invoker.ts';
import { type FunctionDefinition, LambdaService, type LogLine } from './lambda/lambda-service.ts';
import { restErrorAnswer } from './lambda/rest-error-answer.ts';
import type { ScheduleDefinition } from './lambda/schedule.ts';
import { SecretsManagerService } from './secrets-manager/secrets-manager-service.ts';
import type { QueueDefinition } from './sqs/queue.ts';
import { QueueRegistry } from './sqs/queue-registry.ts';
import { SqsService } from './sqs/sqs-service.ts';
import { Upstream } from './upstream.ts';

export type {
  AwsCall,
  Clock,
  EventSourceDefinition,
  FunctionDefinition,
  LogLine,
  PutEvent,
  QueueDefinition,
  ScheduleDefinition,
};

export interface EmbeddedAwsOptions {
  /** Default 0: any free port. Always on 127.0.0.1. */
  readonly port?: number;
  /** Where tables and secrets are kept over a restart; queues never are. Absent: in memory. */
  readonly dataDirectory?: string;
  readonly functions?: readonly FunctionDefinition[];
  /** Standard queues. There is no CreateQueue. */
  readonly queues?: readonly QueueDefinition[];
  /** Queues whose messages functions are invoked with. ReportBatchItemFailures is always on. */
  readonly eventSources?: readonly EventSourceDefinition[];
  readonly schedules?: readonly ScheduleDefinition[];
  /**
   * Schedules fire as real time passes too. Default false: only when the clock is advanced, so that
   * a slow test sees no more of them than a quick one.
   */
  readonly scheduleInRealTime?: boolean;
  /** Event buses beside the default one. */
  readonly eventBuses?: readonly string[];
  /**
   * Endpoints that answer for a service instead, after faults and recording: moto, DynamoDB Local.
   */
  readonly upstream?: { readonly dynamodb?: string; readonly secretsManager?: string };
  /** Receives what functions print, line by line, before their invocation is answered. */
  readonly onLog?: (line: LogLine) => void;
  /** How many of the newest calls are kept in the record. Default: all. */
  readonly rememberedCalls?: number;
  /**
   * What the clock shows before it is advanced. Default: Date.now. Containers do not see this one,
   * only what the clock was advanced by.
   */
  readonly nowMs?: () => number;
  /** The source for the probabilities of faults. Default: Math.random. */
  readonly random?: () => number;
}

export interface EmbeddedAws {
  readonly url: string;
  /** In the order of their completion; `calls.length = 0` forgets them. */
  readonly calls: AwsCall[];
  readonly faults: FaultPlan;
  /** The time of all services and containers. */
  readonly clock: Clock;
  /** What was put on the buses that exist, in order. */
  events(): readonly PutEvent[];
  forgetEvents(): void;
  /** `<url>/000000000000/<name>`. Throws where no such queue is declared. */
  queueUrl(name: string): string;
  /** The next so many messages that the queue hands out are delivered a second time. */
  deliverTwice(queue: string, messages: number): void;
  /**
   * Resolves when no invocation is under way, asynchronous ones included, and no event source has
   * anything visible to deliver.
   */
  settled(): Promise<void>;
  /**
   * So many times: waits until settled, advances the clock by a minute, waits until settled, then
   * calls back with the number of the minute, from 1. Settled when it resolves.
   */
  advanceMinutes(
    minutes: number,
    eachMinute?: (minute: number) => Promise<void> | void,
  ): Promise<void>;
  /** Environment variables that point an AWS SDK here. */
  environment(): Record<string, string>;
  /** Adds functions, or replaces those of the same name. */
  addFunctions(functions: readonly FunctionDefinition[]): void;
  /** Throws away warm containers, of one function or all: the next invocation is cold. */
  coldStart(functionName?: string): Promise<void>;
  /** Ends a function's containers at once, wherever they are: invocations under way fail. */
  crash(functionName: string): Promise<void>;
  /** Ends every container and connection; nothing stays open. */
  close(): Promise<void>;
}

export async function startEmbeddedAws(options: EmbeddedAwsOptions = {}): Promise<EmbeddedAws> {
  const { dataDirectory, upstream = {} } = options;
  const clock = new WorldClock(options.nowMs);
  const nowMs = () => clock.nowMs();
  const queues = new QueueRegistry(options.queues ?? [], nowMs);
  if (dataDirectory !== undefined) makeDataDirectory(dataDirectory);
  const dynamodb =
    upstream.dynamodb === undefined ? new DynamoDbService({ dataDirectory, nowMs }) : undefined;
  const activity = new Activity();
  const lambda = new LambdaService({ clock, activity, onLog: options.onLog });
  const eventBridge = new EventBridgeService(options.eventBuses ?? [], nowMs);
  const door = {
    services: {
      dynamodb: dynamodb ?? new Upstream(upstream.dynamodb ?? ''),
      secretsmanager:
        upstream.secretsManager === undefined
          ? new SecretsManagerService({ dataDirectory, nowMs })
          : new Upstream(upstream.secretsManager),
      lambda,
      sqs: new SqsService(queues, clock),
      events: eventBridge,
    },
    faults: new FaultPlan(
      options.random,
      new Set(upstream.secretsManager === undefined ? [] : (['staleRead'] as const)),
    ),
    calls: [] as AwsCall[],
    rememberedCalls: options.rememberedCalls ?? Number.POSITIVE_INFINITY,
  };
  const background = new Background({
    eventSources: options.eventSources ?? [],
    schedules: options.schedules ?? [],
    scheduleInRealTime: options.scheduleInRealTime ?? false,
    queues,
    clock,
    activity,
    invoke: invokerOf(door),
  });
  try {
    await dynamodb?.open();
  } catch (error) {
    background.close();
    throw error;
  }
  const server = createServer((request, response) => {
    // Or the SDK in a container would take its clock for skewed.
    response.setHeader('date', new Date(clock.nowMs()).toUTCString());
    const served = request.url?.startsWith(CONTROL_PATH)
      ? serveControl(aws, request, response)
      : serveCall(door, request, response);
    served.catch((error: unknown) => {
      if (response.destroyed || response.headersSent) return;
      // A bug of ours, or an upstream that is down. The message may quote a request, so it stays
      // out.
      const { name } = error as Error;
      send(response, restErrorAnswer(500, 'InternalFailure', `embedded AWS: ${name}`));
    });
  });
  server.keepAliveTimeout = 0;
  try {
    server.listen(options.port ?? 0, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    background.close();
    await dynamodb?.close();
    throw error;
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  lambda.endpoint = url;
  queues.endpoint = url;
  lambda.addFunctions(options.functions ?? []);

  const aws: EmbeddedAws = {
    url,
    calls: door.calls,
    faults: door.faults,
    clock,
    events: () => [...eventBridge.events],
    forgetEvents: () => {
      eventBridge.events.length = 0;
    },
    queueUrl: (name) => queues.urlOf(queues.declared(name).definition.name),
    deliverTwice: (queue, messages) => queues.declared(queue).deliverTwice(messages),
    settled: () => background.settled(),
    advanceMinutes: (minutes, eachMinute) => background.advanceMinutes(minutes, eachMinute),
    environment: () => ({
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      // The name that boto3 knows it by.
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    }),
    addFunctions: (functions) => lambda.addFunctions(functions),
    coldStart: (name) => lambda.coldStart(name),
    crash: (name) => lambda.crash(name),
    close: async () => {
      background.close();
      await lambda.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await dynamodb?.close();
    },
  };
  return aws;
}
