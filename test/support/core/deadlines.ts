/** Deadlines for tests: far enough away unless a test is about one. */
import { type Clock, systemClock } from '../../../lib/clock.ts';
import { type Deadline, deadlineIn } from '../../../lib/deadline.ts';

export function ampleDeadline(clock: Clock = systemClock): Deadline {
  return deadlineIn(30_000, clock);
}
