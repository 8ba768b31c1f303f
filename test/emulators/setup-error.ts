/** What keeps the emulators from running, in words that tell what to do: printed without a stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}
