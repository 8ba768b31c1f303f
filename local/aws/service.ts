/**
 * What the front door and the services say to each other: a parsed call in, an answer out.
 * Knows nothing of sockets, faults or recording.
 */

export type ServiceName = 'dynamodb' | 'secretsmanager' | 'lambda' | 'sqs' | 'events';

export interface ServiceCall {
  readonly service: ServiceName;
  readonly action: string;
  /**
   * The access key id of the SigV4 credential: how one function's calls are told from another's.
   */
  readonly caller: string;
  /** The JSON members of the request. For Lambda: the path and header parts, never the payload. */
  readonly request: Record<string, unknown>;
  readonly body: Buffer;
  /** The headers that another endpoint needs in order to answer the same request. */
  readonly forwardHeaders: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
  /** The exception's short name; absent on success. */
  readonly errorName?: string;
}

export interface Service {
  /** @param stale answer a read as it would have been before the newest write */
  execute(call: ServiceCall, stale: boolean): Promise<Answer>;
}

/** An exception of the service, as its clients see it. */
export class ServiceError extends Error {
  /** The wire's `__type`: a short name, or a namespace, `#` and the short name. */
  readonly type: string;
  readonly statusCode: number;
  /** Further members of the error's JSON, such as `CancellationReasons`. */
  readonly members: Record<string, unknown>;

  constructor(
    type: string,
    message: string,
    more: { statusCode?: number; members?: Record<string, unknown> } = {},
  ) {
    super(message);
    this.type = type;
    this.name = type.slice(type.indexOf('#') + 1);
    this.statusCode = more.statusCode ?? 400;
    this.members = more.members ?? {};
  }
}

/** The answer of the JSON protocols (DynamoDB and SQS speak 1.0, Secrets Manager and EventBridge 1.1). */
export function jsonAnswer(version: '1.0' | '1.1', members: unknown): Answer {
  return {
    statusCode: 200,
    headers: { 'content-type': `application/x-amz-json-${version}` },
    body: JSON.stringify(members),
  };
}

export function jsonErrorAnswer(version: '1.0' | '1.1', error: ServiceError): Answer {
  const text = version === '1.0' ? { message: error.message } : { Message: error.message };
  return {
    statusCode: error.statusCode,
    headers: { 'content-type': `application/x-amz-json-${version}` },
    body: JSON.stringify({ __type: error.type, ...text, ...error.members }),
    errorName: error.name,
  };
}

/**
 * Runs a JSON operation and turns a ServiceError into its answer; anything else is a bug and rises.
 */
export async function answerJson(
  version: '1.0' | '1.1',
  operation: () => Promise<unknown> | unknown,
): Promise<Answer> {
  try {
    return jsonAnswer(version, await operation());
  } catch (error) {
    if (error instanceof ServiceError) return jsonErrorAnswer(version, error);
    throw error;
  }
}
