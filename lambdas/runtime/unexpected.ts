/**
 * What may be told of an unexpected error. Lambda logs whatever is thrown, and texts of the
 * runtime and of libraries quote the values they choke on: only texts of our own travel.
 */

/** The error to throw instead: same class name, same place, no foreign text. */
export function unexpected(error: unknown): Error {
  if (!(error instanceof Error)) return new Error('Something that is not an error was thrown.');
  const ours = error.constructor === Error;
  const safe = new Error(ours ? error.message : `${error.name}: see the stack for its place.`);
  safe.stack = [safe.message, ...frames(error)].join('\n');
  return safe;
}

/** Where it was thrown: the stack without its first lines, which repeat the message. */
export function frames(error: unknown): readonly string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack.split('\n').filter((line) => /^\s+at /.test(line));
}
