/**
 * The embedded AWS: one loopback endpoint that speaks the DynamoDB, Secrets Manager and Lambda
 * Invoke protocols, for development and tests. It verifies no signature and enforces no permission:
 * never expose it.
 */
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AwsCall } from './call-log.ts';
import { CONTROL_PATH, serveControl } from './control-surface.ts';
import { DynamoDbService } from './dynamodb/dynamodb-service.ts';
import { FaultPlan } from './faults.ts';
import { send, serveCall } from './front-door.ts';
import { type FunctionDefinition, LambdaService, type LogLine } from './lambda/lambda-service.ts';
import { restErrorAnswer } from './lambda/rest-error-answer.ts';
import { SecretsManagerService } from './secrets-manager/secrets-manager-service.ts';
import { Upstream } from './upstream.ts';

export type { AwsCall, FunctionDefinition, LogLine };

export interface EmbeddedAwsOptions {
  /** Default 0: any free port. Always on 127.0.0.1. */
  readonly port?: number;
  /** Where tables and secrets are kept over a restart. Absent: in memory. */
  readonly dataDirectory?: string;
  readonly functions?: readonly FunctionDefinition[];
  /**
   * Endpoints that answer for a service instead, after faults and recording: moto, DynamoDB Local.
   */
  readonly upstream?: { readonly dynamodb?: string; readonly secretsManager?: string };
  /** Receives what functions print, line by line, before their invocation is answered. */
  readonly onLog?: (line: LogLine) => void;
  /** How many of the newest calls are kept in the record. Default: all. */
  readonly rememberedCalls?: number;
  /** The clock of recovery windows, version ages and request tokens. Default: Date.now. */
  readonly nowMs?: () => number;
  /** The source for the probabilities of faults. Default: Math.random. */
  readonly random?: () => number;
}

export interface EmbeddedAws {
  readonly url: string;
  /** In the order of their completion; `calls.length = 0` forgets them. */
  readonly calls: AwsCall[];
  readonly faults: FaultPlan;
  /** Environment variables that point an AWS SDK here. */
  environment(): Record<string, string>;
  /** Adds functions, or replaces those of the same name. */
  addFunctions(functions: readonly FunctionDefinition[]): void;
  /** Throws away warm containers, of one function or all: the next invocation is cold. */
  coldStart(functionName?: string): Promise<void>;
  /** Ends every container and connection; nothing stays open. */
  close(): Promise<void>;
}

export async function startEmbeddedAws(options: EmbeddedAwsOptions = {}): Promise<EmbeddedAws> {
  const { dataDirectory, upstream = {}, nowMs = Date.now } = options;
  if (dataDirectory !== undefined) mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const dynamodb =
    upstream.dynamodb === undefined ? new DynamoDbService({ dataDirectory, nowMs }) : undefined;
  await dynamodb?.open();
  const lambda = new LambdaService(options.onLog);
  const door = {
    services: {
      dynamodb: dynamodb ?? new Upstream(upstream.dynamodb ?? ''),
      secretsmanager:
        upstream.secretsManager === undefined
          ? new SecretsManagerService({ dataDirectory, nowMs })
          : new Upstream(upstream.secretsManager),
      lambda,
    },
    faults: new FaultPlan(
      options.random,
      new Set(upstream.secretsManager === undefined ? [] : (['staleRead'] as const)),
    ),
    calls: [] as AwsCall[],
    rememberedCalls: options.rememberedCalls ?? Number.POSITIVE_INFINITY,
  };
  const controlled = { ...door, coldStart: (name?: string) => lambda.coldStart(name) };

  const server = createServer((request, response) => {
    const served = request.url?.startsWith(CONTROL_PATH)
      ? serveControl(controlled, request, response)
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
    await dynamodb?.close();
    throw error;
  }
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  lambda.endpoint = url;
  lambda.addFunctions(options.functions ?? []);

  return {
    url,
    calls: door.calls,
    faults: door.faults,
    environment: () => ({
      AWS_ENDPOINT_URL: url,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
    }),
    addFunctions: (functions) => lambda.addFunctions(functions),
    coldStart: (name) => lambda.coldStart(name),
    close: async () => {
      await lambda.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      await dynamodb?.close();
    },
  };
}
