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

  constructor(message: string, functionName?: string, requestId?: string) {
    super(message);
    this.functionName = functionName;
    this.requestId = requestId;
  }
}
