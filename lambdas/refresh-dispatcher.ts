/** The minute's sweep: see lib/background/refresh-sweep.ts. EventBridge Scheduler invokes it. */
import { RefreshSweep } from '../lib/background/refresh-sweep.ts';
import { background } from './runtime/background.ts';
import { sweepParts } from './runtime/background-wiring.ts';
import { refreshesPerSecond } from './runtime/environment.ts';

const { telemetry, ...parts } = sweepParts();
const sweep = new RefreshSweep(parts);

export const handler = background({
  name: 'refreshSweep',
  telemetry,
  run: async (_tick: unknown, deadline) => {
    const report = await sweep.run(deadline);
    telemetry.sweep(report, refreshesPerSecond());
    return report;
  },
  counts: (report) => ({ ...report }),
});
