/**
 * Tidies up, and says what it found: see lib/housekeeping/. EventBridge Scheduler invokes it; an
 * operator may, with `{"mode": "report"}` to look only.
 */
import { HousekeepingJob } from '../lib/housekeeping/housekeeping-job.ts';
import { parseHousekeeping } from '../lib/housekeeping/housekeeping-request.ts';
import { background } from './runtime/background.ts';
import { housekeepingParts } from './runtime/background-wiring.ts';

const { telemetry, ...parts } = housekeepingParts();
const job = new HousekeepingJob(parts);

export const handler = background({
  name: 'housekeeping',
  telemetry,
  run: async (event: unknown, deadline) => {
    const report = await job.run(parseHousekeeping(event), deadline);
    telemetry.housekeeping(report);
    return report;
  },
  counts: ({ checked, findings }) => ({ ...checked, ...findings }),
});
