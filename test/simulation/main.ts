/** The simulation of the scheduled refresh from the command line. */
import { paint, showProgress, suiteProgram } from '../support/suite-program.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { report } from './report.ts';
import { simulate } from './simulation.ts';
import { HARD } from './world/world-settings.ts';

async function run(options: Options): Promise<number> {
  const startedMs = performance.now();
  const result = await simulate({
    ...options,
    ...(options.hard && { plant: HARD }),
    onProgress: (share) => {
      showProgress(share < 1 ? `${(share * 100).toFixed(1)} % of the time has passed` : '');
    },
  });
  const { user, system } = process.cpuUsage();
  const took = {
    seconds: (performance.now() - startedMs) / 1000,
    cpuSeconds: (user + system) / 1_000_000,
    megabytes: process.resourceUsage().maxRSS / 1000,
  };
  console.log(report(options, result, took, paint));
  return result.violations.total === 0 ? 0 : 1;
}

await suiteProgram(HELP, readOptions, run);
