/** A failure in words that are safe to print: an AWS error may quote what was sent. */
import { withoutPayload } from '../lib/aws-failure.ts';
import { InvocationError } from '../lib/client/invocation-error.ts';
import { LatchkeyError } from '../lib/errors.ts';
import { UsageError } from './usage-error.ts';

export function failureText(error: unknown): string {
  if (error instanceof LatchkeyError) return `${error.code}: ${error.message}`;
  if (error instanceof UsageError || error instanceof InvocationError || isOurs(error)) {
    return error.message;
  }
  return withoutPayload(error).message;
}

/** Plain errors are the project's own; those of libraries have classes or names of theirs. */
function isOurs(error: unknown): error is Error {
  return error instanceof Error && error.constructor === Error && error.name === 'Error';
}
