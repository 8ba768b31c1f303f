/** A call that waits inside the embedded AWS, and a test that has to know when it got there. */
import type { EmbeddedAws } from '../../../local/aws/embedded-aws.ts';

/** Resolves when the next call of that action has arrived; it goes on as if nothing were. */
export function atTheDoor(aws: Pick<EmbeddedAws, 'faults'>, action: string): Promise<void> {
  return new Promise((resolve) => {
    aws.faults.add({ action, kind: { type: 'hook', before: async () => resolve() } });
  });
}
