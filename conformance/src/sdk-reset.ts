/** Several "processes" in one: all that the SDK remembers is in two statics of its Initializer. */
import type { Sdk } from './sdk.ts';

/** Forgets whatever the SDK was initialized with. */
export function resetSdk({ Initializer }: Sdk): void {
  const statics = Initializer as unknown as { LOCAL: Map<string, unknown>; initializer: unknown };
  statics.LOCAL.clear();
  statics.initializer = undefined;
}
