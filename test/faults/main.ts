/** The storms of faults from the command line. */
import { join } from 'node:path';
import { SCENARIOS } from '../crash/scenarios/all.ts';
import { paint, showProgress, suiteProgram } from '../support/suite-program.ts';
import { runShared } from '../support/worker-pool.ts';
import type { Job, JobResult } from './jobs.ts';
import { HELP, type Options, readOptions } from './options.ts';
import { report } from './report.ts';

const WORKER = join(import.meta.dirname, 'worker.ts');

async function run(jobs: readonly Job[], workers: number): Promise<number> {
  const startedMs = performance.now();
  let done = 0;
  const results = await runShared<Job, JobResult>(WORKER, jobs, workers, (_result, job) => {
    done += 1;
    const what = job.kind === 'storm' ? `storm ${job.seed}` : job.scenario;
    showProgress(`${done} of ${jobs.length}: ${what}`);
  });
  showProgress('');
  const storms = results.flatMap((result) => (result.kind === 'storm' ? [result.storm] : []));
  const conflicts = results.flatMap((result) =>
    result.kind === 'conflicts' ? [result.conflicts] : [],
  );
  console.log(report(storms, conflicts, (performance.now() - startedMs) / 1000, paint));
  return [...storms, ...conflicts].some(({ violations }) => violations.length > 0) ? 1 : 0;
}

/** @throws TypeError where no scenario is meant */
function jobsOf({ storms, seed, hours, conflicts, scenario }: Options): Job[] {
  const names = SCENARIOS.map(({ name }) => name).filter((name) => name.includes(scenario));
  if (names.length === 0) throw new TypeError(`No scenario has ${scenario} in its name.`);
  return [
    ...Array.from({ length: storms }, (_, place): Job => {
      return { kind: 'storm', seed: seed + place, hours };
    }),
    ...(conflicts ? names.map((name): Job => ({ kind: 'conflicts', scenario: name })) : []),
  ];
}

await suiteProgram(
  HELP,
  (args) => {
    const options = readOptions(args);
    return { ...options, jobs: jobsOf(options) };
  },
  ({ jobs, workers }) => run(jobs, workers),
);
