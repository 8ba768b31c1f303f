/**
 * The Invoke API: which function is meant, the invocation types, the size caps, and how outcomes
 * look on the wire. What a reserved concurrency comes to is in `function-concurrency.ts`.
 */
import type { Activity } from '../activity.ts';
import type { WorldClock } from '../clock.ts';
import type { Answer, Service, ServiceCall } from '../service.ts';
import type { Outcome } from './container.ts';
import { ContainerPool } from './container-pool.ts';
import { FunctionConcurrency } from './function-concurrency.ts';
import { restErrorAnswer } from './rest-error-answer.ts';

/**
 * AWS takes 6 MiB, and 1 MiB of an asynchronous event; it gives back 100 bytes more (Lambda
 * quotas).
 */
const MAX_REQUEST_BYTES = 6_291_456;
const MAX_EVENT_BYTES = 1_048_576;
const MAX_RESPONSE_BYTES = 6_291_556;

export interface FunctionDefinition {
  /** Invoke takes the name or the ARN. */
  readonly name: string;
  /** Path of an ES module that exports `handler(event, context)`. */
  readonly bundle: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** Default 128. */
  readonly memoryMegabytes?: number;
}

export interface LogLine {
  readonly functionName: string;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

export interface LambdaOptions {
  readonly clock: WorldClock;
  /** Counts every invocation, asynchronous ones until they end. */
  readonly activity: Activity;
  readonly onLog?: ((line: LogLine) => void) | undefined;
}

export class LambdaService implements Service {
  /** Where functions find the other services; known once the server listens. */
  endpoint = '';
  readonly #options: LambdaOptions;
  readonly #pools = new Map<string, ContainerPool>();
  readonly #replaced: ContainerPool[] = [];
  readonly #concurrency = new FunctionConcurrency();

  constructor(options: LambdaOptions) {
    this.#options = options;
  }

  addFunctions(functions: readonly FunctionDefinition[]): void {
    for (const definition of functions) {
      const had = this.#pools.get(definition.name);
      if (had !== undefined) this.#replaced.push(had);
      this.#pools.set(definition.name, this.#poolOf(definition));
    }
  }

  async execute(call: ServiceCall): Promise<Answer> {
    const name = functionName(String(call.request['FunctionName']));
    const pool = this.#pools.get(name);
    if (pool === undefined) {
      return restErrorAnswer(
        404,
        'ResourceNotFoundException',
        `Function not found: ${functionArn(name)}`,
      );
    }
    if (call.action !== 'Invoke') return this.#concurrency.execute(name, call);
    const type = String(call.request['InvocationType']);
    const maxBytes = type === 'Event' ? MAX_EVENT_BYTES : MAX_REQUEST_BYTES;
    if (call.body.length > maxBytes) {
      return restErrorAnswer(
        413,
        'RequestEntityTooLargeException',
        `${call.body.length} byte payload is too large for the ${type} invocation type (limit ${maxBytes} bytes)`,
      );
    }
    const payload = call.body.toString('utf8') || '{}';
    if (!isJson(payload)) {
      return restErrorAnswer(
        400,
        'InvalidRequestContentException',
        'Could not parse request body into json.',
      );
    }
    const throttled = this.#concurrency.refusal(name, type);
    if (throttled !== undefined) return throttled;
    switch (type) {
      case 'DryRun':
        return { statusCode: 204, headers: {}, body: '' };
      case 'Event':
        void this.#options.activity.track(pool.invoke(payload));
        return { statusCode: 202, headers: {}, body: '' };
      case 'RequestResponse':
        return outcomeAnswer(await this.#options.activity.track(pool.invoke(payload)));
      default:
        return restErrorAnswer(400, 'InvalidParameterValueException', `InvocationType: ${type}`);
    }
  }

  async coldStart(name?: string): Promise<void> {
    const pools = [...this.#pools].filter(([each]) => name === undefined || each === name);
    await Promise.all(pools.map(([, pool]) => pool.coldStart()));
  }

  async crash(name: string): Promise<void> {
    await this.#pools.get(name)?.crash();
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values(), ...this.#replaced];
    await Promise.all(pools.map((pool) => pool.close()));
  }

  #poolOf(definition: FunctionDefinition): ContainerPool {
    const { name, bundle, timeoutSeconds, memoryMegabytes = 128 } = definition;
    return new ContainerPool({
      functionArn: functionArn(name),
      bundle,
      timeoutSeconds,
      memoryMegabytes,
      clock: this.#options.clock,
      environment: {
        ...definition.environment,
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: this.endpoint,
        AWS_ACCESS_KEY_ID: name,
        AWS_SECRET_ACCESS_KEY: 'local',
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMegabytes),
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: 'local',
        // What the developer has configured for himself is nothing to a function.
        AWS_CONFIG_FILE: '/dev/null',
        AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      },
      onLine: (stream, text) => this.#options.onLog?.({ functionName: name, stream, text }),
    });
  }
}

function outcomeAnswer(outcome: Outcome): Answer {
  if (!outcome.ok) return failureAnswer(outcome.failure);
  const bytes = Buffer.byteLength(outcome.body);
  if (bytes > MAX_RESPONSE_BYTES) {
    return failureAnswer({
      errorType: 'Function.ResponseSizeTooLarge',
      errorMessage: `Response payload size (${bytes} bytes) exceeded maximum allowed payload size (${MAX_RESPONSE_BYTES} bytes).`,
    });
  }
  return {
    statusCode: 200,
    headers: { 'content-type': 'application/json', 'x-amz-executed-version': '$LATEST' },
    body: outcome.body,
  };
}

/** A function that fails is a successful invocation: 200, and a header that says so. */
function failureAnswer(failure: {
  readonly errorType: string;
  readonly errorMessage: string;
}): Answer {
  return {
    statusCode: 200,
    headers: {
      'content-type': 'application/json',
      'x-amz-executed-version': '$LATEST',
      'x-amz-function-error': 'Unhandled',
    },
    body: JSON.stringify(failure),
    errorName: failure.errorType,
  };
}

/** From a name, a partial ARN (`account:function:name`) or an ARN, with or without a qualifier. */
function functionName(nameOrArn: string): string {
  const after = /(?:^|:)function:([^:]+)/.exec(nameOrArn);
  return after?.[1] ?? nameOrArn.replace(/:.*$/, '');
}

function functionArn(name: string): string {
  return `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
