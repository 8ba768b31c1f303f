/**
 * A housekeeping run over as many invocations as it takes: each goes on where the one before
 * stopped, whether it ran out of time or crashed.
 */
import type { Clock } from '../clock.ts';
import type { Deadline } from '../deadline.ts';
import type { Housekeeper } from './housekeeper.ts';
import type { HousekeepingProgress } from './housekeeping-progress.ts';
import type { HousekeepingReport } from './housekeeping-report.ts';
import type { HousekeepingJobRequest } from './housekeeping-request.ts';

export interface HousekeepingJobOptions {
  readonly housekeeper: Housekeeper;
  readonly progress: HousekeepingProgress;
  readonly clock: Clock;
}

export class HousekeepingJob {
  readonly #o: HousekeepingJobOptions;

  constructor(options: HousekeepingJobOptions) {
    this.#o = options;
  }

  /**
   * Goes on with the run that is stored, or begins one: where there is none, it is through, or it
   * is of the other mode. A run that is through is not begun again before `everyMs` have passed.
   * @returns the report so far; without `finishedAtMs` the job is to be invoked again
   * @throws LatchkeyError STORE_UNAVAILABLE; invoking it again goes on behind the last whole page
   */
  async run(
    { mode, force, everyMs }: HousekeepingJobRequest,
    deadline: Deadline,
  ): Promise<HousekeepingReport> {
    const { housekeeper, progress: store, clock } = this.#o;
    const { progress, revision } = await store.load(deadline);
    const isDone = progress?.phase === 'done' && progress.report.mode === mode;
    if (isDone && clock.nowMs() - progress.report.startedAtMs < everyMs) return progress.report;
    let expected = revision;
    const { report } = await housekeeper.run(
      {
        ...{ mode, force, progress },
        save: async (reached) => {
          const outcome = await store.save(reached, expected, deadline);
          expected += 1;
          return outcome;
        },
      },
      deadline,
    );
    return report;
  }
}
