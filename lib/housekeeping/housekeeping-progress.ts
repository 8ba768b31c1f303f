/**
 * The port to where a housekeeping run's progress is kept between invocations. One run at a time:
 * who saves over a progress that it did not see finds out.
 * Adapters: `dynamodb-housekeeping-progress.ts`, `memory-housekeeping-progress.ts`.
 */
import type { Deadline } from '../deadline.ts';
import type { RunProgress } from './run-progress.ts';

export interface StoredProgress {
  /** Undefined where none was stored, or one that this version of Latchkey does not read. */
  readonly progress: RunProgress | undefined;
  /** Rises with every save; 0 where none was stored. */
  readonly revision: number;
}

export interface HousekeepingProgress {
  load(deadline: Deadline): Promise<StoredProgress>;

  /** Saves over the progress of that revision; `conflict` where another run has saved since. */
  save(progress: RunProgress, expected: number, deadline: Deadline): Promise<'saved' | 'conflict'>;
}
