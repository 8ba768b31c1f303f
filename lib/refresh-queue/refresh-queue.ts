/**
 * The port to the queue between dispatcher and workers. It may deliver a token twice, late, or in
 * any order. Adapters: `sqs-refresh-queue.ts`; tests have one in memory.
 */
import type { Deadline } from '../deadline.ts';

export interface RefreshQueue {
  /** About how many tokens wait or are being worked on. */
  backlog(deadline: Deadline): Promise<number>;

  /** Hands tokens to the workers; those that were not taken come due again by themselves. */
  send(ids: readonly string[], deadline: Deadline): Promise<{ readonly sent: number }>;
}
