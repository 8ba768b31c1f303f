/**
 * A function of the store that could not be asked or did not answer as agreed: a bug or a wrong
 * deployment, not one of the failures of the contract. Its text never comes from a payload.
 */
export class InvocationError extends Error {
  override readonly name = 'InvocationError';
  /** The name or ARN that was invoked; undefined where none is configured. */
  readonly functionName: string | undefined;
  /** Finds the invocation in the function's log group. */
  readonly requestId: string | undefined;
  /** The AWS SDK's name for it, such as AccessDeniedException, where Lambda was not got through to. */
  readonly awsError: string | undefined;

  constructor(message: string, functionName?: string, requestId?: string, awsError?: string) {
    super(message);
    this.functionName = functionName;
    this.requestId = requestId;
    this.awsError = awsError;
  }
}

/** Their texts name who may do what to which function, never values: whoever deploys has to read them. */
const TELLING = new Set(['AccessDeniedException', 'ResourceNotFoundException']);

/** What is left of an SDK error: its text, and the response that it hides, may repeat the request. */
export function notInvoked(functionName: string, error: unknown): InvocationError {
  const awsError = classOf(error);
  const { message, $metadata } = error as Partial<Error> & { $metadata?: { requestId?: string } };
  const text = TELLING.has(awsError) ? `${awsError}: ${message}` : awsError;
  const requestId = $metadata?.requestId;
  const where = requestId === undefined ? '' : ` (request id ${requestId})`;
  const said = `${functionName} could not be invoked: ${text}${where}`;
  return new InvocationError(said, functionName, requestId, awsError);
}

/** The name of an error's class, which any error can be asked for without showing more of it. */
export function classOf(error: unknown): string {
  const name = (error as { name?: unknown } | null | undefined)?.name;
  return typeof name === 'string' && /^[A-Za-z]{1,64}$/.test(name) ? name : 'Error';
}
