/** The histories from the command line. */
import { paint, showProgress, suiteProgram } from '../support/suite-program.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { programs, programsWithFaults } from './program/programs.ts';
import { report } from './report/report.ts';
import { runHistories } from './run-histories.ts';

const PROGRESS_EVERY = 100;

async function run({ runs, seeds, path, faults }: Options): Promise<number> {
  const startedMs = performance.now();
  const result = await runHistories({
    programs: faults ? programsWithFaults : programs,
    seeds,
    histories: runs,
    ...(path !== undefined && { path }),
    onProgress: ({ histories, violations }) => {
      if (histories % PROGRESS_EVERY !== 0) return;
      showProgress(violations > 0 ? 'making it small' : `${histories} of ${runs} histories`);
    },
  });
  showProgress('');
  console.log(report(result, seeds, (performance.now() - startedMs) / 1000, paint));
  const { undecided } = result.tallies;
  return result.failure === undefined && undecided === 0 ? 0 : 1;
}

await suiteProgram(HELP, readOptions, run);
